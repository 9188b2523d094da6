"""OpenAI's API as a provider: asks once, and its answer is the result."""

from pathlib import Path
from typing import Any

from limner.errors import ConfigurationError, NotAccepted, ProviderFailed
from limner.providers.collecting import brought_in, lost
from limner.providers.contract import OnProgress
from limner.providers.openai import audio, chat, images
from limner.providers.openai.answers import cost_in, details_in, object_in
from limner.providers.openai.files import file_of, new_file
from limner.providers.openai.kinds import Endpoint, endpoint_for
from limner.providers.openai.models import declared_model, listed_model
from limner.providers.openai.options import OPENAI, endpoint_of, options_of, token_prices
from limner.providers.openai.refusals import understood
from limner.providers.patience import within
from limner.providers.wire import Answer, Fetch, Refusal, Wire
from limner.types import Json, Kind, Made, MadeItem, Model, Offers, Order, ProviderSettings, Ticket
from limner.types.json import present

EMBEDDINGS = "embeddings"
MODELS = "models"


class OpenAIProvider:
    """One server that speaks OpenAI's API."""

    def __init__(self, settings: ProviderSettings, *, fetch: Fetch) -> None:
        """Raises: ConfigurationError, when the section says something that cannot be."""
        self.settings = settings
        self._options = options_of(settings)
        self._entries: dict[str, Json] = {}
        self._prices = {}
        for entry in settings.models:
            model = declared_model(settings, self._options, entry, {})
            if self._options.free and (model.price_usd or model.price_param):
                raise ConfigurationError(
                    f"providers.{settings.name}.free is true, and {model.native_id!r} has a price."
                )
            self._entries[model.native_id] = entry
            self._prices[model.native_id] = token_prices(settings, entry)
        # What is free may be asked again: nobody pays twice for nothing.
        self.takes_keys = self._options.takes_keys or self._options.free
        key, organization = settings.api_key, self._options.organization
        headers = {
            "authorization": f"Bearer {key}" if key else None,
            "openai-organization": organization,
        }
        self._wire = Wire(self.settings, fetch=fetch, headers=present(**headers))

    async def offers(self) -> Offers:
        """Ask which models there are; those of the settings are offered whether they are listed or not."""
        more: Json = {"params": {"output_modalities": "all"}} if self._is_openrouter else {}
        listings = _listings(self.settings.name, await self._wire.ask_json("GET", MODELS, **more))
        models = {
            native: model
            for native, listing in listings.items()
            if native not in self._entries
            and (model := listed_model(self.settings, self._options, listing)) is not None
        }
        declared: dict[str, Model] = {
            native: declared_model(self.settings, self._options, entry, listings.get(native, {}))
            for native, entry in self._entries.items()
        }
        return Offers(models=(*declared.values(), *models.values()))

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket | Made:
        """Ask for work. A ticket comes only of pictures that are answered as addresses: they are still to be fetched.

        Raises: NotAccepted, OutcomeUnknown, ProviderFailed.
        """
        match self._endpoint(order):
            case Endpoint.CHAT:
                return await self._chat(order, key)
            case Endpoint.IMAGES:
                return await self._draw(order, key, folder)
            case Endpoint.SPEECH:
                answer = await self._send(audio.SPEECH, key, json=audio.speech_body(order))
                spoken = await file_of(answer.content, folder, Kind.AUDIO)
                cost = cost_in({}, None, is_free=self._options.free)
                return Made((MadeItem(Kind.AUDIO, spoken),), cost, details=details_in({}, answer))
            case Endpoint.TRANSCRIPTIONS:
                return await self._transcribe(order, key)

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        """Fetch the pictures that were answered as addresses.

        Raises: ProviderFailed, when one cannot be had any more.
        """

        addresses: list[str] = ticket.handle["addresses"]
        on_progress(0, "Fetching the picture")
        try:
            items = await within(self.settings, lambda: self._fetched(addresses, folder))
        except NotAccepted as error:
            raise lost(self.settings.name, error) from error
        return Made(items, ticket.handle.get("cost_usd"), details=ticket.handle.get("details", {}))

    async def cancel(self, ticket: Ticket) -> bool:
        """Return False: what is answered at once is done when there is a ticket."""
        return False

    async def embed(self, native_id: str, texts: list[str]) -> list[list[float]]:
        """Return the embedding of each text, in their order, by the model of this id.

        Raises: NotAccepted, OutcomeUnknown, ProviderFailed.
        """
        name = self.settings.name
        answer = await self._wire.send("POST", EMBEDDINGS, json={"model": native_id, "input": texts})
        data = object_in(name, answer).get("data")
        try:
            rows = sorted(data, key=lambda row: row["index"]) if isinstance(data, list) else []
            vectors = [[float(number) for number in row["embedding"]] for row in rows]
        except (KeyError, TypeError, ValueError) as problem:
            raise ProviderFailed(f"{name} sent embeddings that are no numbers.", billed_usd=None) from problem
        if len(vectors) != len(texts):
            raise ProviderFailed(
                f"{name} sent {len(vectors)} embeddings of {len(texts)} texts.", billed_usd=None
            )
        return vectors

    async def aclose(self) -> None:
        """Close its connections."""
        await self._wire.aclose()

    @property
    def _is_openrouter(self) -> bool:
        return self._options.dialect == "openrouter"

    def _endpoint(self, order: Order) -> Endpoint:
        """Return where an order goes: by what it is to make, and of sound, by what the model is."""
        if order.kind is Kind.IMAGE:
            return Endpoint.IMAGES
        if order.kind is Kind.AUDIO:
            return Endpoint.SPEECH
        if not order.inputs.get(Kind.AUDIO):
            return Endpoint.CHAT
        named = endpoint_of(self.settings, self._entries.get(order.target, {}))
        found = Endpoint(named) if named else endpoint_for(order.target)
        return Endpoint.TRANSCRIPTIONS if found is Endpoint.TRANSCRIPTIONS else Endpoint.CHAT

    async def _chat(self, order: Order, key: str) -> Made:
        is_openai = self.settings.base_url == OPENAI
        answer = await self._send(
            chat.PATH, key, json=await chat.chat_body(order, self._options, is_openai=is_openai)
        )
        body = object_in(self.settings.name, answer)
        cost = self._cost(order, body)
        message, ended = chat.message_in(self.settings.name, body, cost)
        details = {**details_in(body, answer), "finish_reason": ended}
        return Made((MadeItem(Kind.TEXT, message["content"]),), cost, message=message, details=details)

    async def _draw(self, order: Order, key: str, folder: Path) -> Ticket | Made:
        name = self.settings.name
        path, request = await images.image_request(order, self._options)
        answer = await self._send(path, key, **request)
        body = object_in(name, answer)
        cost = self._cost(order, body)
        addresses = images.addresses_in(body)
        if not addresses:
            raise ProviderFailed(f"{name} answered without a picture.", billed_usd=cost)
        details = details_in(body, answer)
        if not all(address.startswith("data:") for address in addresses):
            handle = present(addresses=addresses, cost_usd=cost, details=details)
            return Ticket(str(details.get("request_id") or key), handle)
        return Made(await self._fetched(addresses, folder), cost, details=details)

    async def _transcribe(self, order: Order, key: str) -> Made:
        request = await audio.transcription_request(order, self._options)
        answer = await self._send(audio.TRANSCRIPTIONS, key, **request)
        body = object_in(self.settings.name, answer)
        cost = self._cost(order, body)
        text = body.get("text")
        if not isinstance(text, str):
            raise ProviderFailed(f"{self.settings.name} answered without words.", billed_usd=cost)
        return Made((MadeItem(Kind.TEXT, text),), cost, details=details_in(body, answer))

    async def _send(self, path: str, key: str, **request: Any) -> Answer:
        try:
            return await self._wire.send("POST", path, headers={"idempotency-key": key}, **request)
        except Refusal as refusal:
            raise understood(refusal, self.settings.name) from refusal

    def _cost(self, order: Order, body: Json) -> float | None:
        return cost_in(body, self._prices.get(order.target), is_free=self._options.free)

    async def _fetched(self, addresses: list[str], folder: Path) -> tuple[MadeItem, ...]:
        files = [await brought_in(self._wire, each, new_file(folder), Kind.IMAGE) for each in addresses]
        return tuple(MadeItem(Kind.IMAGE, file) for file in files)


def connect(settings: ProviderSettings, *, fetch: Fetch) -> OpenAIProvider:
    """Return the provider of a section of type `openai`. Raises: ConfigurationError."""
    return OpenAIProvider(settings, fetch=fetch)


def _listings(provider: str, answer: Any) -> dict[str, Json]:
    """Return what `GET /models` lists, by id: `{data: [...]}`, or the bare list (Together). Raises: NotAccepted."""
    rows = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise NotAccepted(f"{provider} lists no models: its address may be wrong.", is_passing=False)
    return {row["id"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)}
