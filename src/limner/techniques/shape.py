"""Reads a technique file's data into typed parts, noting every key that is missing, unknown or malformed."""

import re
from dataclasses import dataclass, field
from typing import Any

from limner.authored.node import Node
from limner.authored.report import Place, Report
from limner.techniques.ports import ID_PATTERN, ID_SHAPE, check_default, read_port
from limner.techniques.steps import read_step
from limner.types import Json, Port, Step

TECHNIQUE_KEYS = (
    "technique_id", "name", "description", "inputs", "steps", "outputs",
    "fidelity", "tags", "examples", "estimated_seconds", "price_usd", "brand_kit",
)  # fmt: skip
ID = r"tech_[a-z0-9]+(-[a-z0-9]+)*"
MAX_ID_CHARS = 58
FIDELITIES = ("faithful", "procedural", "model")
MAX_PRICE_USD = 10_000
BRAND_KIT = ("required", "optional")
"""Whether a technique that reads `$brand` runs without a kit."""


@dataclass(slots=True)
class Draft:
    """A technique as its file says it, before its parts are checked against each other."""

    technique_id: str = ""
    name: str = ""
    description: str = ""
    fidelity: str = "faithful"
    tags: tuple[str, ...] = ()
    examples: tuple[Json, ...] = ()
    estimated_seconds: float = 5.0
    price_usd: float = 0.0
    brand_kit: str = ""
    """`required`, `optional`, or empty: the file does not say, which means required."""
    inputs: dict[str, Port] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    outputs: dict[str, Port] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    """Where `inputs.x` and `outputs.y` stand."""
    unclear: set[str] = field(default_factory=set)
    """`inputs.x` and `steps.y` that have mistakes of their own: nothing is said about what reads them."""


def read_draft(data: Any, report: Report, *, may_be_remote: bool = False) -> Draft:
    """Return what the data says as far as it can be read. may_be_remote: as `read_step` has it."""
    draft = Draft()
    if not isinstance(data, dict):
        report.add(
            (), "This is not a technique.", "Begin with `technique_id: tech_…`, name, steps and outputs."
        )
        return draft
    node = Node(report, (), data)
    node.only(TECHNIQUE_KEYS, ("technique_id", "name", "description", "steps", "outputs"))
    _read_head(node, draft)
    _read_ports(node, draft, "inputs")
    _read_steps(node, draft, may_be_remote=may_be_remote)
    _read_ports(node, draft, "outputs")
    _read_examples(node, draft)
    return draft


def _read_head(node: Node, draft: Draft) -> None:
    draft.technique_id = node.word("technique_id", ID, "`tech_` and lower-case words joined by -")
    if len(draft.technique_id) > MAX_ID_CHARS:
        node.wrong("technique_id", f"technique_id is over {MAX_ID_CHARS} characters.", "Shorten it.")
    draft.name = node.text("name", most=80)
    draft.description = node.text("description")
    draft.fidelity = node.choice("fidelity", FIDELITIES, "faithful")
    draft.estimated_seconds = node.number("estimated_seconds", 5.0) or 5.0
    draft.price_usd = node.amount("price_usd", most=MAX_PRICE_USD)
    draft.brand_kit = node.choice("brand_kit", BRAND_KIT, "")
    tags = node.items("tags")
    if not all(isinstance(tag, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", tag) for tag in tags):
        node.wrong(
            "tags", "tags must be lower-case words of at most 32 characters.", "Write tags: [color, print]."
        )
        return
    draft.tags = tuple(tags)


def _read_ports(node: Node, draft: Draft, key: str) -> None:
    found = draft.inputs if key == "inputs" else draft.outputs
    for child in node.nodes(key):
        before = node.report.count
        port = read_port(child, is_output=key == "outputs")
        if node.report.count == before:
            check_default(child, port)
        if not port.id:
            continue
        if port.id in found:
            child.wrong("id", f"Two {key} have the id {port.id!r}.", "Rename one of them.")
            continue
        found[port.id] = port
        draft.places[f"{key}.{port.id}"] = child.place
        if node.report.count > before:
            draft.unclear.add(f"{key}.{port.id}")
    if key == "outputs" and isinstance(node.data.get(key), list) and not node.data[key]:
        node.wrong(key, "The technique has no output.", "Name at least one result.")


def _read_steps(node: Node, draft: Draft, *, may_be_remote: bool) -> None:
    steps = node.mapping("steps")
    if isinstance(node.data.get("steps"), dict) and not steps:
        node.wrong("steps", "The technique has no step.", "Add at least one.")
    for step_id, data in steps.items():
        before = node.report.count
        if not re.fullmatch(ID_PATTERN, step_id):
            node.report.add(("steps", step_id), f"The step id {step_id!r} must be {ID_SHAPE}.", "Rename it.")
        step = read_step(node.report, step_id, data, may_be_remote=may_be_remote)
        if step is not None and node.report.count == before:
            draft.steps[step_id] = step
        else:
            draft.unclear.add(f"steps.{step_id}")


def _read_examples(node: Node, draft: Draft) -> None:
    for child in node.nodes("examples"):
        child.only(("title", "inputs"), ("inputs",))
        child.text("title", most=120)
        child.mapping("inputs")
    draft.examples = tuple(item for item in node.items("examples") if isinstance(item, dict))
