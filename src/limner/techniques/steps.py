"""Reads the steps of a technique file: which kind each is, and that its keys belong to that kind."""

import re
from typing import Any

from limner.authored.node import Node
from limner.authored.report import Place, Report, did_you_mean, spell
from limner.techniques.agent_terms import read_terms
from limner.techniques.expand import is_zip
from limner.techniques.references import is_first, parse_reference
from limner.types import Step, StepKind
from limner.types.media import GENERATED_NAMES

FILE_KINDS = tuple(kind for kind in StepKind if kind is not StepKind.REMOTE)
"""What authors may write; remote steps are built for the techniques that providers offer."""
KINDS = tuple(kind.value for kind in FILE_KINDS)
_COMMON = ("inputs", "for_each", "when")
KEYS = {
    StepKind.ACTION: ("action", "params", *_COMMON),
    StepKind.GENERATE: ("generate", "prompt", "model", "needs", "prefer", "params", *_COMMON),
    StepKind.TECHNIQUE: ("technique", "revision", *_COMMON),
    StepKind.AGENT: (
        "agent", "prompt", "model", "needs", "prefer", "tools", "result", "limits", "params", *_COMMON,
    ),
    StepKind.REMOTE: ("remote", "inputs"),
}  # fmt: skip
MAX_REMOTE_CHARS = 300
PREFERENCES = ("price", "speed")
REF_REMEDY = "Write a reference such as $inputs.image or $steps.blur.image."


def read_step(report: Report, step_id: str, data: Any, *, may_be_remote: bool = False) -> Step | None:
    """Return the step that a node describes, or None where it is too wrong to be one.

    may_be_remote: whether it was built here, not written by an author.
    """
    place: Place = ("steps", step_id)
    if not isinstance(data, dict):
        report.add(place, f"{spell(place)} must be a mapping.", "Write `action: …` and its inputs below it.")
        return None
    node = Node(report, place, data)
    if (kind := _kind(node, may_be_remote=may_be_remote)) is None:
        return None
    node.only(KEYS[kind])
    step = Step(
        id=step_id,
        kind=kind,
        target=_target(node, kind),
        inputs=node.mapping("inputs"),
        params=node.mapping("params"),
        prompt=node.text("prompt", most=20_000) or None,
        model=node.text("model", most=200) or None,
        needs=_needs(node),
        prefer=node.choice("prefer", PREFERENCES, "") or None,
        terms=read_terms(node) if kind is StepKind.AGENT else None,
        for_each=data.get("for_each"),
        when=data.get("when"),
    )
    node.text("revision", most=40)
    _check_for_each(node, step)
    _check_when(node, step)
    _check_prompt(node, step)
    return step


def _kind(node: Node, *, may_be_remote: bool) -> StepKind | None:
    remote = StepKind.REMOTE.value
    if remote in node.data and may_be_remote:
        return StepKind.REMOTE
    if remote in node.data:
        remedy = (
            "It is listed by an id of its own: `limner techniques list`. Start that, or use a generate step."
        )
        node.wrong(remote, "A technique of a provider cannot be a step of a file.", remedy)
        return None
    kinds = [key for key in KINDS if key in node.data]
    if len(kinds) == 1:
        return StepKind(kinds[0])
    name = spell(node.place)
    if kinds:
        node.wrong(kinds[1], f"{name} is {' and '.join(kinds)} at once.", "Keep one; make two steps of it.")
        return None
    near = [key for key in node.data if did_you_mean(key, KINDS).startswith("Did")]
    if near:
        node.wrong(near[0], f"There is no key {near[0]!r} here.", did_you_mean(near[0], KINDS))
    else:
        node.report.add(node.place, f"{name} does not say what it does.", f"Add one of: {', '.join(KINDS)}.")
    return None


def _needs(node: Node) -> tuple[str, ...]:
    needs = node.items("needs")
    if not all(isinstance(need, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", need) for need in needs):
        node.wrong("needs", "needs must be a list of lower-case words.", "Write needs: [image-input].")
        return ()
    return tuple(needs)


def _target(node: Node, kind: StepKind) -> str:
    if node.data[kind.value] is None:
        node.wrong(kind.value, f"{spell((*node.place, kind.value))} is empty.", "Write what the step uses.")
    if kind is StepKind.GENERATE:
        return node.choice("generate", GENERATED_NAMES, "")
    return node.text(kind.value, most=MAX_REMOTE_CHARS if kind is StepKind.REMOTE else 80)


def _check_for_each(node: Node, step: Step) -> None:
    value = step.for_each
    if "for_each" not in node.data or parse_reference(value) or is_first(value):
        return
    if not is_zip(value):
        node.wrong(
            "for_each", "for_each must be a reference to a list.", f"{REF_REMEDY} Or {{zip: {{a: REF}}}}."
        )
        return
    zipped = Node(node.report, (*node.place, "for_each"), value)
    zipped.only(("zip", "lead"))
    members = Node(node.report, (*zipped.place, "zip"), value["zip"])
    if not members.data:
        zipped.wrong("zip", "zip has no members.", "Write zip: {a: REF, b: REF}.")
    for name, member in members.data.items():
        if not parse_reference(member):
            members.wrong(name, f"{spell((*members.place, name))} must be a reference.", REF_REMEDY)
    if "lead" in value:
        zipped.choice("lead", members.data, "")


def _check_when(node: Node, step: Step) -> None:
    value = step.when
    if "when" not in node.data or parse_reference(value):
        return
    remedy = "Write a reference, {value: REF, equals: X}, {value: REF, in: [X, Y]} or {missing: REF}."
    if not isinstance(value, dict) or set(value) not in ({"value", "equals"}, {"value", "in"}, {"missing"}):
        node.wrong("when", "when is not a condition.", remedy)
        return
    key = "missing" if "missing" in value else "value"
    if not parse_reference(value[key]):
        node.report.add((*node.place, "when", key), f"when.{key} must be a reference.", REF_REMEDY)
    if "in" in value and not isinstance(value["in"], list):
        node.report.add((*node.place, "when", "in"), "when.in must be a list.", remedy)


def _check_prompt(node: Node, step: Step) -> None:
    if step.kind is StepKind.AGENT and "prompt" not in node.data:
        node.report.add(node.place, f"{spell(node.place)} has no 'prompt'.", "Say what the agent shall do.")
    if step.kind is StepKind.GENERATE and "prompt" not in node.data and not step.inputs:
        node.report.add(node.place, f"{spell(node.place)} has no 'prompt'.", "Add `prompt:` or `inputs:`.")
