"""Finds which steps read which, the order they can run in, and the circles that make that impossible."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from limner.authored.report import Place, Report
from limner.techniques.flow import TEXT_KEYS
from limner.techniques.references import Reference, find_references, parse_reference
from limner.techniques.templates import check_template, is_template, template_reads
from limner.types import Port, Step


def references_of(step: Step) -> Iterator[Reference]:
    """Yield every reference of a step, those inside its templates too."""
    for part in (step.inputs, step.params, step.prompt, step.for_each, step.when):
        for _, reference in find_references(part):
            yield reference
    for text in template_texts(step):
        if not check_template(text):
            for read in template_reads(text):
                yield read.reference


def template_texts(step: Step) -> Iterator[str]:
    """Yield the texts of a step that are rendered: its prompt, and what stands under `text` or `prompt`."""
    places: list[Any] = [step.prompt]
    for part in (step.inputs, step.params):
        places.extend(value for key, value in part.items() if key in TEXT_KEYS)
    for place in places:
        yield from (text for text in _texts(place) if is_template(text) and not parse_reference(text))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)


def with_order(steps: Mapping[str, Step]) -> dict[str, Step]:
    """Return the steps with `after` filled in: the steps that each one reads, itself included if it does."""
    return {step_id: replace(step, after=_read_by(step, steps)) for step_id, step in steps.items()}


def _read_by(step: Step, steps: Mapping[str, Step]) -> tuple[str, ...]:
    read = {reference.step for reference in references_of(step) if reference.step is not None}
    return tuple(sorted(read & steps.keys()))


def in_order(steps: Mapping[str, Step]) -> list[Step]:
    """Return the steps so that each comes after those it reads, by id where that leaves a choice.

    Steps on a circle, and those that wait for one, are left out.
    """
    ordered: dict[str, Step] = {}
    waiting = dict(sorted(steps.items()))
    while ready := [step for step in waiting.values() if all(other in ordered for other in step.after)]:
        ordered[ready[0].id] = waiting.pop(ready[0].id)
    return list(ordered.values())


def check_circles(steps: Mapping[str, Step], report: Report) -> None:
    """Note every circle of steps that wait for each other, once, with its path."""
    seen: set[str] = set()
    for step_id in sorted(steps):
        if step_id in seen:
            continue
        path = _circle(step_id, steps)
        if not path:
            continue
        seen.update(path)
        place: Place = ("steps", path[0])
        if len(path) == 1:
            report.add(place, f"The step {path[0]!r} reads its own result.", "Read another step or an input.")
            continue
        circle = " → ".join([*path, path[0]])
        report.add(
            place, f"These steps wait for each other: {circle}.", "Take one reference out of the circle."
        )


def _circle(start: str, steps: Mapping[str, Step]) -> list[str]:
    """Return the shortest way from a step back to itself, empty if there is none."""
    paths = [[start]]
    visited: set[str] = set()
    while paths:
        path = paths.pop(0)
        for other in steps[path[-1]].after:
            if other == start:
                return path
            if other not in visited:
                visited.add(other)
                paths.append([*path, other])
    return []


def reached(steps: Mapping[str, Step], outputs: Mapping[str, Port]) -> set[str]:
    """Return the ids of the steps that some output depends on."""
    ahead = [ref.step for port in outputs.values() for _, ref in find_references(port.source)]
    found: set[str] = set()
    while ahead:
        step_id = ahead.pop()
        if step_id is not None and step_id in steps and step_id not in found:
            found.add(step_id)
            ahead.extend(steps[step_id].after)
    return found
