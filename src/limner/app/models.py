"""Which models there are, from every source, and which one a request gets."""

import difflib
from collections.abc import Mapping, Sequence

from limner.app.paging import decode_cursor, encode_cursor, require_limit
from limner.app.requests import ModelFilter
from limner.app.suiting import suited
from limner.errors import FieldError, InvalidInput, NotFound, Unavailable
from limner.models.routing import ranked, reason
from limner.models.source import ModelSource
from limner.types import Availability, Candidate, Kind, Model, Page, RoutingPolicy, Wanted
from limner.types.media import GENERATED

MOST_CANDIDATES = 3
INSTEAD = "Use a technique or an action that runs here: list_techniques(runnable_only=true)."


class ModelCatalogue:
    """Answers for models by id. Of two sources that offer the same id the first one's is meant."""

    def __init__(self, *, sources: Sequence[ModelSource], policy: RoutingPolicy) -> None:
        self._sources = tuple(sources)
        self._policy = policy

    async def models(self) -> dict[str, Model]:
        """Return every model by id, in id order."""
        found: dict[str, Model] = {}
        for source in self._sources:
            for model in await source.models():
                found.setdefault(model.model_id, model)
        return dict(sorted(found.items()))

    async def find(self, wanted: ModelFilter) -> Page:
        """Return one page of models, in id order. Raises: InvalidInput for a bad limit or cursor."""
        require_limit(wanted.limit)
        after = decode_cursor(wanted.cursor) if wanted.cursor else ""
        matching = [model for model in (await self.models()).values() if _matches(model, wanted)]
        rest = [model for model in matching if model.model_id > after]
        page = rest[: wanted.limit]
        more = encode_cursor(page[-1].model_id) if len(rest) > wanted.limit else None
        return Page(tuple(page), more, len(matching))

    async def get(self, model_id: str) -> Model:
        """Return a model. Raises: NotFound, with the nearest ids."""
        known = await self.models()
        if model_id in known:
            return known[model_id]
        near = difflib.get_close_matches(model_id, known, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise NotFound(
            f"There is no model {model_id[:80]!r}.{hint}",
            fields=[FieldError("model_id", f"there is no {model_id[:80]!r}.{hint}")],
            next_step="Call list_models to see what there is.",
        )

    async def candidates(self, wanted: Wanted) -> list[Candidate]:
        """Return the models that can do what is wanted, the one to use first, with its price and its own parameters.

        Three at most, and behind one with a price only others with a price: their dearest is what it may cost.
        """
        return self.candidates_of(await self.models(), wanted)

    def candidates_of(self, models: Mapping[str, Model], wanted: Wanted) -> list[Candidate]:
        """Return the candidates among some models, as `candidates` does among all."""
        chosen = ranked(models.values(), wanted, self._policy)
        found: list[Candidate] = []
        for index, model in enumerate(chosen):
            params, warnings = suited(model, wanted.params)
            why = reason(chosen, index, wanted, self._policy)
            price = model.price_of(params)
            found.append(Candidate(model.provider, model.native_id, price, params, model, why, warnings))
        if found and found[0].price_usd is not None:
            found = [each for each in found if each.price_usd is not None]
        return found[:MOST_CANDIDATES]

    async def route(self, wanted: Wanted) -> Model:
        """Return the model that does what is wanted: the one named, or the one that fits best.

        Raises: NotFound; InvalidInput, naming `model_id`, when that makes something else; Unavailable with code
        `needs_provider`.
        """
        if wanted.model_id is None:
            known = await self.models()
            chosen = ranked(known.values(), wanted, self._policy)
            if not chosen:
                raise self._no_model(wanted.kind, known)
            return chosen[0]
        model = await self.get(wanted.model_id)
        if model.type is not wanted.kind:
            raise InvalidInput.of(
                "model_id", f"{wanted.model_id} makes {model.type.value}, not {wanted.kind.value}"
            )
        if model.availability is not Availability.READY:
            raise Unavailable(
                f"{wanted.model_id} cannot be used now: its provider {model.provider} is not ready.",
                code="needs_provider",
                next_step=model.remedy or INSTEAD,
            )
        return model

    async def lacking(self) -> dict[Kind, str]:
        """Return the kinds that nothing here generates, and what to know of each."""
        known = await self.models()
        return {
            kind: self._no_model(kind, known).message
            for kind in GENERATED
            if not ranked(known.values(), Wanted(kind), self._policy)
        }

    def _no_model(self, kind: Kind, known: Mapping[str, Model]) -> Unavailable:
        """Return the refusal of a kind that no model makes, with the draft that there is instead."""
        said = f"No {kind.value} model is configured."
        drafts = ranked(known.values(), Wanted(kind, accepts_drafts=True), self._policy)
        if not drafts:
            ways = (
                f"{each.model_id}: {each.remedy}"
                for each in known.values()
                if each.type is kind and each.remedy
            )
            return Unavailable(f"{said} {' '.join(ways)}".rstrip(), code="needs_provider", next_step=INSTEAD)
        return Unavailable(
            f'{said} model_id="{drafts[0].model_id}" or params={{"accept_drafts": true}} gets a layout draft: type, '
            "colour and your own pictures set out as the prompt asks, with labelled placeholders in place of what it "
            "cannot draw.",
            code="needs_provider",
            next_step=f"Use one of these if a draft will do. {INSTEAD}",
        )


def _matches(model: Model, wanted: ModelFilter) -> bool:
    if wanted.type is not None and model.type is not wanted.type:
        return False
    if wanted.available_only and model.availability is not Availability.READY:
        return False
    text = " ".join((model.model_id, model.name, model.provider, model.description)).casefold()
    return all(word in text for word in (wanted.query or "").casefold().split())
