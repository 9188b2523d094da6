"""Where the engine finds who makes something: models, the techniques of providers, and the models that run here."""

from collections.abc import Sequence

from limner.app.models import ModelCatalogue
from limner.errors import Unavailable
from limner.models.embedded import EmbeddedModels
from limner.providers.desk import ProviderDesk
from limner.types import ActionCall, Candidate, Generation, Wanted


class Routes:
    """Answers the engine's questions; see `engine.seams.Routes`."""

    def __init__(self, *, models: ModelCatalogue, embedded: EmbeddedModels, desk: ProviderDesk) -> None:
        self._models = models
        self._embedded = embedded
        self._desk = desk

    async def candidates(self, wanted: Wanted) -> Sequence[Candidate]:
        """Return the models that can do what is wanted, the one to use first."""
        return await self._models.candidates(wanted)

    async def remote(self, target: str) -> Candidate:
        """Return the provider's technique that a step names. Raises: Unavailable, code `needs_provider`."""
        provider, _, native_id = target.partition("/")
        offers = (await self._desk.offers()).get(provider)
        for each in offers.techniques if offers else ():
            if each.native_id == native_id:
                return Candidate(provider, native_id, each.price_usd, why="a technique of this provider")
        raise Unavailable(
            f"{provider} does not offer {native_id} now.",
            code="needs_provider",
            next_step="Try again later, or choose another technique: list_techniques(runnable_only=true).",
        )

    def embedded(self, wanted: Generation) -> ActionCall:
        """Return the action that makes what is wanted of one of our own models. Raises: Unavailable."""
        return self._embedded.call(wanted)
