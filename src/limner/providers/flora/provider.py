"""A FLORA account as a provider: its models and techniques, and runs of both."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import anyio

from limner.errors import NotAccepted, OutcomeUnknown
from limner.providers.contract import OnProgress
from limner.providers.declared import declared
from limner.providers.flora.account import Account
from limner.providers.flora.catalogue import Facts
from limner.providers.flora.duplicates import Recent, is_duplicate
from limner.providers.flora.files import KEY, Outbox
from limner.providers.flora.listing import Listing
from limner.providers.flora.runs import failure_of, gone, is_over, made_of, progress_of, ticket_of
from limner.providers.patience import asked_again, pauses, within
from limner.providers.wire import Fetch, Refusal, Wire
from limner.types import Given, Json, Kind, Made, MediaFile, Offers, Order, ProviderSettings, Task, Ticket


def connect(settings: ProviderSettings, *, fetch: Fetch) -> "FloraProvider":
    """Return the provider of a section. Raises: ConfigurationError."""
    for entry in settings.models:
        # The account's list tells the type and the parameters; all else can be judged without it.
        declared(settings, {"type": "image", **{key: entry[key] for key in entry if key != "price_param"}})
    headers = {"authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
    return FloraProvider(Wire(settings, fetch=fetch, headers=headers))


class FloraProvider:
    """One account."""

    takes_keys = True

    def __init__(self, wire: Wire) -> None:
        """Raises: ConfigurationError, when the section has an option that is not known."""
        self.settings = wire.settings
        self._wire = wire
        self._account = Account(wire, wire.settings.options)
        self._listing = Listing(wire, self._account)
        self._outbox = Outbox(wire)
        self._recent = Recent(wire)

    async def offers(self) -> Offers:
        """Ask for all models and techniques. Raises: NotAccepted."""
        return Offers(await self._listing.models(), await self._listing.techniques())

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        """Send the files that a run is given, then start it. Raises: NotAccepted, OutcomeUnknown."""
        path, body = await self._request(order, key)
        self._recent.note_sent(key)
        try:
            started = await self._wire.send_json("POST", path, json=body, headers={KEY: key})
        except Refusal as refusal:
            if not is_duplicate(refusal.answer):
                raise
            started = await self._recent.started_before(order, key, refusal.answer)
        ticket = ticket_of(order, started, self.settings)
        self._recent.note_run(ticket.job_id)
        return ticket

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        """Follow a run to its end, and bring in what it made. Raises: ProviderFailed, OutcomeUnknown."""
        self._recent.note_run(ticket.job_id)
        return await within(self.settings, lambda: self._collected(ticket, order, folder, on_progress))

    async def cancel(self, ticket: Ticket) -> bool:
        """Ask that a run be cancelled: Limner's own face can, FLORA's API has no such operation."""
        try:
            run = await self._wire.ask_json("POST", f"/runs/{quote(ticket.job_id, safe='')}/cancel")
        except NotAccepted:
            return False
        is_run = isinstance(run, Mapping)
        return is_run and run.get("error_code") == "cancelled" and run.get("charged_cost") == 0

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    async def _request(self, order: Order, key: str) -> tuple[str, Json]:
        """Return the path and the body that start a run, files sent. Raises: NotAccepted."""
        facts = await self._listing.facts(order)
        workspace = await self._account.workspace()
        inputs = {
            name: [await self._sent(value, workspace, key, facts) for value in values]
            for name, values in order.inputs.items()
        }
        body: Json = {"workspace_id": workspace}
        if facts.is_limner:
            body["seed"] = order.seed
        if order.task is Task.TECHNIQUE:
            if self._account.given_project is not None:
                body["project_id"] = self._account.given_project
            named = _named(inputs, facts)
            return "/runs/technique", {**body, "technique_id": order.target, "inputs": named}
        body |= {"project_id": await self._account.project(), "model": order.target}
        body |= {"type": order.kind.value, "prompt": order.prompt}
        return "/runs/generation", {**body, **_generation(order, inputs, facts)}

    async def _sent(self, value: Given, workspace: str, key: str, facts: Facts) -> str:
        if not isinstance(value, MediaFile):
            return value
        return await self._outbox.send(value, workspace, key, is_limner=facts.is_limner)

    async def _collected(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        run = await self._ended(ticket, on_progress)
        try:
            return await made_of(run, order, ticket, self._wire, folder)
        except NotAccepted:
            run = await self._ended(ticket, on_progress)  # links expire: the run is read anew for fresh ones
        try:
            return await made_of(run, order, ticket, self._wire, folder)
        except NotAccepted as error:
            raise gone(self.settings.name, error, run, ticket) from error

    async def _ended(self, ticket: Ticket, on_progress: OnProgress) -> Json:
        """Return a run that has completed. Raises: ProviderFailed; OutcomeUnknown, when it cannot be read."""

        async def looked() -> Json:
            run: Json = await self._wire.ask_json("GET", ticket.handle["path"])
            is_over(run, self.settings.name)
            return run

        for pause in pauses():
            try:
                run = await asked_again(looked)
            except NotAccepted as error:
                raise OutcomeUnknown(
                    f"{self.settings.name} accepted {ticket.job_id}, and does not tell how it ended: {error.message}"
                ) from error
            if is_over(run, self.settings.name):
                break
            on_progress(*progress_of(run))
            await anyio.sleep(pause)
        if run["status"] == "failed":
            raise failure_of(run, self.settings.name)
        return run


def _named(inputs: Mapping[str, list[str]], facts: Facts) -> Json:
    """Return the inputs of a technique, lists where it takes several; what is empty is left out."""
    return {name: values if name in facts.lists else values[0] for name, values in inputs.items() if values}


def _generation(order: Order, inputs: Mapping[str, list[str]], facts: Facts) -> Json:
    """Return the parameters of a generation: what was asked, the seed, and where its files are."""
    params = {name: value for name, value in order.params.items() if value is not None}
    if facts.seed is not None:
        params[facts.seed] = order.seed
    listed: list[Json] = []
    for kind, values in inputs.items():
        left = list(values)
        for param in facts.media.get(Kind(kind), ()):
            if left:
                taken, left = (left, []) if param.is_list else (left[:1], left[1:])
                params[param.name] = taken if param.is_list else taken[0]
        listed += [{"type": kind, "url": value} for value in left]
    return {"params": params, **({"inputs": listed} if listed else {})}
