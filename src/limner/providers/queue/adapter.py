"""One queue: work is submitted once, asked after until it has ended, and what it made is brought in."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from limner.errors import ConfigurationError, NotAccepted, OutcomeUnknown
from limner.providers.contract import OnProgress
from limner.providers.declared import not_declared
from limner.providers.patience import within
from limner.providers.queue.accepted import Accepted, place_of
from limner.providers.queue.entries import Entry, entries_of
from limner.providers.queue.outgoing import files_for, request_of
from limner.providers.queue.profile import Profile
from limner.providers.queue.reading import profile_of
from limner.providers.slots import address, filled, first
from limner.providers.wire import Fetch, Wire
from limner.types import Made, Offers, Order, ProviderSettings, Task, Ticket
from limner.types.json import present

OPTIONS = ("profile",)
ADDRESSES = ("status_url", "result_url", "cancel_url")


def connect(settings: ProviderSettings, *, fetch: Fetch) -> "QueueProvider":
    """Return the provider of a section of type `queue`. Raises: ConfigurationError, naming the key."""
    if unknown := set(settings.options) - set(OPTIONS):
        raise ConfigurationError(
            f"providers.{settings.name}.{min(unknown)} is unknown. A queue has: {', '.join(OPTIONS)}."
        )
    profile = profile_of(settings)
    base_url = settings.base_url or profile.base_url
    if not base_url:
        raise ConfigurationError(f"providers.{settings.name}.base_url is missing, and its profile has none.")
    return QueueProvider(replace(settings, base_url=base_url.rstrip("/")), profile, fetch=fetch)


class QueueProvider:
    """A provider that takes work on, names it, and has the result later."""

    def __init__(self, settings: ProviderSettings, profile: Profile, *, fetch: Fetch) -> None:
        self.settings = settings
        self.takes_keys = profile.submit.key_header is not None
        self._profile = profile
        self._entries = entries_of(settings, profile)
        headers = {}
        if settings.api_key:
            headers = {profile.auth.header: filled(profile.auth.value, {"key": settings.api_key})}
        self._wire = Wire(settings, fetch=fetch, headers=headers)

    async def offers(self) -> Offers:
        """Return the declared models, when the provider answers (where its profile has a question for that)."""
        if self._profile.check:
            await self._wire.ask("GET", self._profile.check.url)
        return Offers(models=tuple(entry.model for entry in self._entries.values()))

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        """Ask for work, once. Raises: as the contract."""
        entry = self._entry(order)
        files = await files_for(self._profile, self._wire, order.inputs)
        request = request_of(self._profile, order.target, entry.input_of(order, files), key)
        submit = self._profile.submit
        where = address(submit.url, {"model": order.target})
        answer = await self._wire.send_json(submit.method, where, **request)
        return self._ticket(answer, order.target)

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        """Wait for accepted work, and bring in what it made. Raises: as the contract."""
        entry = self._entries.get(order.target)
        work = Accepted(self._profile, self._wire, ticket, order, outputs=entry.output if entry else ())
        return await within(self.settings, partial(work.collected, folder, on_progress))

    async def cancel(self, ticket: Ticket) -> bool:
        """Ask that work be stopped; whether the provider says that it is, and costs nothing."""
        cancel = self._profile.cancel
        if cancel is None:
            return False
        try:
            where = place_of(ticket, "cancel_url", cancel.url)
            answer = await self._wire.ask(cancel.method, where)
            return str(first(cancel.answer, answer.json())) in cancel.unbilled
        except (NotAccepted, ValueError):
            return False  # whatever it is doing now, it has not said that it stopped

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    def _entry(self, order: Order) -> Entry:
        entry = self._entries.get(order.target)
        if entry is None or order.task is not Task.MODEL:
            raise not_declared(self.settings, order.target)
        return entry

    def _ticket(self, answer: Any, model: str) -> Ticket:
        accepted = self._profile.accepted
        job_id = first(accepted.id, answer)
        if not isinstance(job_id, str | int) or job_id == "":
            raise OutcomeUnknown(
                f"{self.settings.name} accepted, and named no job at {accepted.id!r} of its answer."
            )
        places = {name: getattr(accepted, name) for name in ADDRESSES}
        named = {name: self._own(first(place, answer)) for name, place in places.items()}
        return Ticket(str(job_id), {"model": model, **present(**named)})

    def _own(self, named: Any) -> str | None:
        """Return an address of this provider as it is below its base address, wherever that is later; else None.

        The key goes nowhere else, and nothing else is asked because an answer says so.
        """
        below = f"{self.settings.base_url}/"
        return named.removeprefix(below) if isinstance(named, str) and named.startswith(below) else None
