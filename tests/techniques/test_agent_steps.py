"""Agent steps in technique files: every mistake is found at load with its line, and what they use is pinned."""

import re
from pathlib import Path
from typing import Any

import pytest

from limner.actions.catalogue import builtin
from limner.library import technique_folder
from limner.techniques.agent_results import agent_flows
from limner.techniques.load import from_definition, load_text
from limner.techniques.revision import pinned_in
from limner.techniques.shelf import Shelf
from limner.types import AgentLimits, Kind, Technique

from .actions import ACTIONS
from .loading import load, problems_of

HEAD = "technique_id: tech_x\nname: X\ndescription: Does x.\ninputs: [{id: topic, type: text}]\n"
OUT = "outputs: [{id: text, type: text, from: $steps.write.text}]\n"
INNER = """technique_id: tech_inner
name: Inner
description: Blurs.
inputs: [{id: image, type: imageUrl}]
steps: {blur: {action: blur-image, inputs: {image: $inputs.image}}}
outputs: [{id: image, type: imageUrl, from: $steps.blur.image}]
"""


def agent(rest: str, out: str = OUT) -> str:
    step = "steps:\n  write:\n    agent: writer\n    prompt: About {{ inputs.topic }}\n"
    return f"{HEAD}{step}{''.join(f'    {line}{chr(10)}' for line in rest.splitlines())}{out}"


def result(schema: str) -> str:
    return agent(f"result: {schema} # HERE")


MISTAKES = {
    "a tool that is no tool": (agent("tools:\n  - web\n  - shell # HERE"), "is no tool", "{action: ID}"),
    "a tool of two kinds": (
        agent("tools:\n  - {action: blur-image, technique: tech_inner} # HERE"),
        "is no tool",
        "{technique: ID}",
    ),
    "an unknown action": (
        agent("tools:\n  - {action: blur-imgae} # HERE"),
        "There is no action 'blur-imgae'",
        "'blur-image'",
    ),
    "an unknown technique": (agent("tools:\n  - {technique: tech_none} # HERE"), "no technique", "list"),
    "itself": (agent("tools:\n  - {technique: tech_x} # HERE"), "nests itself", "another"),
    "an unknown key of a tool": (
        agent("tools:\n  - {action: blur-image, params: {}} # HERE"),
        "no key 'params'",
        "action",
    ),
    "a tool twice": (agent("tools:\n  - web\n  - web # HERE"), "stands here twice", "Keep one"),
    "no turns": (agent("limits: {turns: 0} # HERE"), "from 1 to 60", "without quotes"),
    "half a call": (agent("limits: {calls: 1.5} # HERE"), "whole number from 0 to 200", "without quotes"),
    "too much money": (agent("limits: {cost_usd: 1000} # HERE"), "cost_usd must be", "without quotes"),
    "an unknown limit": (agent("limits: {tokens: 5} # HERE"), "no key 'tokens'", "turns"),
    "a result that is no object": (result("{type: string}"), "schema of an object", "leave `result` out"),
    "a property without a type": (
        result("{type: object, properties: {a: {maxLength: 3}}}"),
        "no 'type'",
        "Add `type:`",
    ),
    "an unknown keyword": (
        result("{type: object, properties: {a: {type: string, pattern: x}}}"),
        "no key 'pattern'",
        "one of",
    ),
    "a list of nothing": (result("{type: object, properties: {a: {type: array}}}"), "no 'items'", "items:"),
    "a required one that is not there": (
        result("{type: object, properties: {headline: {type: string}}, required: [headlin]}"),
        "no such property",
        "'headline'",
    ),
    "a name that is taken": (
        result("{type: object, properties: {text: {type: string}}}"),
        "named 'text' already",
        "Rename",
    ),
    "tools for an action": (
        f"{HEAD}steps:\n  write:\n    action: concat-text\n    inputs: {{text: $inputs.topic}}\n"
        f"    tools: [web] # HERE\n{OUT}",
        "no key 'tools'",
        "one of",
    ),
    "a result that nobody makes": (
        agent(
            "result: {type: object, properties: {a: {type: string}}, required: [a]}",
            "outputs: [{id: text, type: text, from: $steps.write.b}] # HERE\n",
        ),
        "no result of the step 'write' named 'b'",
        "one of",
    ),
    "a list where a text is taken": (
        agent(
            "result: {type: object, properties: {a: {type: array, items: {type: string}}}, required: [a]}",
            "outputs: [{id: text, type: text, from: $steps.write.a}] # HERE\n",
        ),
        "takes one",
        "[0]",
    ),
    "one that may be missing": (
        agent(
            "result: {type: object, properties: {a: {type: string}}}",
            "outputs: [{id: text, type: text, from: $steps.write.a}] # HERE\n",
        ),
        "can be without a value",
        "optional",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_with_its_line_and_the_way_out(mistake: str) -> None:
    text, message, remedy = MISTAKES[mistake]
    found = problems_of(text)
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if "# HERE" in each)
    assert [(each.line, message in each.message, remedy in each.remedy) for each in found] == [
        (line, True, True)
    ], found


def test_the_example_of_the_docs_loads_with_what_ships() -> None:
    page = (Path(__file__).parents[2] / "docs" / "agents.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    actions = builtin().by_id
    shipped = Shelf(technique_folder(), [], actions).builtin()
    found = load_text(
        example, "a.yaml", actions=actions, technique_of=lambda technique_id, pin: shipped.get(technique_id)
    )
    assert [inner for inner, _ in found.steps[0].techniques] == [
        "tech_palette-pull",
        "tech_art-directors-critique",
    ]
    default = AgentLimits()
    assert defaults_in(page) == {
        "turns": str(default.turns),
        "calls": str(default.calls),
        "cost_usd": f"{default.cost_usd:.2f}",
        "seconds": f"{default.seconds:g}",
    }


def defaults_in(page: str) -> dict[str, str]:
    """Return the defaults of limits as the page has them."""
    return dict(re.findall(r"^\| `(turns|calls|cost_usd|seconds)` \| ([0-9.]+) \|", page, re.MULTILINE))


def nested() -> dict[str, Technique]:
    return {"tech_inner": load(INNER)}


def test_a_technique_that_is_a_tool_is_pinned_and_loads_again_from_what_is_stored() -> None:
    inner = nested()
    found = load(agent("tools: [web, {technique: tech_inner}]"), inner)
    revision = inner["tech_inner"].revision
    (step,) = found.steps
    assert step.techniques == (("tech_inner", revision),)
    assert found.definition["steps"]["write"]["tools"] == [
        "web",
        {"technique": "tech_inner", "revision": revision},
    ]
    assert pinned_in(found.definition) == [("tech_inner", revision)]
    again = from_definition(found.definition, actions=ACTIONS, technique_of=lambda name, pin: inner.get(name))
    assert (again.revision, again.steps) == (found.revision, found.steps)


def test_another_revision_of_a_tool_is_another_revision_and_defaults_are_not() -> None:
    inner = nested()
    other = {"tech_inner": load(INNER.replace("Blurs.", "Blurs more."))}
    plain = load(agent("tools: [{technique: tech_inner}]"), inner)
    assert plain.revision != load(agent("tools: [{technique: tech_inner}]"), other).revision
    defaults = "limits: {turns: 12, calls: 24, cost_usd: 0.5, seconds: 600}"
    same = load(agent(f"tools: [{{technique: tech_inner}}]\n{defaults}"), inner)
    assert same.revision == plain.revision
    fewer = load(agent("tools: [{technique: tech_inner}]\nlimits: {turns: 3}"), inner)
    assert fewer.revision != plain.revision
    assert fewer.steps[0].terms is not None and fewer.steps[0].terms.limits == AgentLimits(turns=3)


def test_results_are_the_text_the_sources_and_what_of_the_object_can_be_read_by_name() -> None:
    schema = (
        "{type: object, required: [a, n], properties: {a: {type: string}, n: {type: integer}, "
        "l: {type: array, items: {type: string}}, deep: {type: object, properties: {x: {type: string}}}}}"
    )
    (step,) = load(agent(f"result: {schema}")).steps
    flows: dict[str, Any] = {
        name: (flow.kind, flow.is_list, flow.is_nullable) for name, flow in agent_flows(step).items()
    }
    assert flows == {
        "text": (Kind.TEXT, False, False),
        "sources": (Kind.TEXT, False, False),
        "a": (Kind.TEXT, False, False),
        "n": (Kind.TEXT, False, False),
        "l": (Kind.TEXT, True, True),
    }
