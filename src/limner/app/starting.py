"""Turns a request into a run that can be stored: resolved, checked, with its media hashed and its price known."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import anyio

from limner.app.action_request import inputs_by_kind
from limner.app.brands import MODEL_READS, BrandCatalogue
from limner.app.generating import Generations, generation_problems
from limner.app.places import Location, Places
from limner.app.pricing import Price, Pricing, StepPrice
from limner.app.requests import START_OPERATION, StartRequest
from limner.app.techniques import TechniqueCatalogue
from limner.canonical import fingerprint
from limner.engine.composing import misfit
from limner.engine.seams import ActionOf, MediaShelf
from limner.errors import FieldError, InvalidInput, LimnerError
from limner.techniques.values import validate_inputs, validate_params
from limner.types import Json, Kind, NewRun, Port, RunType, Technique

MAX_KEY_CHARS = 255
MAX_SEED = 2**53 - 1

BudgetOf: TypeAlias = Callable[[str], float | None]
"""Returns what a caller may spend in one UTC day, in US dollars; None: no limit."""


CheckCallback: TypeAlias = Callable[[str], Awaitable[str]]
"""Returns a callback address as it is kept. Raises: InvalidInput, when it may not be told anything."""


def no_budget(caller: str) -> float | None:
    """Return that there is no limit, whoever calls."""
    return None


@dataclass(frozen=True, slots=True)
class Media:
    """One media value of a request: where it stands, and what it must be."""

    place: tuple[str | int, ...]
    kind: Kind
    value: str
    port: Port | None = None

    is_alone: bool = False
    """The only value of an action's input: errors name it without an index."""

    @property
    def field(self) -> str:
        """The name that errors give it: `inputs.images[2]`."""
        head, *rest = self.place
        return f"inputs.{head}" + "".join(f"[{part}]" for part in rest if not self.is_alone)


class Starter:
    """Prepares runs for one installation."""

    def __init__(
        self,
        *,
        techniques: TechniqueCatalogue,
        brands: BrandCatalogue,
        generations: Generations,
        pricing: Pricing,
        action_of: ActionOf,
        media: MediaShelf,
        places: Places,
        window_ms: int,
        budget_of: BudgetOf = no_budget,
        check_callback: CheckCallback | None = None,
    ) -> None:
        self.budget_of = budget_of
        self._techniques = techniques
        self._brands = brands
        self._generations = generations
        self._pricing = pricing
        self._action_of = action_of
        self._media = media
        self._places = places
        self._window_ms = window_ms
        self._check_callback = check_callback

    async def prepare(self, caller: str, request: StartRequest) -> tuple[NewRun, Price]:
        """Return the run that a request asks for, and its price. Nothing is stored but the media it brings.

        Raises: InvalidInput, NotFound, Unavailable.
        """
        _check_plain_fields(request, takes_callbacks=self._check_callback is not None)
        if self._check_callback is not None and request.callback_url is not None:
            request = replace(request, callback_url=await self._check_callback(request.callback_url))
        where = await self._places.locate(caller, request.workspace_id, request.project_id)
        if request.generate is not None:
            return await self._generation(caller, request, where)
        if request.action_id is not None:
            return await self._action(caller, request, where, request.action_id)
        return await self._technique(caller, request, where, request.technique_id or "")

    async def _technique(
        self, caller: str, request: StartRequest, where: Location, name: str
    ) -> tuple[NewRun, Price]:
        technique = await self._techniques.startable(name, request.revision)
        if request.params:
            raise InvalidInput.of(
                "params", "techniques take `inputs` only; params belong to actions and models"
            )
        inputs = validate_inputs(technique, request.inputs)
        brand = await self._brand(caller, request, technique)
        await self._bring(caller, inputs, _media_of(technique, inputs))
        await self._techniques.keep(technique)
        document: Json = {
            "technique_id": technique.technique_id,
            "revision": technique.revision,
            "inputs": inputs,
            "seed": request.seed,
            **brand,
        }
        target = (RunType.TECHNIQUE, technique.technique_id, technique.name)
        price = await self._pricing.price(technique, inputs)
        return self._new(caller, request, where, target, document, price)

    async def _action(
        self, caller: str, request: StartRequest, where: Location, action_id: str
    ) -> tuple[NewRun, Price]:
        action = self._action_of(action_id)
        inputs = inputs_by_kind(action.action_id, action.inputs, request.inputs)
        brand = await self._brand(caller, request, None)
        document: Json = {
            "action_id": action.action_id,
            "version": action.version,
            "inputs": {kind.value: values for kind, values in inputs.items()},
            "params": validate_params(action.params, request.params),
            "seed": request.seed,
            **brand,
        }
        await self._bring(caller, document["inputs"], _media_by_kind(document["inputs"]))
        target = (RunType.ACTION, action.action_id, action.name)
        price = Price((StepPrice(action.action_id, 0.0),))
        return self._new(caller, request, where, target, document, price)

    async def _generation(self, caller: str, request: StartRequest, where: Location) -> tuple[NewRun, Price]:
        model, asked = await self._generations.asked(request)
        brand = await self._brand(caller, request, None, MODEL_READS)
        document: Json = {**asked, "seed": request.seed, **brand}
        await self._bring(caller, document["inputs"], _media_by_kind(document["inputs"]))
        target = (RunType.GENERATION, model.model_id, model.name)
        price = Price((StepPrice(model.model_id, model.price_of(document["params"]), 1, model.model_id),))
        return self._new(caller, request, where, target, document, price)

    async def _brand(
        self, caller: str, request: StartRequest, technique: Technique | None, pictures: Sequence[str] = ()
    ) -> Json:
        """Return what a request's document says of its brand kit: its id and revision, or a wish to be scored without.

        pictures: those of the kit that are used, where no technique says which.
        Raises: InvalidInput, naming `brand_kit`.
        """
        if request.brand_kit is not None:
            read = technique.reads_brand if technique else pictures
            kit = await self._brands.choose(caller, request.brand_kit, read)
            return {"brand_kit": {"brand_kit": kit.brand_kit, "revision": kit.revision}}
        wish = {"evaluate": True} if request.evaluate else {}
        if technique is not None and technique.needs_brand:
            known = ", ".join(list(await self._brands.kits())[:12])
            reads = ", ".join(technique.reads_brand)
            raise InvalidInput.of(
                "brand_kit",
                f"is required: {technique.technique_id} uses the brand's {reads}",
                next_step=f"Name a brand kit: {known}.",
            )
        return wish

    def _new(
        self,
        caller: str,
        request: StartRequest,
        where: Location,
        target: tuple[RunType, str, str],
        document: Json,
        price: Price,
    ) -> tuple[NewRun, Price]:
        kind, target_id, target_name = target
        new = NewRun(
            type=kind,
            caller=caller,
            workspace_id=where.workspace_id,
            project_id=where.project_id,
            operation=START_OPERATION,
            target_id=target_id,
            target_name=target_name,
            fingerprint=fingerprint({"operation": START_OPERATION, "request": document}),
            request=document,
            revision=document.get("revision"),
            seed=request.seed,
            brand_kit=document.get("brand_kit", {}).get("brand_kit"),
            idempotency_key=request.idempotency_key,
            window_ms=self._window_ms,
            may_deduplicate=not request.allow_duplicate,
            callback_url=request.callback_url,
            estimated_usd=price.known_usd,
            unpriced=price.unpriced,
            max_cost_usd=request.max_cost_usd,
            daily_budget_usd=self.budget_of(caller),
        )
        return new, price

    async def _bring(self, caller: str, inputs: Json, media: list[Media]) -> None:
        """Replace local values in `inputs` by asset ids; URLs stay, and are fetched while composing.

        Raises: InvalidInput with every field that failed; any other error as it is.
        """
        failures: dict[int, LimnerError] = {}

        async def bring(index: int, each: Media) -> None:
            try:
                asset = await self._media.ingest(each.value, kind=each.kind, field=each.field, caller=caller)
                if each.port and not each.port.fit and (problem := misfit(each.port, asset)):
                    raise InvalidInput.of(each.field, problem)
                _put(inputs, each.place, asset.asset_id)
            except LimnerError as error:
                failures[index] = error

        async with anyio.create_task_group() as tasks:
            for index, each in enumerate(media):
                if not self._media.is_remote(each.value):
                    tasks.start_soon(bring, index, each)
        if failures:
            raise _merged([failures[index] for index in sorted(failures)])


def _put(inputs: Json, place: tuple[str | int, ...], value: str) -> None:
    target: Any = inputs
    for part in place[:-1]:
        target = target[part]
    target[place[-1]] = value


def _merged(failures: list[LimnerError]) -> LimnerError:
    if len(failures) == 1 or not all(isinstance(failure, InvalidInput) for failure in failures):
        return failures[0]
    return InvalidInput.of_all([field for failure in failures for field in failure.fields])


def _media_of(technique: Technique, inputs: Json) -> list[Media]:
    media: list[Media] = []
    for port in technique.inputs:
        value = inputs.get(port.id)
        if port.type.kind is Kind.TEXT or value is None:
            continue
        if isinstance(value, list):
            media.extend(Media((port.id, i), port.type.kind, each, port) for i, each in enumerate(value))
        else:
            media.append(Media((port.id,), port.type.kind, value, port))
    return media


def _media_by_kind(inputs: Json) -> list[Media]:
    """Return the media among inputs that stand as lists by kind."""
    return [
        Media((name, index), Kind(name), value, is_alone=len(values) == 1)
        for name, values in inputs.items()
        if name != Kind.TEXT
        for index, value in enumerate(values)
    ]


def _check_plain_fields(request: StartRequest, *, takes_callbacks: bool) -> None:
    """Raise InvalidInput for what is wrong whatever the technique is."""
    problems = _number_problems(request)
    chosen = [n for n in ("technique_id", "action_id", "generate") if getattr(request, n) is not None]
    if len(chosen) != 1:
        given = " and ".join(chosen) or "none of them"
        problems.append(
            FieldError("technique_id", f"give one of technique_id, action_id or generate; got {given}")
        )
    problems.extend(generation_problems(request))
    key = request.idempotency_key
    if key is not None and not (1 <= len(key) <= MAX_KEY_CHARS and key.isprintable()):
        problems.append(FieldError("idempotency_key", f"must be 1 to {MAX_KEY_CHARS} printable characters"))
    if request.callback_url is not None and not takes_callbacks:
        problems.append(FieldError("callback_url", "callbacks need the HTTP server; leave callback_url out"))
    if request.technique_id is None and request.revision is not None:
        problems.append(FieldError("revision", "only techniques have revisions"))
    for name, prefix in (("workspace_id", "ws_"), ("project_id", "prj_")):
        named = getattr(request, name)
        if named is not None and not named.startswith(prefix):
            problems.append(FieldError(name, f"must start with {prefix}"))
    if problems:
        raise InvalidInput.of_all(problems)


def _number_problems(request: StartRequest) -> list[FieldError]:
    problems: list[FieldError] = []
    if not 0 <= request.seed <= MAX_SEED:
        problems.append(FieldError("seed", "must be a whole number from 0 to 2^53 - 1"))
    cap = request.max_cost_usd
    if cap is not None and not cap >= 0:  # NaN too
        problems.append(FieldError("max_cost_usd", f"is {cap:g}, must be 0 or more"))
    return problems
