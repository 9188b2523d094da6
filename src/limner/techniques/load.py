"""The door for technique files: reads, checks and revises one, or says everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from limner.authored.document import parse_document, read_document
from limner.authored.report import Report
from limner.errors import InvalidInput, InvalidTechnique, Problem
from limner.techniques.brand_use import BrandUse, brand_use
from limner.techniques.checks import Actions, TechniqueOf, World, check_graph
from limner.techniques.revision import canonical_definition, revision_of, tool_name
from limner.techniques.shape import Draft, read_draft
from limner.techniques.values import check_examples
from limner.types import Json, Step, Technique


def load_text(text: str, file: str, *, actions: Actions, technique_of: TechniqueOf) -> Technique:
    """Return the technique that a YAML text describes. `file` names it in messages.

    Raises: InvalidTechnique, with every mistake.
    """
    data, report = parse_document(text, file)
    return load_data(data, report, actions=actions, technique_of=technique_of)


def load_file(
    path: Path, *, actions: Actions, technique_of: TechniqueOf, name: str | None = None
) -> Technique:
    """Return the technique in a file. `name` names it in messages; without it the path does.

    Raises: InvalidTechnique, with every mistake, or because the file cannot be read.
    """
    data, report = read_document(path, name or str(path))
    return load_data(data, report, actions=actions, technique_of=technique_of)


def from_definition(definition: Json, *, actions: Actions, technique_of: TechniqueOf) -> Technique:
    """Return the technique of a stored canonical definition, checked as a file is.

    Raises: InvalidTechnique, where it does not hold (any more): `file` is the revision's name.
    """
    try:
        report = Report(revision_of(definition), {})
    except (ValueError, InvalidInput) as error:
        remedy = "Use finite numbers and valid Unicode."
        raise InvalidTechnique(
            [Problem("definition", 1, f"This cannot be stored: {error}.", remedy)]
        ) from error
    return load_data(definition, report, actions=actions, technique_of=technique_of, may_be_remote=True)


def load_data(
    data: Any, report: Report, *, actions: Actions, technique_of: TechniqueOf, may_be_remote: bool = False
) -> Technique:
    """Return the technique that parsed data describes; `report` holds its lines and the mistakes so far.

    may_be_remote: whether it was built here, so that a provider's own technique may be its step.
    Raises: InvalidTechnique, with every mistake.
    """
    if data is None and report.count:
        raise InvalidTechnique(report.problems)
    draft = read_draft(data, report, may_be_remote=may_be_remote)
    pins = _given_pins(data)
    nested = check_graph(draft, World(actions, technique_of), report, pins)
    use = brand_use(draft, nested, report)
    if not report.count:
        check_examples(draft.examples, tuple(draft.inputs.values()), report)
    if report.count:
        raise InvalidTechnique(report.problems)
    pinned = {name: found.revision for name, found in nested.items()}
    definition = canonical_definition(data, pinned)
    steps = (_pinned(step, pinned) for step in draft.steps.values())
    return _technique(draft, tuple(steps), definition, use)


def _given_pins(data: Any) -> dict[str, str | None]:
    steps = data.get("steps") if isinstance(data, dict) else None
    if not isinstance(steps, dict):
        return {}
    return {step_id: step.get("revision") for step_id, step in steps.items() if isinstance(step, dict)}


def _pinned(step: Step, pinned: Mapping[str, str]) -> Step:
    """Return a step with the revisions of the techniques that it uses."""
    if step.terms is None:
        return replace(step, revision=pinned.get(step.id))
    tools = (
        replace(tool, revision=pinned.get(tool_name(step.id, index)))
        for index, tool in enumerate(step.terms.tools)
    )
    return replace(step, terms=replace(step.terms, tools=tuple(tools)))


def _technique(draft: Draft, steps: tuple[Step, ...], definition: Json, use: BrandUse) -> Technique:
    return Technique(
        technique_id=draft.technique_id,
        name=draft.name,
        description=draft.description,
        inputs=tuple(draft.inputs.values()),
        steps=steps,
        outputs=tuple(draft.outputs.values()),
        revision=revision_of(definition),
        definition=definition,
        fidelity=draft.fidelity,
        tags=draft.tags,
        examples=draft.examples,
        estimated_seconds=draft.estimated_seconds,
        price_usd=draft.price_usd,
        reads_brand=use.reads,
        needs_brand=use.is_needed,
    )
