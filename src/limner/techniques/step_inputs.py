"""Checks what each kind of step is given: the inputs it needs, and parameters that it has."""

from typing import Any

from limner.authored.report import Place, did_you_mean, spell
from limner.techniques.accept import Acceptor
from limner.techniques.flow import TEXT_KEYS, Target, port_target
from limner.techniques.narrowing import is_required, type_of
from limner.techniques.references import is_first
from limner.types import Action, ActionPort, Json, Kind, Step, StepKind, Technique

_MODEL_VALUE: Json = {}


def action_inputs(step: Step, action: Action, acceptor: Acceptor) -> bool:
    """Note mistakes in an action's inputs; return whether a missing one can skip the step."""
    ports = {str(port.kind): port for port in action.inputs}
    _note_unknown(step, ports, f"{step.target} takes no input", acceptor)
    is_skippable = False
    for name, port in ports.items():
        if step.inputs.get(name) is None:
            if port.least:
                _note_missing(step, name, acceptor)
            continue
        verdict = acceptor.accept(step.inputs[name], _action_target(port, action), _place(step, name))
        is_skippable |= verdict.is_nullable and port.least > 0
    return is_skippable


def _action_target(port: ActionPort, action: Action) -> Target:
    return Target(
        what=f"{port.kind} of {action.action_id}",
        kind=port.kind,
        takes_list=port.is_list,
        bounds=(port.least, port.most) if port.is_list else (0, None),
        is_text_key=str(port.kind) in TEXT_KEYS,
    )


def technique_inputs(step: Step, nested: Technique, acceptor: Acceptor) -> bool:
    """Note mistakes in a nested technique's inputs; return whether a missing one can skip the step."""
    ports = {port.id: port for port in nested.inputs}
    _note_unknown(step, ports, f"{step.target} takes no input", acceptor)
    is_skippable = False
    for name, port in ports.items():
        if step.inputs.get(name) is None:
            if is_required(port):
                _note_missing(step, name, acceptor)
            continue
        target = port_target(port, f"{name} of {step.target}")
        verdict = acceptor.accept(step.inputs[name], target, _place(step, name))
        is_skippable |= verdict.is_nullable and is_required(port)
    return is_skippable


def generate_inputs(step: Step, acceptor: Acceptor) -> bool:
    """Note mistakes in what a model or an agent is given; return whether a missing prompt can skip the step."""
    kinds = {str(kind): kind for kind in Kind}
    _note_unknown(step, kinds, f"{step.kind} takes no input", acceptor)
    for name, kind in kinds.items():
        if step.inputs.get(name) is not None:
            target = Target(f"{name} of {step.id}", kind, takes_list=True, is_text_key=name in TEXT_KEYS)
            acceptor.accept(step.inputs[name], target, _place(step, name))
    for name, value in step.params.items():
        place: Place = ("steps", step.id, "params", name)
        _param(value, _MODEL_VALUE, f"{name} of {step.id}", place, acceptor, is_text_key=name in TEXT_KEYS)
    if step.prompt is None:
        return False
    target = Target(f"prompt of {step.id}", Kind.TEXT, is_text_key=True)
    return acceptor.accept(step.prompt, target, ("steps", step.id, "prompt")).is_nullable


def params_of(step: Step, known: Json, owner: str, acceptor: Acceptor) -> None:
    """Note parameters that an action does not have, and values that it would refuse."""
    for name, value in step.params.items():
        place: Place = ("steps", step.id, "params", name)
        if name not in known:
            message = f"{owner} has no parameter {name!r}."
            acceptor.lookup.report.add(place, message, did_you_mean(name, known))
        elif value is not None:
            what = f"{name} of {owner}"
            _param(value, known[name], what, place, acceptor, is_text_key=name in TEXT_KEYS)


def _param(
    value: Any, schema: Json, what: str, place: Place, acceptor: Acceptor, *, is_text_key: bool
) -> None:
    """Check a parameter; where it is an object or a list, its members one by one."""
    members: Json = schema.get("properties", {})
    if isinstance(value, dict) and not is_first(value) and (members or not schema):
        for key, item in value.items():
            if members and key not in members:
                acceptor.lookup.report.add(
                    (*place, key), f"{what} has no {key!r}.", did_you_mean(key, members)
                )
            else:
                _param(
                    item,
                    members.get(key, {}),
                    f"{what}.{key}",
                    (*place, key),
                    acceptor,
                    is_text_key=is_text_key,
                )
    elif isinstance(value, list) and (not schema or type_of(schema) == "array"):
        for index, item in enumerate(value):
            inner = schema.get("items", {})
            _param(item, inner, f"{what}[{index}]", (*place, index), acceptor, is_text_key=is_text_key)
    else:
        acceptor.accept(value, Target(what, Kind.TEXT, schema=schema, is_text_key=is_text_key), place)


def _note_unknown(step: Step, known: Any, message: str, acceptor: Acceptor) -> None:
    for name in step.inputs:
        if name not in known:
            remedy = did_you_mean(name, known)
            acceptor.lookup.report.add(_place(step, name), f"{message} {name!r}.", remedy)


def _note_missing(step: Step, name: str, acceptor: Acceptor) -> None:
    what = step.target if step.kind is not StepKind.AGENT else step.id
    place: Place = ("steps", step.id, "inputs") if step.inputs else ("steps", step.id)
    remedy = f"Add `{name}: $inputs.…` under {spell(('steps', step.id, 'inputs'))}."
    acceptor.lookup.report.add(place, f"{what} needs the input {name!r}.", remedy)


def _place(step: Step, name: str) -> Place:
    return ("steps", step.id, "inputs", name)
