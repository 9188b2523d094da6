"""Rubber stamps from a stamp server: the smallest adapter that keeps every promise."""

from pathlib import Path

import anyio

from limner.errors import ConfigurationError, NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.contract import OnProgress
from limner.providers.patience import asked_again, pauses, within
from limner.providers.wire import Fetch, Wire
from limner.types import Json, Kind, Made, MadeItem, Model, Offers, Order, ProviderSettings, Ticket

INKS = ["black", "red", "blue"]


def connect(settings: ProviderSettings, *, fetch: Fetch) -> "StampProvider":
    if unknown := settings.options.keys() - {"paper"}:
        raise ConfigurationError(f"providers.{settings.name}.{min(unknown)} is unknown. Known: paper.")
    if not settings.base_url:
        raise ConfigurationError(f"providers.{settings.name}.base_url is missing: where the stamp server is.")
    return StampProvider(settings, fetch)


class StampProvider:
    takes_keys = True  # the server knows a request by its Idempotency-Key

    def __init__(self, settings: ProviderSettings, fetch: Fetch) -> None:
        self.settings = settings
        self._wire = Wire(settings, fetch=fetch, headers={"authorization": f"Bearer {settings.api_key}"})

    async def offers(self) -> Offers:
        listed = await self._wire.ask_json("GET", "models")
        return Offers(tuple(self._model(each) for each in listed["models"]))

    def _model(self, listed: Json) -> Model:
        ink = {"type": "string", "description": "Colour of the ink.", "enum": INKS, "default": INKS[0]}
        return Model(
            model_id=f"{self.settings.name}/{listed['name']}",
            name=listed["name"],
            description="Stamps one word.",
            provider=self.settings.name,
            type=Kind.IMAGE,
            params={"ink": ink},
            price_usd=listed["price"],
        )

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        wanted = {"model": order.target, "text": order.prompt, "ink": order.params.get("ink", INKS[0])}
        accepted = await self._wire.send_json("POST", "jobs", json=wanted, headers={"idempotency-key": key})
        if not isinstance(accepted, dict) or not isinstance(accepted.get("id"), str):
            raise OutcomeUnknown(f"{self.settings.name} accepted, and did not say which job.")
        return Ticket(accepted["id"])

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        return await within(self.settings, lambda: self._collected(ticket, folder, on_progress))

    async def _collected(self, ticket: Ticket, folder: Path, on_progress: OnProgress) -> Made:
        for pause in pauses():
            job = await self._job(ticket)
            on_progress(job["progress"], job["state"])
            if job["state"] == "done":
                break
            if job["state"] != "working":
                raise ProviderFailed(f"{self.settings.name}: {job['state']}.", billed_usd=None)
            await anyio.sleep(pause)
        target = folder / "stamp.png"
        file = await asked_again(lambda: self._wire.download(f"jobs/{ticket.job_id}/file", target))
        return Made((MadeItem("image", file),), cost_usd=job["cost"])

    async def _job(self, ticket: Ticket) -> Json:
        try:
            return await asked_again(lambda: self._wire.ask_json("GET", f"jobs/{ticket.job_id}"))
        except NotAccepted as error:
            raise OutcomeUnknown(f"{self.settings.name} does not know the job {ticket.job_id}.") from error

    async def cancel(self, ticket: Ticket) -> bool:
        try:
            return bool((await self._wire.ask_json("DELETE", f"jobs/{ticket.job_id}"))["stopped"])
        except NotAccepted:
            return False

    async def aclose(self) -> None:
        await self._wire.aclose()
