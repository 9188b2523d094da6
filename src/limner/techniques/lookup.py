"""Says what goes through a reference, or notes why there is nothing it could stand for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from limner.authored.report import Place, Report, did_you_mean
from limner.techniques.brand import UnknownBrandValueError, brand_flow
from limner.techniques.flow import Flow, input_flow
from limner.techniques.references import Reference
from limner.techniques.shape import Draft
from limner.types import Kind


@dataclass(frozen=True, slots=True)
class Sight:
    """What the references of one place see beyond inputs and steps."""

    item: Flow | None = None
    guard: Reference | None = None
    """The reference that certainly has a value there."""


@dataclass(slots=True)
class Lookup:
    """Follows references. `results` is filled step by step, in order; None: the step's results are not known."""

    draft: Draft
    report: Report
    results: dict[str, Mapping[str, Flow] | None] = field(default_factory=dict)
    is_broken: bool = False
    """Whether a reference leads nowhere or to the wrong kind: what seems unused may be what it meant."""

    def flow(self, reference: Reference, place: Place, sight: Sight) -> Flow | None:
        """Return what goes through a reference; None where that is a mistake, which is noted, or unknown."""
        found = self._root(reference, place, sight)
        if found is not None and reference == sight.guard:
            return replace(found, is_nullable=False)
        return found

    def _root(self, reference: Reference, place: Place, sight: Sight) -> Flow | None:
        match reference.root:
            case "inputs":
                return self._input(reference, place)
            case "steps":
                return self._step(reference, place)
            case "brand":
                return self._brand(reference, place)
            case "run":
                return self._run(reference, place)
            case "item":
                return self._item(reference, place, sight)
            case _:
                return self._index(reference, place, sight)

    def _input(self, reference: Reference, place: Place) -> Flow | None:
        name = self._name(reference, 0, place, self.draft.inputs, "input", "inputs")
        if name is None:
            return None
        return self._below(input_flow(self.draft.inputs[name]), reference, 1, place)

    def _step(self, reference: Reference, place: Place) -> Flow | None:
        name = self._name(reference, 0, place, self.draft.steps, "step", "steps")
        if name is None:
            return None
        results = self.results.get(name)
        if results is None:
            return None
        result = self._name(reference, 1, place, results, f"result of the step {name!r}", "")
        return None if result is None else self._below(results[result], reference, 2, place)

    def _name(
        self,
        reference: Reference,
        depth: int,
        place: Place,
        known: Mapping[str, object],
        noun: str,
        group: str,
    ) -> str | None:
        if len(reference.path) <= depth:
            first = next(iter(known), "x")
            self.report.add(place, f"{reference} does not name a {noun}.", f"Write {reference}.{first}.")
            return None
        name = str(reference.path[depth])
        if name in known:
            return None if f"{group}.{name}" in self.draft.unclear else name
        self.is_broken = True
        if f"{group}.{name}" not in self.draft.unclear:
            self.report.add(place, f"There is no {noun} named {name!r}.", did_you_mean(name, known))
        return None

    def _below(self, flow: Flow, reference: Reference, depth: int, place: Place) -> Flow | None:
        rest = reference.path[depth:]
        if not rest:
            return flow
        if flow.kind is None and flow.is_open:
            return replace(flow, is_nullable=True)
        stem = Reference(reference.root, reference.path[:depth])
        if not flow.is_list or not isinstance(rest[0], int):
            self.report.add(place, f"{stem} is {flow.noun}: {reference} does not exist.", f"Write {stem}.")
            return None
        if len(rest) > 1:
            short = Reference(reference.root, reference.path[: depth + 1])
            self.report.add(place, f"{short} is not a list: {reference} does not exist.", f"Write {short}.")
            return None
        return self._at(flow, rest[0], reference, place)

    def _at(self, flow: Flow, index: int, reference: Reference, place: Place) -> Flow | None:
        least, most = flow.count or (index + 1, None)
        if most is not None and index >= most:
            remedy = f"Indexes begin at 0: the last is [{most - 1}]."
            self.report.add(place, f"{reference} never exists: the list has at most {most}.", remedy)
            return None
        return replace(flow.element(), is_nullable=flow.is_nullable or index >= least)

    def _brand(self, reference: Reference, place: Place) -> Flow | None:
        try:
            flow = brand_flow(reference.path)
        except UnknownBrandValueError as error:
            self.report.add(place, f"{reference}: {error}", error.remedy)
            return None
        return replace(flow, is_nullable=True) if self.draft.brand_kit == "optional" else flow

    def _run(self, reference: Reference, place: Place) -> Flow | None:
        if reference.path == ("seed",):
            return Flow(Kind.TEXT, schema={"type": "integer"}, is_open=True)
        self.report.add(place, f"{reference} does not exist.", "A run has one value to read: $run.seed.")
        return None

    def _item(self, reference: Reference, place: Place, sight: Sight) -> Flow | None:
        if sight.item is None:
            self._no_item(reference, place)
            return None
        if sight.item.members is None or not reference.path:
            return self._below(sight.item, reference, 0, place)
        name = self._name(reference, 0, place, sight.item.members, "member of $item", "")
        return None if name is None else self._below(sight.item.members[name], reference, 1, place)

    def _index(self, reference: Reference, place: Place, sight: Sight) -> Flow | None:
        if sight.item is None:
            self._no_item(reference, place)
            return None
        return self._below(Flow(Kind.TEXT, schema={"type": "integer"}, is_open=True), reference, 0, place)

    def _no_item(self, reference: Reference, place: Place) -> None:
        remedy = "Add for_each: REF to the step; for_each and when themselves cannot read it."
        self.report.add(place, f"{reference} exists only inside a step with for_each.", remedy)
