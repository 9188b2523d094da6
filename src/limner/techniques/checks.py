"""Checks a draft as one graph: what flows where, what is unknown, what cannot fit, what is never used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from limner.authored.report import Place, Report, did_you_mean
from limner.errors import InvalidTechnique
from limner.techniques.accept import Acceptor
from limner.techniques.agent_results import agent_flows
from limner.techniques.conditions import is_same, present_when
from limner.techniques.expand import is_zip, lead_of
from limner.techniques.flow import Flow, Target, action_flows, remote_flows, technique_flows
from limner.techniques.lookup import Lookup, Sight
from limner.techniques.narrowing import spell_value
from limner.techniques.references import Reference, find_references, is_first, parse_reference
from limner.techniques.revision import tool_name
from limner.techniques.shape import Draft
from limner.techniques.step_inputs import action_inputs, generate_inputs, params_of, technique_inputs
from limner.techniques.wiring import check_circles, in_order, reached, references_of, with_order
from limner.types import Action, Kind, Port, Step, StepKind, Technique, ToolKind

TechniqueOf: TypeAlias = Callable[[str, str | None], Technique | None]
"""Returns a technique by id and revision (None: the current one), or None where there is none.

It may raise InvalidTechnique for one that has mistakes of its own.
"""
Actions: TypeAlias = Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class World:
    """What a technique can refer to outside itself."""

    actions: Actions
    technique_of: TechniqueOf


def check_graph(
    draft: Draft, world: World, report: Report, pins: Mapping[str, str | None]
) -> dict[str, Technique]:
    """Note every mistake of the graph, put the draft's steps in order, and return the techniques that it uses.

    They are named by step; those that are tools by `STEP.tools[INDEX]`.
    """
    draft.steps = with_order(draft.steps)
    before = report.count
    check_circles(draft.steps, report)
    ordered = in_order(draft.steps)
    lookup = Lookup(draft, report, is_broken=report.count > before)
    nested: dict[str, Technique] = {}
    for step in ordered:
        place = ("steps", step.id, "technique")
        if step.kind is StepKind.TECHNIQUE and (
            found := _nested(step.target, draft, world, report, pins.get(step.id), place)
        ):
            nested[step.id] = found
        nested |= _tools(step, draft, world, report)
        lookup.results[step.id] = _check_step(step, lookup, world, nested.get(step.id))
    _check_outputs(draft, lookup)
    if not lookup.is_broken:
        _check_unused(draft, report)
    draft.steps = {step.id: step for step in ordered}
    return nested


def _tools(step: Step, draft: Draft, world: World, report: Report) -> dict[str, Technique]:
    """Note tools of an agent that there are not, and return the techniques among them."""
    found: dict[str, Technique] = {}
    for index, tool in enumerate(step.terms.tools if step.terms else ()):
        place = ("steps", step.id, "tools", index)
        if tool.kind is ToolKind.ACTION and tool.target not in world.actions:
            remedy = did_you_mean(tool.target, world.actions)
            report.add((*place, "action"), f"There is no action {tool.target!r}.", remedy)
        elif tool.kind is ToolKind.TECHNIQUE:
            technique = _nested(tool.target, draft, world, report, tool.revision, (*place, "technique"))
            if technique is not None:
                found[tool_name(step.id, index)] = technique
    return found


def _nested(
    target: str, draft: Draft, world: World, report: Report, pin: str | None, place: Place
) -> Technique | None:
    if target == draft.technique_id:
        report.add(place, f"{target} nests itself.", "Refer to another technique.")
        return None
    try:
        found = world.technique_of(target, pin)
    except InvalidTechnique as error:
        report.add(place, f"{target} has mistakes of its own: {error.problems[0].message}", "Mend it first.")
        return None
    if found is None:
        what = f"{target!r} at revision {pin}" if pin else repr(target)
        report.add(place, f"There is no technique {what}.", "See `limner techniques list` for what there is.")
    return found


def _check_step(
    step: Step, lookup: Lookup, world: World, nested: Technique | None
) -> Mapping[str, Flow] | None:
    guard = present_when(step.when)
    _check_when(step, lookup)
    over = _check_for_each(step, lookup, Sight(guard=guard))
    item = None if step.for_each is None else (over or Flow(None, is_list=None, is_open=True))
    acceptor = Acceptor(lookup, Sight(item.element() if item else None, guard))
    place: Place = ("steps", step.id)
    match step.kind:
        case StepKind.ACTION:
            action = world.actions.get(step.target)
            if action is None:
                remedy = did_you_mean(step.target, world.actions)
                lookup.report.add((*place, "action"), f"There is no action {step.target!r}.", remedy)
                _check_references(step, lookup, acceptor.sight)
                return None
            is_skippable = action_inputs(step, action, acceptor)
            params_of(step, action.params, step.target, acceptor)
            results = action_flows(action)
        case StepKind.TECHNIQUE:
            if nested is None:
                _check_references(step, lookup, acceptor.sight)
                return None
            is_skippable = technique_inputs(step, nested, acceptor)
            results = technique_flows(nested)
        case StepKind.GENERATE:
            is_skippable = generate_inputs(step, acceptor)
            results = {step.target: Flow(Kind(step.target))}
        case StepKind.AGENT:
            is_skippable = generate_inputs(step, acceptor)
            results = agent_flows(step)
        case StepKind.REMOTE:
            _check_references(step, lookup, acceptor.sight)
            is_skippable = False
            results = remote_flows(step.id, lookup.draft.outputs.values())
    return _folded(results, step, item, is_skippable=is_skippable)


def _check_references(step: Step, lookup: Lookup, sight: Sight) -> None:
    """Note unknown names in a step of which nothing else can be checked, because what it uses is unknown."""
    for part, fields in (("inputs", step.inputs), ("params", step.params)):
        for within, reference in find_references(fields):
            lookup.flow(reference, ("steps", step.id, part, *within), sight)


def _folded(
    results: dict[str, Flow], step: Step, item: Flow | None, *, is_skippable: bool
) -> dict[str, Flow]:
    """Return a step's results as others see them: lists if it is mapped, nullable if it can be skipped."""
    if item is not None:
        over = replace(item, count=None) if is_skippable else item
        results = {name: flow.mapped(over) for name, flow in results.items()}
        is_skippable = False
    if step.when is None and not is_skippable:
        return results
    return {name: replace(flow, is_nullable=True) for name, flow in results.items()}


def _check_when(step: Step, lookup: Lookup) -> None:
    when, place = step.when, ("steps", step.id, "when")
    if not isinstance(when, dict):
        if reference := parse_reference(when):
            lookup.flow(reference, place, Sight())
        return
    key = "missing" if "missing" in when else "value"
    reference = parse_reference(when[key])
    flow = lookup.flow(reference, (*place, key), Sight()) if reference else None
    choices = flow.schema.get("enum") if flow else None
    if not choices or key == "missing":
        return
    for value in when.get("in", [when.get("equals")]):
        if value is not None and not any(is_same(value, choice) for choice in choices):
            message = f"{reference} is never {spell_value(value)!r}."
            lookup.report.add(place, message, did_you_mean(str(value), map(str, choices)))


def _check_for_each(step: Step, lookup: Lookup, sight: Sight) -> Flow | None:
    """Return the list that a step is mapped over, its elements being objects for a zip."""
    value, place = step.for_each, ("steps", step.id, "for_each")
    if value is None:
        return None
    if is_zip(value):
        flows = {
            name: _listed(parse_reference(member), lookup, sight, (*place, "zip", name))
            for name, member in value["zip"].items()
        }
        lead = lead_of(value)
        members = {
            name: replace(flow.element(), is_nullable=name != lead)
            if flow
            else Flow(None, is_list=None, is_open=True)
            for name, flow in flows.items()
        }
        over = flows[lead]
        return Flow(
            None, True, bool(over and over.is_nullable), over.count if over else None, members=members
        )
    if is_first(value):
        found = [
            _listed(parse_reference(item), lookup, sight, (*place, "first", index))
            for index, item in enumerate(value["first"])
        ]
        known = [flow for flow in found if flow]
        if len(known) < len(found) or len({flow.kind for flow in known}) != 1:
            return None
        return replace(known[0], is_nullable=all(flow.is_nullable for flow in known), count=None)
    return _listed(parse_reference(value), lookup, sight, place)


def _listed(reference: Reference | None, lookup: Lookup, sight: Sight, place: Place) -> Flow | None:
    if reference is None:
        lookup.report.add(
            place, "for_each must be a reference to a list.", "Write $inputs.name or $steps.name.image."
        )
        return None
    flow = lookup.flow(reference, place, sight)
    if flow is not None and flow.is_list is False:
        remedy = "Set allow_multiple: true on the input, or remove for_each and use the reference itself."
        lookup.report.add(place, f"for_each maps a list, {reference} is {flow.noun}.", remedy)
        return None
    return flow


def _check_outputs(draft: Draft, lookup: Lookup) -> None:
    acceptor = Acceptor(lookup, Sight())
    for port in draft.outputs.values():
        if f"outputs.{port.id}" in draft.unclear:
            continue
        place = (*draft.places[f"outputs.{port.id}"], "from")
        target = Target(
            f"the output {port.id!r}", port.type.kind, port.allow_multiple, takes_literal=_is_choice(port)
        )
        verdict = acceptor.accept(port.source, target, place)
        if verdict.is_known and verdict.is_nullable and not port.optional:
            remedy = "Set optional: true, or use from: {first: [REF, REF]} with one that always has a value."
            lookup.report.add(place, f"The output {port.id!r} can be without a value.", remedy)


def _is_choice(port: Port) -> bool:
    return is_first(port.source) and port.type.kind is Kind.TEXT


def _check_unused(draft: Draft, report: Report) -> None:
    if draft.unclear:
        return
    used = reached(draft.steps, draft.outputs)
    for step_id in draft.steps:
        if step_id not in used:
            message = f"No output depends on the step {step_id!r}."
            report.add(("steps", step_id), message, "Remove it, or add an output that reads it.")
    read = [reference for port in draft.outputs.values() for _, reference in find_references(port.source)]
    read += [reference for step in draft.steps.values() for reference in references_of(step)]
    names = {reference.path[0] for reference in read if reference.root == "inputs" and reference.path}
    for name in draft.inputs:
        if name not in names:
            report.add(
                draft.places[f"inputs.{name}"],
                f"Nothing reads the input {name!r}.",
                f"Remove it, or use it: $inputs.{name}.",
            )
