"""Make docs/actions.md: every action with its parameters, and small pictures of what it does to the samples.

Usage: python scripts/gallery.py           makes the page and the pictures again
       python scripts/gallery.py ACTION …  makes those of some actions again, and keeps the others
       python scripts/gallery.py --check   fails when the page's text is not what the catalogue says
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
from gallery_pictures import animate, shrink

from limner.actions.catalogue import builtin
from limner.app.requests import StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.library import sample
from limner.server import open_studio
from limner.types import Action, Kind

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "actions.md"
PICTURES = ROOT / "docs" / "images" / "actions"
SIDE = 300
FILM_SIDE = 220

COFFEE, CHELSEA, ASTRONAUT = (str(sample(f"{name}.png")) for name in ("coffee", "chelsea", "astronaut"))
BUNNY = str(sample("bigbuckbunny.mp4"))
INPUTS: dict[Kind, list[str]] = {
    Kind.IMAGE: [COFFEE, CHELSEA, ASTRONAUT],
    Kind.VIDEO: [BUNNY, BUNNY],
    Kind.TEXT: ["One line.\n\nAnother line."],
}
LOOKS: dict[str, list[dict[str, Any]]] = {
    "color-grade-image": [
        {"contrast": 40, "warmth": 50},
        {"saturation": -100},
        {"brightness": -30, "warmth": -60},
    ],
    "blur-image": [
        {"radius": 8},
        {"blur_type": "motion", "radius": 24, "angle": 30},
        {"blur_type": "radial", "radial_strength": 40},
        {"blur_type": "bokeh", "radius": 14, "bokeh_shape": "hexagon"},
        {"blur_type": "tiltshift", "radius": 12},
    ],
    "change-image-ar": [
        {"aspect_ratio": "9:16"},
        {"aspect_ratio": "16:9", "fit": "pad", "background_mode": "blur"},
    ],
    "rotate-image": [{"angle": 12}, {"angle": 90}],
    "flip-image": [{"direction": "horizontal"}],
    "color-filter-image": [
        {"filter": name}
        for name in (
            "grayscale",
            "sepia",
            "invert",
            "bw",
            "posterize",
            "solarize",
            "duotone",
            "clarendon",
            "moon",
            "nashville",
            "noir",
            "fade",
            "vignette",
            "colorpop",
            "crossprocess",
            "halftone",
        )
    ],
    "color-tint-image": [
        {"color": "#1d5c8a", "blend_mode": mode}
        for mode in ("multiply", "screen", "overlay", "soft_light", "color")
    ],
    "filter-color-image": [
        {"target_color": "#e0542c", "mode": "keep", "tolerance": 40},
        {"target_color": "#e0542c", "mode": "replace", "replacement_color": "#1d5c8a", "tolerance": 40},
    ],
    "side-by-side-composite": [{"gap": 12}],
    "add-shape-to-image": [
        {"shape": shape} for shape in ("rectangle", "ellipse", "triangle", "star", "hexagon")
    ],
    "generate-shape-image": [{"shape": "star", "fill_color": "#d8582b"}],
    "add-text-to-image": [
        {"text": "Quiet mornings", "position": "bottom-left"},
        {"text": "Καλημέρα", "font_family": "serif-bold"},
    ],
    "generate-text-image": [{"text": "Slow mornings, made by hand", "font_family": "serif"}],
    "qr-code-generator": [{"fg_color": "#451107", "bg_color": "#F6E6D4"}],
    "ken-burns-video": [{"duration": 3, "zoom": 1.4}, {"duration": 3, "zoom": 1.4, "pan_direction": "right"}],
    "stitch-videos": [{"transition": "wipeleft", "transition_duration": 1}],
    "color-grade-video": [{"contrast": 40, "saturation": 40}],
    "color-filter-video": [{"filter": name} for name in ("noir", "nashville", "crossprocess")],
    "video-effect": [{"effect": e} for e in ("vignette", "grain", "pixelate", "shake", "chromatic", "vhs")],
    "change-video-ar": [
        {"aspect_ratio": "1:1"},
        {"aspect_ratio": "9:16", "fit": "pad", "background_mode": "blur"},
    ],
    "compose-moodboard": [{"words": "Slow morning, warm, quiet"}, {"aspect_ratio": "4:5", "seed": 3}],
    "wireframe-image": [{}, {"detail": 100, "color": "#f4efe6", "background": "#1c3f5e"}],
    "map-segments": [{}, {"style": "overlay", "legend": False}],
    "sigil-video": [{}],
    "icon-pack": [{}, {"style": "line", "corners": "sharp"}],
    "tarot-pull": [{"cards": 3}],
    "critique-image": [{}],
    "extract-palette": [{"count": 6}],
    "reframe-image": [{"aspect_ratio": "9:16"}, {"aspect_ratio": "21:9"}],
    "compose-grid": [{"title": "Autumn, slowly"}],
    "cinematic-image": [{}, {"frame": "original", "strength": 100}],
    "relight-image": [
        {"direction": "left", "light": "warm"},
        {"direction": "right", "light": "golden"},
        {"direction": "top", "light": "moonlight"},
    ],
    "match-texture": [{}, {"area": "background", "strength": 90}],
    "morph-images": [{"duration": 3}],
    "swap-facade": [
        {"material": "brick", "quad": "0 0, 100 0, 100 100, 0 100"},
        {"material": "timber", "tone": "dark", "quad": "0 -20, 100 0, 150 150, -50 150"},
    ],
    "surveillance-image": [{"label": "FRONT DOOR", "time": "2026-11-21 03:14:07", "color": "tint"}],
    "blur-background": [{"amount": 80}],
    "resize-video": [{"resolution": "240"}],
    "cut-out": [{"trim": True}],
    "compose-studio-shot": [{}, {"backdrop": "dark", "reflection": 40}],
    "compose-mugshot": [{"placard": "TODAY'S SPECIAL\nNo. 0417"}],
    "compose-ads": [{"headline": "Slow mornings", "call_to_action": "Shop now"}],
    "animate-product": [{}, {"move": "camera", "backdrop": "dark"}],
    "style-logo": [{"style": style} for style in ("neon", "emboss", "chrome", "paper", "halftone")],
    "compose-book": [{"spine": "Coffee, slowly"}],
    "upscale-image": [{"factor": 3}],
    "draft-layout": [
        {"layout": "poster", "seed": 1, "size": 900},
        {"layout": "mood-board", "size": 900},
        {"layout": "event", "seed": 2, "size": 900},
    ],
}
TEXTS = {
    "speak-text": ["Slow Mornings starts on Friday, 12 June. Come in, sit down, and stay a while."],
    "replace-text": ["55 70 98 90 | Guten Morgen"],
    "draft-layout": [
        "Poster for a coffee weekend called Slow Mornings, 12–14 June, at Pier Road, Brighton, in ocean blue"
    ],
}
"""What the texts are of actions that take a form of their own."""
PORTRAITS = (
    "blur-background",
    "relight-image",
    "surveillance-image",
    "reframe-image",
    "filter-color-image",
    "compose-mugshot",
)


def inputs_of(action: Action) -> dict[str, Any]:
    """Return the sample media that an action is shown on."""
    given: dict[str, Any] = {}
    for port in action.inputs:
        pool = [ASTRONAUT] if action.action_id in PORTRAITS else INPUTS.get(port.kind, [])
        if port.kind is Kind.TEXT:
            pool = TEXTS.get(action.action_id, pool)
        count = max(port.least, min(len(pool), port.most or 2))
        given[port.kind.value] = [pool[index % len(pool)] for index in range(count)]
    return given


async def look(studio: Studio, action: Action, params: dict[str, Any], sound: str) -> RunView:
    """Run an action on its samples."""
    given = inputs_of(action) if not any(p.kind is Kind.AUDIO for p in action.inputs) else {}
    if not given and action.inputs:
        given = {"video": [BUNNY], "audio": [sound]}
    started = await studio.start_run(
        "local", StartRequest(action_id=action.action_id, inputs=given, params=params)
    )
    view = await studio.wait("local", started.run.run_id, 300)
    if view.run.error:
        raise SystemExit(f"{action.action_id} {params}: {view.run.error['message']}")
    return view


def show(studio: Studio, view: RunView, name: str) -> Iterator[str]:
    """Write small pictures of a run's outputs and yield the Markdown that shows them."""
    for place, output in enumerate(view.run.outputs[:4]):
        if output.asset_id is None:
            yield f"`{(output.text or '')[:70]}`".replace("\n", " ⏎ ")
            continue
        asset = view.assets[output.asset_id]
        path = studio.path(asset)
        if asset.kind is Kind.IMAGE:
            target = PICTURES / f"{name}-{place}.webp"
            shrink(path, target, SIDE)
        elif asset.kind is Kind.VIDEO:
            target = PICTURES / f"{name}-{place}.webp"
            animate(path, target, FILM_SIDE)
        else:
            lasts = "" if asset.duration_seconds is None else f", {asset.duration_seconds:.1f} s"
            yield f"{asset.media_type}{lasts}"
            continue
        yield f"![{name}](images/actions/{target.name})"


def text_of(action: Action) -> str:
    """Return an action's section without its pictures."""
    takes = " and ".join(port_words(port) for port in action.inputs) or "nothing"
    makes = " and ".join(port_words(port) for port in action.outputs)
    lines = [f"## {action.action_id}", "", action.description, "", f"Takes {takes}; makes {makes}.", ""]
    if action.params:
        lines += ["| parameter | values | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{name}` | {values(schema)} | {shown(schema['default'])} | {schema['description']} |"
            for name, schema in action.params.items()
        ]
        lines.append("")
    return "\n".join(lines)


def port_words(port: Any) -> str:
    """Return a port in words: `2 to 4 images`."""
    if port.most is None:
        return f"{port.least} or more {port.kind.value}s"
    return f"1 {port.kind.value}" if port.most == 1 else f"{port.least} to {port.most} {port.kind.value}s"


def values(schema: dict[str, Any]) -> str:
    """Return what a parameter may be."""
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']:g} to {schema['maximum']:g}"
    return str(schema["type"])


def shown(value: Any) -> str:
    """Return a default as text."""
    return "(empty)" if value == "" else f"`{value}`"


HEAD = """# Actions
Every action, with its parameters and what it does to the sample media. Made by `python scripts/gallery.py`.
In a technique: `{action: blur-image, inputs: {image: $inputs.image}, params: {radius: 8}}`; from the shell:
`limner run --action blur-image --input image=photo.jpg --param radius=8`.
"""


async def build(chosen: list[str]) -> str:
    """Run the chosen actions, or all, and return the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    kept = sections_of(PAGE.read_text(encoding="utf-8")) if chosen else {}
    for old in PICTURES.iterdir():
        if not chosen or old.stem.rsplit("-", 2)[0] in chosen:
            old.unlink()
    sections = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "tone.wav"
        write_tone(sound)
        roots = f"{sample('coffee.png').parent}:{folder}"
        settings = read_settings({"LIMNER_HOME": f"{folder}/home", "LIMNER_INPUT_ROOTS": roots})
        async with open_studio(settings) as studio:
            for action in builtin():
                if chosen and action.action_id not in chosen:
                    sections.append(kept[action.action_id])
                    continue
                print(action.action_id, flush=True)
                sections.append(text_of(action))
                for number, params in enumerate(LOOKS.get(action.action_id, [{}])):
                    view = await look(studio, action, params, str(sound))
                    said = ", ".join(f"{key}: {value}" for key, value in params.items()) or "defaults"
                    pictures = " ".join(show(studio, view, f"{action.action_id}-{number}"))
                    sections.append(f"{pictures}  \n<sub>{said}</sub>\n")
    return "\n".join(sections)


def sections_of(page: str) -> dict[str, str]:
    """Return the sections of a page that was made before, by action."""
    parts = page.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def write_tone(path: Path) -> None:
    """Write four seconds of a soft tone."""
    import wave

    import numpy as np

    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(48_000)
        sound.writeframes((np.sin(np.arange(192_000) / 48_000 * 440 * 6.2832) * 6000).astype("<i2").tobytes())


def main() -> None:
    """Make the page, or check it."""
    if "--check" in sys.argv:
        page = PAGE.read_text(encoding="utf-8")
        stale = [action.action_id for action in builtin() if text_of(action) not in page]
        if stale:
            sys.exit(f"docs/actions.md is stale for {', '.join(stale)}: run python scripts/gallery.py")
        return
    PAGE.write_text(anyio.run(build, sys.argv[1:]).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
