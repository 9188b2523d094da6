"""The providers of this process: what each offered when it was last asked, and how much is asked of it at once."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

import anyio

from limner.errors import LimnerError, NotAccepted
from limner.providers.contract import Provider
from limner.types import Availability, Model, Offers, ProviderProblem

log = logging.getLogger(__name__)

REFRESH_SECONDS = 300.0
RETRY_SECONDS = 30.0
FIRST_LOOK_SECONDS = 5.0
"""So long after the start questions wait for the first answers; what comes later is in the next one."""


class ProviderDesk:
    """Knows the connected providers by name."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        problems: Mapping[str, ProviderProblem],
        *,
        refresh_seconds: float = REFRESH_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """problems: of providers that are configured and cannot be asked.

        refresh_seconds, retry_seconds: after which a provider is asked again that has answered, and that has not.
        """
        self._refresh_seconds = refresh_seconds
        self._retry_seconds = retry_seconds
        self._providers = dict(providers)
        self._problems = dict(problems)
        self._places = {
            name: anyio.CapacityLimiter(each.settings.max_jobs) for name, each in providers.items()
        }
        self._offers: dict[str, Offers] = {}
        self._silent: dict[str, LimnerError] = {}
        self._unasked = set(providers)
        self._all_asked = anyio.Event()
        """Or not waited for any longer."""
        self.version = 0
        """Goes up when what is offered has changed."""

    async def serve(self) -> None:
        """Ask every provider what it offers, again and again, until cancelled."""
        async with anyio.create_task_group() as tasks:
            for name in self._providers:
                tasks.start_soon(self._keep_asking, name)
            await anyio.sleep(FIRST_LOOK_SECONDS)
            self._all_asked.set()

    async def aclose(self) -> None:
        """Close the connections: once nobody waits for an answer any more."""
        for provider in self._providers.values():
            await provider.aclose()

    def get(self, name: str) -> Provider:
        """Return a provider. Raises: NotAccepted, code `needs_provider`, when it is not here or cannot be asked."""
        if name in self._providers:
            return self._providers[name]
        problem = self._problems.get(name)
        raise NotAccepted(
            f"The provider {name} cannot be asked: {problem.message}"
            if problem
            else f"There is no provider {name}.",
            is_passing=False,
            code="needs_provider",
            next_step="Ask the operator to run `limner doctor`.",
        )

    def places(self, name: str) -> anyio.CapacityLimiter:
        """Return the places of a provider: one is taken for as long as it works on something for us."""
        return self._places[name]

    async def offers(self) -> Mapping[str, Offers]:
        """Return what each provider offers, by name; of one that has fallen silent, what it offered last, not ready."""
        if self._unasked:
            await self._all_asked.wait()
        return {
            name: _not_ready(offers, self._silent[name].message) if name in self._silent else offers
            for name, offers in sorted(self._offers.items())
        }

    async def models(self) -> Sequence[Model]:
        """Return every model that is offered."""
        return [model for offers in (await self.offers()).values() for model in offers.models]

    def problems(self) -> Mapping[str, str]:
        """Return why providers cannot be asked, by name; those that answer are not in it."""
        silent = {name: error.message for name, error in self._silent.items()}
        return {**{name: str(problem) for name, problem in self._problems.items()}, **silent}

    async def _keep_asking(self, name: str) -> None:
        while True:
            await self._ask(name)
            self._unasked.discard(name)
            if not self._unasked:
                self._all_asked.set()
            await anyio.sleep(self._retry_seconds if name in self._silent else self._refresh_seconds)

    async def _ask(self, name: str) -> None:
        before = (self._offers.get(name), name in self._silent)
        try:
            self._offers[name] = await self._providers[name].offers()
            self._silent.pop(name, None)
        except LimnerError as error:
            if name not in self._silent:
                log.warning("provider_silent", extra={"provider": name, "reason": error.message})
            self._silent[name] = error
        if before != (self._offers.get(name), name in self._silent):
            self.version += 1


def _not_ready(offers: Offers, reason: str) -> Offers:
    remedy = f"{reason} It is asked again every {RETRY_SECONDS:g} s; `limner doctor` says more."
    models = tuple(
        replace(model, availability=Availability.NEEDS_PROVIDER, remedy=remedy) for model in offers.models
    )
    return replace(offers, models=models)
