"""What a run of a technique would cost, step by step, before anything is started."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from limner.app.needs import in_words, wanted_at_least
from limner.engine.seams import Routes
from limner.errors import LimnerError, Unavailable
from limner.money import plain
from limner.techniques.conditions import is_met
from limner.techniques.expand import expand
from limner.techniques.filling import fill_inputs, fill_params
from limner.techniques.references import Scope, find_references, parse_reference
from limner.techniques.remote import own_price_of
from limner.types import AgentTerms, Json, Kind, Port, Step, StepKind, Technique, Wanted

TechniqueOf: TypeAlias = Callable[[str, str], Awaitable[Technique]]


@dataclass(frozen=True, slots=True)
class StepPrice:
    """What one step costs at most, in US dollars."""

    step: str
    price_usd: float | None
    """Of all its repetitions; None: not known."""
    count: int | None = 1
    """How often it runs; None: only the run knows."""
    model_id: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a run costs at most, in US dollars."""

    steps: tuple[StepPrice, ...]
    own_usd: float = 0.0
    """The technique's own price, beside its steps."""

    @property
    def known_usd(self) -> float:
        """The sum of what is known."""
        return round(self.own_usd + sum(each.price_usd or 0.0 for each in self.steps), 6)

    @property
    def whole_usd(self) -> float | None:
        """What it costs; None where a part of it is not known."""
        return None if self.unpriced else self.known_usd

    @property
    def unpriced(self) -> tuple[str, ...]:
        """What has no known price: models, or steps where not even the model is known."""
        return tuple(
            dict.fromkeys(each.model_id or each.step for each in self.steps if each.price_usd is None)
        )

    def document(self, target_id: str) -> Json:
        """Return `{estimated_usd, by_step, unpriced?}`: the price of the technique itself first, if it has one.

        target_id: what the run is of. Of a step: `estimated_usd` of all its repetitions, null where it is not known;
        `count` of repetitions, null where only the run knows; `model_id`, of the model that is asked first.
        """
        rows = [_row(each) for each in self.steps]
        if self.own_usd:
            rows.insert(0, _row(StepPrice(target_id, self.own_usd)))
        told: Json = {"estimated_usd": plain(self.known_usd), "by_step": rows}
        return {**told, "unpriced": list(self.unpriced)} if self.unpriced else told


def _row(step: StepPrice) -> Json:
    price = None if step.price_usd is None else plain(step.price_usd)
    named = {} if step.model_id is None else {"model_id": step.model_id}
    return {"step": step.step, "estimated_usd": price, "count": step.count, **named}


class Pricing:
    """Prices techniques with the models that there are now."""

    def __init__(self, *, routes: Routes, technique_of: TechniqueOf) -> None:
        self._routes = routes
        self._technique_of = technique_of

    async def price(self, technique: Technique, inputs: Json, *, prefix: str = "") -> Price:
        """Return what a run costs at most. inputs: as `validate_inputs` gives them.

        Where a step may fall back on another model, the dearest of these counts.
        """
        given = {port.id: inputs.get(port.id) for port in technique.inputs}
        scope = Scope(inputs=given, run={"seed": 0})
        steps: list[StepPrice] = []
        repeats: dict[str, int] = {}
        for step in technique.steps:
            steps += await self._step(step, scope, repeats, prefix)
        return Price(tuple(steps), own_price_of(technique))

    async def least(self, technique: Technique) -> tuple[float | None, float]:
        """Return what a run costs with the least that it can be given, None where that is not known; and what is known.

        That is what lists show: required lists are as short as they may be, and nothing optional is given.
        """
        inputs = {port.id: _least_of(port) for port in technique.inputs}
        try:
            price = await self.price(technique, inputs)
        except LimnerError:  # nobody offers what it needs now
            return None, own_price_of(technique)
        return price.whole_usd, price.known_usd

    async def _step(self, step: Step, scope: Scope, repeats: dict[str, int], prefix: str) -> list[StepPrice]:
        """Return the prices of a step. repeats: how often the mapped steps before it run, by id; it is added."""
        path = prefix + step.id
        if _is_known(step.when) and not is_met(step.when, scope):
            return [StepPrice(path, 0.0, 0)]
        if step.for_each is None:
            return await self._once(step, scope, path)
        scopes = expand(step.for_each, scope) or [] if _is_known(step.for_each) else None
        count = _repeats_of(step.for_each, repeats) if scopes is None else len(scopes)
        once = await self._once(step, scopes[0] if scopes else scope, path)
        if count is None:
            return [
                replace(each, price_usd=None if each.price_usd else each.price_usd, count=None)
                for each in once
            ]
        repeats[step.id] = count
        return [_times(each, count) for each in once]

    async def _once(self, step: Step, scope: Scope, path: str) -> list[StepPrice]:
        match step.kind:
            case StepKind.ACTION:
                return [StepPrice(path, 0.0)]
            case StepKind.GENERATE:
                return [await self._generated(step, scope, path)]
            case StepKind.REMOTE:
                return [StepPrice(path, (await self._routes.remote(step.target)).price_usd)]
            case StepKind.TECHNIQUE:
                inner = await self._technique_of(step.target, step.revision or "")
                given = fill_inputs(
                    {key: value for key, value in step.inputs.items() if _is_known(value)}, scope
                )
                # What a nested technique costs beside its steps is in the price of the one that nests it.
                return list((await self.price(inner, given, prefix=f"{path}/")).steps)
            case StepKind.AGENT:
                return [await self._agent(step, path)]

    async def _agent(self, step: Step, path: str) -> StepPrice:
        """Return what an agent may spend: it is bound to that, however often it asks its model.

        That is nothing, where its model and everything in the techniques that it may call are free.
        """
        wanted = wanted_at_least(step) or Wanted(Kind.TEXT)
        candidates = await self._routes.candidates(wanted)
        if not candidates:
            raise _nobody(path, wanted)
        model, terms = candidates[0].model, step.terms or AgentTerms()
        prices = {each.price_usd for each in candidates}
        for technique_id, revision in step.techniques:
            prices |= await self._prices_in(await self._technique_of(technique_id, revision or ""))
        limit = terms.limits.cost_usd if any(prices) else 0.0
        return StepPrice(path, None if None in prices else limit, 1, model.model_id if model else None)

    async def _prices_in(self, technique: Technique) -> set[float | None]:
        """Return the prices of a technique's steps, whatever it is given and however often they run."""
        found: set[float | None] = set()
        scope = Scope(inputs={port.id: None for port in technique.inputs}, run={"seed": 0})
        for step in technique.steps:
            if step.kind is StepKind.TECHNIQUE:
                for technique_id, revision in step.techniques:
                    found |= await self._prices_in(await self._technique_of(technique_id, revision or ""))
            else:
                found |= {each.price_usd for each in await self._once(step, scope, step.id)}
        return found

    async def _generated(self, step: Step, scope: Scope, path: str) -> StepPrice:
        wanted = wanted_by(step, scope)
        candidates = await self._routes.candidates(wanted)
        if not candidates:
            raise _nobody(path, wanted)
        model = candidates[0].model
        known = [each.price_usd for each in candidates if each.price_usd is not None]
        price = None if candidates[0].price_usd is None else max(known)
        return StepPrice(path, price, 1, model.model_id if model else None)


def _least_of(port: Port) -> Any:
    """Return the least that an input can be given: its default, its fewest values, or nothing."""
    if "default" in port.schema:
        return port.schema["default"]
    if port.optional:
        return None
    return ["…"] * int(port.schema.get("minItems", 1)) if port.allow_multiple else "…"


def _nobody(path: str, wanted: Wanted) -> Unavailable:
    return Unavailable(
        f"The step {path} needs {in_words(wanted)}, and nobody offers one now.",
        code="needs_provider",
        next_step="Give it less (fewer pictures), or choose another technique: list_techniques(runnable_only=true).",
    )


def _times(once: StepPrice, count: int) -> StepPrice:
    price = None if once.price_usd is None and count else round((once.price_usd or 0.0) * count, 6)
    return replace(once, price_usd=price, count=None if once.count is None else once.count * count)


def _repeats_of(for_each: Any, repeats: Mapping[str, int]) -> int | None:
    """Return how often a step runs that is mapped over the results of a mapped step; None when only the run knows."""
    reference = parse_reference(for_each)
    return None if reference is None or reference.step is None else repeats.get(reference.step)


def wanted_by(step: Step, scope: Scope) -> Wanted:
    """Return what a step that generates wants, as far as the inputs of the run alone say it."""
    params = fill_params({name: value for name, value in step.params.items() if _is_known(value)}, scope)
    return Wanted(
        kind=Kind(step.target),
        model_id=step.model,
        takes=_counts(step.inputs, scope),
        needs=step.needs,
        prefer=step.prefer,
        params=params,
    )


def _counts(inputs: Mapping[str, Any], scope: Scope) -> dict[Kind, int]:
    """Return how many media of each kind a step is given; one where only the run knows."""
    counts: dict[Kind, int] = {}
    for name, value in inputs.items():
        kind = Kind(name)
        if kind is Kind.TEXT:
            continue
        parts = value if isinstance(value, list) else [value]
        counts[kind] = sum(_count(part, scope) for part in parts)
    return {kind: count for kind, count in counts.items() if count}


def _count(value: Any, scope: Scope) -> int:
    if not _is_known(value):
        return 1
    try:
        found = fill_inputs({"value": value}, scope)["value"]
    except LimnerError:
        return 1
    return len(found) if isinstance(found, list) else int(found is not None)


def _is_known(value: Any) -> bool:
    """Whether a value reads nothing but the inputs and the seed of the run."""
    return all(
        reference.root in ("inputs", "run", "item", "index") for _, reference in find_references(value)
    )
