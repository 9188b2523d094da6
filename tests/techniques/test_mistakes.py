"""Every mistake in a technique file is found at load, with its line and the way out."""

import pytest

from .loading import load, load_fixture, problems_of

HEAD = "technique_id: tech_x\nname: X\ndescription: Does x.\n"
IMAGE_IN = "inputs: [{id: image, type: imageUrl}]\n"
IMAGES_IN = "inputs: [{id: images, type: imageUrl, allow_multiple: true}]\n"
BLUR = "steps:\n  blur: {action: blur-image, inputs: {image: $inputs.image}}\n"
OUT = "outputs: [{id: image, type: imageUrl, from: $steps.blur.image}]\n"


def blur(rest: str) -> str:
    return f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blur-image\n    inputs: {{image: $inputs.image}}\n{rest}{OUT}"


def titled(port: str, text: str) -> str:
    return (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {port}]\nsteps:\n  blur:\n    action: add-text-to-image\n"
        f"    inputs: {{image: $inputs.image}}\n    params: {{text: '{text}'}} # HERE\n{OUT}"
    )


TITLE = "{id: title, type: text}"

MISTAKES = {
    "yaml syntax": ("a: [1, 2 # HERE\nb: 3\n", "not YAML", "brackets"),
    "colon in text": ("a: b: c # HERE", "mapping values are not allowed", "quotes"),
    "tab": ("a:\n\tb: 1 # HERE", "tab", "spaces"),
    "two documents": (
        f"{HEAD}{IMAGE_IN}{BLUR}{OUT}--- # HERE\na: 1\n",
        "second document",
        "one technique per file",
    ),
    "anchor": (f"{HEAD}{IMAGE_IN}{BLUR}tags: &t [a] # HERE\n{OUT}", "anchors", "Write the value out"),
    "alias": (f"{HEAD}{IMAGE_IN}{BLUR}tags: *t # HERE\n{OUT}", "aliases", "quotes"),
    "tag": (f"{HEAD}{IMAGE_IN}{BLUR}tags: !!set [a] # HERE\n{OUT}", "YAML tag", "Remove the tag"),
    "duplicate key": (f"{HEAD}name: Y # HERE\n{IMAGE_IN}{BLUR}{OUT}", "'name' stands here twice", "Keep one"),
    "merge key": (f"{HEAD}<<: {{a: 1}} # HERE\n{IMAGE_IN}{BLUR}{OUT}", "no key '<<'", "Use one of"),
    "key is a list": (f"{HEAD}[a]: 1 # HERE\n{IMAGE_IN}{BLUR}{OUT}", "key must be plain text", "quotes"),
    "huge number": (
        f"{HEAD}estimated_seconds: 99999999999999999 # HERE\n{IMAGE_IN}{BLUR}{OUT}",
        "beyond 2^53",
        "quotes",
    ),
    "nested too deep": ("[" * 5000 + " # HERE", "levels are nested", "Flatten"),
    "empty file": ("# HERE only a comment", "not a technique", "Begin with"),
    "a list": ("- a # HERE", "not a technique", "Begin with"),
    "unknown key": (f"{HEAD}desription: x # HERE\n{IMAGE_IN}{BLUR}{OUT}", "'desription'", "'description'"),
    "no steps": (
        f"technique_id: tech_x # HERE\nname: X\ndescription: x\n{OUT}",
        "no 'steps'",
        "Add `steps:`",
    ),
    "empty steps": (f"{HEAD}steps: {{}} # HERE\n{OUT}", "no step", "at least one"),
    "no outputs": (f"{HEAD}{IMAGE_IN}{BLUR}outputs: [] # HERE\n", "no output", "at least one"),
    "bad technique id": (
        "technique_id: palette # HERE\nname: X\ndescription: x\n",
        "must be `tech_`",
        "rename",
    ),
    "long technique id": (
        f"technique_id: tech_{'x' * 60} # HERE\nname: X\ndescription: x\n",
        "58",
        "Shorten",
    ),
    "fidelity": (
        f"{HEAD}fidelity: faithfull # HERE\n{IMAGE_IN}{BLUR}{OUT}",
        "fidelity must be one of",
        "'faithful'",
    ),
    "tags": (f"{HEAD}tags: [Big Tag] # HERE\n{IMAGE_IN}{BLUR}{OUT}", "tags must be", "tags: ["),
    "estimated seconds": (
        f"{HEAD}estimated_seconds: 5 s # HERE\n{IMAGE_IN}{BLUR}{OUT}",
        "number above 0",
        "units",
    ),
    "a price below 0": (
        f"{HEAD}price_usd: -1 # HERE\n{IMAGE_IN}{BLUR}{OUT}",
        "dollars from 0 to 10000",
        "number alone",
    ),
    "a price above 10,000": (f"{HEAD}price_usd: 10000.01 # HERE\n{IMAGE_IN}{BLUR}{OUT}", "to 10000", "alone"),
    "a price with its sign": (f"{HEAD}price_usd: $2 # HERE\n{IMAGE_IN}{BLUR}{OUT}", "dollars", "alone"),
    "a price that is true": (f"{HEAD}price_usd: true # HERE\n{IMAGE_IN}{BLUR}{OUT}", "dollars", "alone"),
    "a price too fine": (
        f"{HEAD}price_usd: 0.0000001 # HERE\n{IMAGE_IN}{BLUR}{OUT}",
        "six decimals",
        "Round",
    ),
    "port without type": (
        f"{HEAD}inputs: [{{id: image}}] # HERE\n{BLUR}{OUT}",
        "inputs[0] has no 'type'",
        "type:",
    ),
    "port type": (
        f"{HEAD}inputs: [{{id: image, type: image}}] # HERE\n{BLUR}{OUT}",
        "must be one of imageUrl",
        "'imageUrl'",
    ),
    "port id": (f"{HEAD}inputs: [{{id: Image, type: imageUrl}}] # HERE\n{BLUR}{OUT}", "lower-case", "rename"),
    "port is text": (f"{HEAD}inputs: [image] # HERE\n{BLUR}{OUT}", "must be a mapping", "{id: "),
    "same id twice": (
        f"{HEAD}inputs:\n- {{id: image, type: imageUrl}}\n- {{id: image, type: imageUrl}} # HERE\n{BLUR}{OUT}",
        "Two inputs have the id 'image'",
        "Rename",
    ),
    "flag as text": (
        f"{HEAD}inputs:\n- id: image\n  type: imageUrl\n  optional: yes # HERE\n{BLUR}{OUT}",
        "must be true or false",
        "without quotes",
    ),
    "fit without ratio": (
        f"{HEAD}inputs:\n- id: image\n  type: imageUrl\n  fit: crop # HERE\n{BLUR}{OUT}",
        "needs both",
        "specified_aspect_ratio",
    ),
    "ratio": (
        f"{HEAD}inputs:\n- id: image\n  type: imageUrl\n  specified_aspect_ratio: 1.5 # HERE\n{BLUR}{OUT}",
        "must be a text",
        "quotes",
    ),
    "duration of a picture": (
        f"{HEAD}inputs:\n- id: image\n  type: imageUrl\n  specified_duration: 5 # HERE\n{BLUR}{OUT}",
        "has no duration",
        "Remove",
    ),
    "schema keyword": (
        titled("{id: title, type: text, schema: {maxlength: 3}}", "{{ inputs.title }}")
        .replace(" # HERE", "")
        .replace("]\nsteps", "] # HERE\nsteps"),
        "takes no 'maxlength'",
        "'maxLength'",
    ),
    "schema on media": (
        f"{HEAD}inputs:\n- id: image\n  type: imageUrl\n  schema: {{enum: [a]}} # HERE\n{BLUR}{OUT}",
        "imageUrl takes no 'enum'",
        "none to choose from",
    ),
    "default out of range": (
        f"{HEAD}inputs:\n- {{id: image, type: imageUrl}}\n- id: n\n  type: text\n"
        f"  schema: {{type: integer, maximum: 3, default: 9}} # HERE\n{BLUR}{OUT}",
        "default expects a whole number of at most 3, got '9'",
        "that fits",
    ),
    "range upside down": (
        f"{HEAD}inputs:\n- {{id: image, type: imageUrl}}\n- id: n\n  type: text\n"
        f"  schema: {{type: number, minimum: 5, maximum: 3}} # HERE\n{BLUR}{OUT}",
        "maximum 3 is below minimum 5",
        "Swap",
    ),
    "range of a text": (
        f"{HEAD}inputs:\n- {{id: image, type: imageUrl}}\n- id: n\n  type: text\n"
        f"  schema: {{type: string, minimum: 5}} # HERE\n{BLUR}{OUT}",
        "minimum narrows numbers",
        "type: number",
    ),
    "pattern": (
        f"{HEAD}inputs:\n- {{id: image, type: imageUrl}}\n- id: n\n  type: text\n"
        f"  schema: {{pattern: '(['}} # HERE\n{BLUR}{OUT}",
        "not a regular expression",
        "Correct",
    ),
    "list bounds": (
        f"{HEAD}inputs:\n- id: image\n  type: imageUrl\n  allow_multiple: true\n"
        f"  schema: {{minItems: 4, maxItems: 2}} # HERE\n{BLUR}{OUT}",
        "maxItems 2 is below minItems 4",
        "Swap",
    ),
    "step id": (
        f"{HEAD}{IMAGE_IN}steps:\n  my-blur: {{action: blur-image}} # HERE\n{OUT}",
        "'my-blur'",
        "Rename",
    ),
    "step without kind": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{inputs: {{}}}} # HERE\n{OUT}",
        "what it does",
        "action",
    ),
    "step kind misspelt": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{acton: x}} # HERE\n{OUT}",
        "'acton'",
        "'action'",
    ),
    "two kinds": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blur-image\n    generate: image # HERE\n{OUT}",
        "action and generate at once",
        "Keep one",
    ),
    "prompt of an action": (blur("    prompt: hi # HERE\n"), "no key 'prompt'", "Use one of"),
    "generate type": (
        f"{HEAD}steps:\n  blur: {{generate: picture, prompt: hi}} # HERE\n{OUT}",
        "one of image",
        "Use",
    ),
    "agent without prompt": (
        f"{HEAD}steps:\n  blur: {{agent: critic}} # HERE\n{OUT}",
        "no 'prompt'",
        "Say what",
    ),
    "unknown action": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blurimage # HERE\n    inputs: {{image: $inputs.image}}\n{OUT}",
        "no action 'blurimage'",
        "Did you mean 'blur-image'?",
    ),
    "unknown parameter": (blur("    params: {raduis: 3} # HERE\n"), "no parameter 'raduis'", "'radius'"),
    "parameter out of range": (
        blur("    params: {radius: 300} # HERE\n"),
        "radius of blur-image expects a number from 0 to 100, got '300'",
        "Correct",
    ),
    "parameter outside the enumeration": (
        blur("    params: {blur_type: gausian} # HERE\n"),
        "expects one of: gaussian, box, motion",
        "Did you mean 'gaussian'?",
    ),
    "unknown input of an action": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blur-image\n    inputs:\n      image: $inputs.image\n"
        f"      picture: $inputs.image # HERE\n{OUT}",
        "takes no input 'picture'",
        "image",
    ),
    "missing input of an action": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image}} # HERE\n{OUT}",
        "needs the input 'image'",
        "image: $inputs",
    ),
    "unknown input": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: $inputs.imgae}}}} # HERE\n{OUT}",
        "no input named 'imgae'",
        "Did you mean 'image'?",
    ),
    "unknown input beside an unknown action": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blurimage\n    inputs:\n"
        f"      image: $inputs.imgae # HERE\n{OUT}",
        "no input named 'imgae'",
        "Did you mean 'image'?",
    ),
    "unknown step": (
        f"{HEAD}{IMAGE_IN}{BLUR}outputs:\n- id: image\n  type: imageUrl\n  from: $steps.blurr.image # HERE\n",
        "no step named 'blurr'",
        "Did you mean 'blur'?",
    ),
    "unknown result": (
        f"{HEAD}{IMAGE_IN}{BLUR}outputs:\n- id: image\n  type: imageUrl\n  from: $steps.blur.picture # HERE\n",
        "no result of the step 'blur' named 'picture'",
        "image",
    ),
    "result not named": (
        f"{HEAD}{IMAGE_IN}{BLUR}outputs:\n- id: image\n  type: imageUrl\n  from: $steps.blur # HERE\n",
        "does not name a result",
        "Write $steps.blur.image",
    ),
    "unknown root": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: $input.image}}}} # HERE\n{OUT}",
        "'$input.image' is not a reference",
        "Did you mean '$inputs'?",
    ),
    "reading below a picture": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: $inputs.image.url}}}} # HERE\n{OUT}",
        "$inputs.image is an image",
        "Write $inputs.image.",
    ),
    "index on one": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: '$inputs.image[0]'}}}} # HERE\n{OUT}",
        "does not exist",
        "Write $inputs.image.",
    ),
    "index beyond the list": (
        f"{HEAD}inputs: [{{id: images, type: imageUrl, allow_multiple: true, schema: {{maxItems: 3}}}}]\n"
        f"steps:\n  blur: {{action: blur-image, inputs: {{image: '$inputs.images[3]'}}}} # HERE\n{OUT}",
        "at most 3",
        "the last is [2]",
    ),
    "unknown run value": (
        blur("    params: {radius: $run.id} # HERE\n"),
        "$run.id does not exist",
        "$run.seed",
    ),
    "file written into the technique": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: cat.png}}}} # HERE\n{OUT}",
        "takes an image through a reference, not 'cat.png'",
        "add an input",
    ),
    "circle": (
        f"{HEAD}{IMAGE_IN}steps:\n  b: {{action: blur-image, inputs: {{image: $steps.c.image}}}}\n"
        "  blur: {action: blur-image, inputs: {image: $steps.b.image}}\n"
        f"  a: {{action: blur-image, inputs: {{image: $steps.b.image}}}} # HERE\n"
        f"  c: {{action: blur-image, inputs: {{image: $steps.a.image}}}}\n{OUT}",
        "a → b → c → a",
        "out of the circle",
    ),
    "reads itself": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: $steps.blur.image}}}} # HERE\n{OUT}",
        "reads its own result",
        "another step",
    ),
    "video into a picture": (
        f"{HEAD}inputs: [{{id: clip, type: videoUrl}}]\n"
        f"steps:\n  blur: {{action: blur-image, inputs: {{image: $inputs.clip}}}} # HERE\n{OUT}",
        "takes an image, $inputs.clip is a video",
        "add a step",
    ),
    "list into one": (
        f"{HEAD}{IMAGES_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: $inputs.images}}}} # HERE\n{OUT}",
        "takes one, $inputs.images is a list of images",
        "Add for_each: $inputs.images",
    ),
    "too few": (
        f"{HEAD}{IMAGES_IN}steps:\n"
        f"  blur: {{action: side-by-side-composite, inputs: {{image: $inputs.images}}}} # HERE\n{OUT}",
        "takes at least 2, $inputs.images can give 1",
        "minItems: 2",
    ),
    "too many": (
        f"{HEAD}{IMAGES_IN}steps:\n"
        f"  blur: {{action: side-by-side-composite, inputs: {{image: $inputs.images}}}} # HERE\n{OUT}",
        "takes at most 4, $inputs.images can give any number",
        "maxItems: 4",
    ),
    "one of two": (
        f"{HEAD}{IMAGE_IN}steps:\n"
        f"  blur: {{action: side-by-side-composite, inputs: {{image: [$inputs.image]}}}} # HERE\n{OUT}",
        "takes at least 2",
        "Give more",
    ),
    "list where one is taken": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: [$inputs.image]}}}} # HERE\n{OUT}",
        "takes one, not a list",
        "without brackets",
    ),
    "too few of an optional list": (
        f"{HEAD}inputs:\n- {{id: images, type: imageUrl, allow_multiple: true, optional: true,"
        " schema: {maxItems: 4}}\n"
        "steps:\n  blur: {action: side-by-side-composite, inputs: {image: $inputs.images}} # HERE\n"
        "outputs: [{id: image, type: imageUrl, optional: true, from: $steps.blur.image}]\n",
        "takes at least 2, $inputs.images can give 1",
        "minItems: 2",
    ),
    "empty kind": (
        f"{HEAD}steps:\n  blur: {{generate: , prompt: hi}} # HERE\n{OUT}",
        "is empty",
        "Write what",
    ),
    "picture into a parameter": (
        blur("    params: {radius: $inputs.image} # HERE\n"),
        "takes a text, $inputs.image is an image",
        "Refer to a text",
    ),
    "text into a number": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: r, type: text}}]\nsteps:\n"
        "  blur: {action: blur-image, inputs: {image: $inputs.image}, params: {radius: $inputs.r}} # HERE\n"
        f"{OUT}",
        "$inputs.r is text",
        "{type: number, minimum: 0, maximum: 100}",
    ),
    "range too wide": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: r, type: text, schema: {{type: number, minimum: 0}}}}]\n"
        "steps:\n  blur: {action: blur-image, inputs: {image: $inputs.image}, params: {radius: $inputs.r}} # HERE\n"
        f"{OUT}",
        "has no maximum",
        "maximum: 100",
    ),
    "free text into an enumeration": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: r, type: text}}]\nsteps:\n"
        "  blur: {action: blur-image, inputs: {image: $inputs.image}, params: {blur_type: $inputs.r}} # HERE\n"
        f"{OUT}",
        "may be anything else",
        "enum: [gaussian, box, motion]",
    ),
    "enumeration too wide": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: r, type: text, schema: {{enum: [box, bokeh]}}}}]\n"
        "steps:\n"
        "  blur: {action: blur-image, inputs: {image: $inputs.image}, params: {blur_type: $inputs.r}} # HERE\n"
        f"{OUT}",
        "may be 'bokeh'",
        "enum: [gaussian, box, motion]",
    ),
    "member of an object parameter": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: add-shape-to-image\n    inputs: {{image: $inputs.image}}\n"
        f"    params: {{center: {{x: 10, z: 3}}}} # HERE\n{OUT}",
        "center of add-shape-to-image has no 'z'",
        "x, y",
    ),
    "unknown name in a template": (
        titled(TITLE, "{{ inputs.titel }} {{ inputs.title }}"),
        "no input named 'titel'",
        "Did you mean 'title'?",
    ),
    "unknown variable": (titled(TITLE, "{{ title }}"), "unknown name 'title'", "docs/technique-files.md"),
    "broken template": (titled(TITLE, "{{ inputs.title }"), "cannot be read", "Keep to"),
    "filter": (titled(TITLE, "{{ inputs.title | uper }}"), "no filter 'uper'", "Keep to"),
    "macro": (titled(TITLE, "{% macro m() %}{% endmacro %}"), "{% macro %}", "Keep to"),
    "call": (titled(TITLE, "{{ inputs.title.upper() }}"), "calls something", "Keep to"),
    "power": (titled(TITLE, "{{ 9 ** 9 }}"), "**", "Keep to"),
    "three loops": (
        titled(TITLE, "{% for a in range(2) %}" * 3 + "{% endfor %}" * 3),
        "more than 2 for loops",
        "Keep to",
    ),
    "picture in a template": (titled(TITLE, "{{ inputs.image }}"), "which is an image", "texts only"),
    "reference inside a text": (titled(TITLE, "Hi $inputs.title"), "stays as it is", "{{ inputs.title }}"),
    "template elsewhere": (
        blur("    params: {blur_type: '{{ run.seed }}'} # HERE\n"),
        "not rendered",
        "under `text` or `prompt`",
    ),
    "for_each over one": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blur-image\n    for_each: $inputs.image # HERE\n"
        f"    inputs: {{image: $item}}\n{OUT}",
        "for_each maps a list, $inputs.image is an image",
        "allow_multiple",
    ),
    "for_each is no reference": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    action: blur-image\n    for_each: [1, 2] # HERE\n"
        f"    inputs: {{image: $inputs.image}}\n{OUT}",
        "must be a reference to a list",
        "zip",
    ),
    "item outside for_each": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{action: blur-image, inputs: {{image: $item}}}} # HERE\n{OUT}",
        "only inside a step with for_each",
        "Add for_each",
    ),
    "member of a zip": (
        f"{HEAD}{IMAGES_IN}steps:\n  blur:\n    action: blur-image\n    for_each: {{zip: {{a: $inputs.images}}}}\n"
        f"    inputs: {{image: $item.b}} # HERE\n"
        "outputs: [{id: image, type: imageUrl, allow_multiple: true, from: $steps.blur.image}]\n",
        "no member of $item named 'b'",
        "Use one of: a",
    ),
    "whole zip item": (
        f"{HEAD}{IMAGES_IN}steps:\n  blur:\n    action: blur-image\n    for_each: {{zip: {{a: $inputs.images}}}}\n"
        f"    inputs: {{image: $item}} # HERE\n"
        "outputs: [{id: image, type: imageUrl, allow_multiple: true, from: $steps.blur.image}]\n",
        "an object of a",
        "Write $item.a",
    ),
    "when is no condition": (blur("    when: true # HERE\n"), "not a condition", "{missing: REF}"),
    "when never holds": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: mode, type: text, schema: {{enum: [a, b]}}}}]\nsteps:\n"
        "  blur:\n    action: blur-image\n    inputs: {image: $inputs.image}\n"
        "    when: {value: $inputs.mode, equals: c} # HERE\n"
        "outputs: [{id: image, type: imageUrl, optional: true, from: $steps.blur.image}]\n",
        "$inputs.mode is never 'c'",
        "Use one of: a, b",
    ),
    "output of a guarded step": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: on, type: text, optional: true}}]\nsteps:\n"
        "  blur: {action: blur-image, inputs: {image: $inputs.image}, when: $inputs.on}\n"
        "outputs:\n- id: image\n  type: imageUrl\n  from: $steps.blur.image # HERE\n",
        "can be without a value",
        "optional: true",
    ),
    "output of a step that may be skipped": (
        f"{HEAD}inputs: [{{id: image, type: imageUrl, optional: true}}]\n{BLUR}"
        "outputs:\n- id: image\n  type: imageUrl\n  from: $steps.blur.image # HERE\n",
        "can be without a value",
        "first",
    ),
    "output of another kind": (
        f"{HEAD}{IMAGE_IN}{BLUR}outputs:\n- id: clip\n  type: videoUrl\n  from: $steps.blur.image # HERE\n",
        "takes a video, $steps.blur.image is an image",
        "add a step",
    ),
    "list as one output": (
        f"{HEAD}{IMAGES_IN}steps:\n  blur: {{action: blur-image, for_each: $inputs.images, inputs: {{image: $item}}}}\n"
        "outputs:\n- id: image\n  type: imageUrl\n  from: $steps.blur.image # HERE\n",
        "takes one, $steps.blur.image is a list",
        "Set allow_multiple: true",
    ),
    "output without reference": (
        f"{HEAD}{IMAGE_IN}{BLUR}outputs:\n- {{id: image, type: imageUrl, from: $steps.blur.image}}\n"
        "- id: note\n  type: text\n  from: hello # HERE\n",
        "must be a reference",
        "$steps",
    ),
    "first after a sure value": (
        f"{HEAD}{IMAGE_IN}{BLUR}outputs:\n- id: image\n  type: imageUrl\n"
        "  from: {first: [$inputs.image, $steps.blur.image]} # HERE\n",
        "first never comes to $steps.blur.image",
        "always has a value",
    ),
    "unused step": (
        f"{HEAD}{IMAGE_IN}{BLUR}  more: {{action: blur-image, inputs: {{image: $inputs.image}}}} # HERE\n{OUT}",
        "No output depends on the step 'more'",
        "Remove it",
    ),
    "unused input": (
        f"{HEAD}inputs:\n- {{id: image, type: imageUrl}}\n- {{id: more, type: text}} # HERE\n{BLUR}{OUT}",
        "Nothing reads the input 'more'",
        "Remove it",
    ),
    "unknown technique": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{technique: tech_gone, inputs: {{image: $inputs.image}}}} # HERE\n{OUT}",
        "no technique 'tech_gone'",
        "techniques list",
    ),
    "nests itself": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur: {{technique: tech_x, inputs: {{image: $inputs.image}}}} # HERE\n{OUT}",
        "tech_x nests itself",
        "another technique",
    ),
    "input of a nested technique": (
        f"{HEAD}{IMAGE_IN}steps:\n  blur:\n    technique: tech_palette-pull\n"
        "    inputs: {image: $inputs.image, colors: 40} # HERE\n"
        "outputs: [{id: image, type: imageUrl, from: $steps.blur.swatches}]\n",
        "colors of tech_palette-pull expects a whole number from 3 to 12, got '40'",
        "Correct",
    ),
    "example": (
        f"{HEAD}{IMAGE_IN}{BLUR}{OUT}examples:\n- title: One\n  inputs: {{picture: a.png}} # HERE\n",
        "inputs.picture there is no such input",
        "Correct the example",
    ),
}


@pytest.mark.parametrize(("text", "message", "remedy"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_line_and_the_way_out(text: str, message: str, remedy: str) -> None:
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "# HERE" in each)
    palette = load_fixture("palette-pull.yaml")

    problems = problems_of(text, {palette.technique_id: palette})

    found = [problem for problem in problems if message in problem.message and remedy in problem.remedy]
    assert found, problems
    assert found[0].line == line, problems
    assert found[0].file == "a.yaml"


def test_all_mistakes_are_reported_at_once_in_line_order() -> None:
    text = blur("    params: {radius: 300, blur_typ: box}\n").replace("name: X", "name: [X]") + "tagz: []\n"

    problems = problems_of(text)

    assert [problem.line for problem in problems] == [2, 9, 9, 11]
    assert len({problem.message for problem in problems}) == 4


@pytest.mark.parametrize(
    ("sound", "mistake", "message"),
    [
        ("$steps.stamp.image}", "$steps.stmp.image}", "There is no step named 'stmp'."),
        ("{image: $steps.soft.image}", "{image: $inputs.line}", "takes an image, $inputs.line is a text"),
        ("{image: $inputs.image}", "{image: $steps.stamp.image}", "These steps wait for each other"),
    ],
)
def test_what_seems_unused_because_a_reference_is_wrong_is_not_reported(
    sound: str, mistake: str, message: str
) -> None:
    text = (
        f"{HEAD}inputs: [{{id: image, type: imageUrl}}, {{id: line, type: text}}]\nsteps:\n"
        "  soft: {action: blur-image, inputs: {image: $inputs.image}}\n"
        "  stamp: {action: add-text-to-image, inputs: {image: $steps.soft.image}, params: {text: $inputs.line}}\n"
        "outputs: [{id: image, type: imageUrl, from: $steps.stamp.image}]\n"
    )
    assert problems_of(text) == []

    (problem,) = problems_of(text.replace(sound, mistake))

    assert message in problem.message


def test_an_empty_key_is_named_where_it_stands() -> None:
    (problem,) = problems_of(HEAD.replace("name: X", "name:") + IMAGE_IN + BLUR + OUT)

    assert (problem.line, problem.remedy) == (2, "Write a value after `name:`.")


def test_what_reads_a_broken_part_is_not_reported_again() -> None:
    text = HEAD + IMAGE_IN.replace("imageUrl", "picture") + BLUR + OUT

    assert [problem.message.split(" must")[0] for problem in problems_of(text)] == ["inputs[0].type"]


def test_equal_mistakes_on_one_line_are_all_heeded() -> None:
    step = "{action: blur-image, inputs: {image: $inputs.image}, when: true}"
    text = f"{HEAD}{IMAGE_IN}steps: {{blur: {step}, more: {step}}}\n{OUT}"

    assert [problem.message for problem in problems_of(text)] == ["when is not a condition."]


def test_what_a_brand_kit_holds_has_a_value_unless_the_technique_does_without_one() -> None:
    text = (
        f"{HEAD}{IMAGE_IN}steps:\n  shape:\n    action: add-shape-to-image\n    for_each: $brand.palette\n"
        "    inputs: {image: $inputs.image}\n    params: {fill_color: $item.hex}\n"
        "outputs: [{id: images, type: imageUrl, allow_multiple: true, optional: true, from: $steps.shape.image}]\n"
    )

    assert problems_of(text) == []
    required = text.replace("optional: true, ", "")
    assert problems_of(required) == []
    assert load(required).needs_brand
    assert load(required).reads_brand == ("palette",)
    optional = required.replace("description:", "brand_kit: optional\ndescription:", 1)
    assert "can be without a value" in problems_of(optional)[0].message
    assert not load(text.replace("description:", "brand_kit: optional\ndescription:", 1)).needs_brand


@pytest.mark.parametrize(
    ("reference", "message", "remedy"),
    [
        ("$brand.palete", "$brand.palete: a brand kit shows no 'palete'.", "Did you mean 'palette'?"),
        ("$brand.colors", "$brand.colors: it is a group of values.", "Write $brand.colors.primary."),
        ("$brand", "$brand: it is a group of values.", "Write $brand.id."),
        ("$brand.colors.moon", "$brand.colors.moon: a brand kit shows no 'colors.moon'.", "Use one of"),
        ("$brand.name.first", "$brand.name.first: a brand kit shows no 'name.first'.", "Remove it"),
        ("$brand.palette[12].hex", "$brand.palette[12].hex: a kit has at most 12.", "The last is [11]."),
        (
            "$brand.palette",
            "$brand.palette is a list of objects of name, hex",
            "Add for_each: $brand.palette",
        ),
        ("$brand.palette[0]", "$brand.palette[0] is an object of name, hex", "Write $brand.palette[0].name."),
        (
            "$brand.hex_codes",
            "takes one, $brand.hex_codes is a list of texts.",
            "take one: $brand.hex_codes[0]",
        ),
        ("$brand.logo", "takes a text, $brand.logo is an image.", "Refer to a text"),
    ],
)
def test_a_reference_that_no_brand_kit_answers_is_a_mistake(
    reference: str, message: str, remedy: str
) -> None:
    text = (
        f"{HEAD}{IMAGE_IN}steps:\n  shape:\n    action: add-shape-to-image\n    inputs: {{image: $inputs.image}}\n"
        f'    params: {{fill_color: "{reference}"}}\n'
        "outputs: [{id: image, type: imageUrl, from: $steps.shape.image}]\n"
    )

    (problem,) = problems_of(text)
    assert message in problem.message
    assert remedy in problem.remedy
    assert problems_of(text.replace(reference, "$brand.colors.accent")) == []


def test_brand_kit_stands_only_where_the_kit_is_read_and_can_be_missing() -> None:
    text = HEAD.replace("description:", "brand_kit: optional\ndescription:", 1) + IMAGE_IN + BLUR + OUT

    assert [problem.message for problem in problems_of(text)] == ["Nothing reads $brand."]
    inner = load(
        "technique_id: tech_inner\nname: I\ndescription: D\nsteps:\n  join: {action: concat-text, "
        "inputs: {text: [$brand.name, x]}}\noutputs: [{id: line, type: text, from: $steps.join.text}]\n"
    )
    outer = (
        "technique_id: tech_outer\nname: O\ndescription: D\nbrand_kit: optional\n"
        "steps: {a: {technique: tech_inner}}\noutputs: [{id: line, type: text, from: $steps.a.line}]\n"
    )
    problems = problems_of(outer, {"tech_inner": inner})
    assert [problem.message for problem in problems] == ["tech_inner cannot run without a brand kit."]
    assert [problem.line for problem in problems] == [4]
    nesting = load(outer.replace("brand_kit: optional\n", ""), {"tech_inner": inner})
    assert (nesting.needs_brand, nesting.reads_brand) == (True, ("name",))


def test_a_sound_file_has_no_problem() -> None:
    assert problems_of(HEAD + IMAGE_IN + BLUR + OUT) == []
    assert load(HEAD + IMAGE_IN + BLUR + OUT).slug == "x"


def test_a_guard_makes_an_optional_input_certain_inside_its_step() -> None:
    text = (
        f"{HEAD}inputs: [{{id: a, type: imageUrl}}, {{id: b, type: imageUrl, optional: true}}]\nsteps:\n"
        "  both: {action: side-by-side-composite, inputs: {image: [$inputs.a, $inputs.b]}WHEN}\n"
        "outputs: [{id: image, type: imageUrl, from: {first: [$steps.both.image, $inputs.a]}}]\n"
    )

    assert problems_of(text.replace("WHEN", ", when: $inputs.b")) == []
    assert "takes at least 2" in problems_of(text.replace("WHEN", ""))[0].message
