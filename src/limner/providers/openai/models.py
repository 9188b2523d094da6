"""Models as a server lists them and as the operator declares them, in Limner's words: parameters, inputs, prices."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from limner.errors import ConfigurationError
from limner.providers.declared import declared
from limner.providers.openai.audio import speech_params
from limner.providers.openai.chat import chat_params
from limner.providers.openai.images import image_params, most_references
from limner.providers.openai.kinds import (
    ENDPOINT_BY_KIND,
    Endpoint,
    calls_tools,
    endpoint_for,
    reasons,
    sees,
)
from limner.providers.openai.options import OWN_KEYS, Options, TokenPrices, endpoint_of, token_prices
from limner.types import ActionPort, Json, Kind, Model, ProviderSettings

MOST_PICTURES = 4
"""That a model which sees is given at once."""
TOKENS_OF_A_PICTURE = 2_000
"""At most, in what a prompt may cost; OpenAI counts 1,536 patches at the most."""
SPEECH_CHARS = 4_096
PICTURE_CHARS = 32_000
CHAT_CHARS = 32_000
SECONDS = {Endpoint.CHAT: 10.0, Endpoint.IMAGES: 40.0, Endpoint.SPEECH: 8.0, Endpoint.TRANSCRIPTIONS: 15.0}
_MODALITIES = {"image": Endpoint.IMAGES, "speech": Endpoint.SPEECH, "transcription": Endpoint.TRANSCRIPTIONS}


def listed_model(settings: ProviderSettings, options: Options, listing: Json) -> Model | None:
    """Return the model of an entry of `GET /models`; None for one that Limner has no use for.

    listing: `id`, and what a server adds: OpenRouter's `name`, `architecture`, `pricing`; vLLM's `max_model_len`.
    """
    native = str(listing["id"])
    architecture = listing.get("architecture")
    told = architecture.get("output_modalities") if isinstance(architecture, dict) else None
    endpoint = _by_modalities(told) if isinstance(told, list) else endpoint_for(native)
    return None if endpoint is None else _model(settings, options, native, endpoint, listing)


def declared_model(settings: ProviderSettings, options: Options, entry: Json, listing: Json) -> Model:
    """Return the model of an entry of `models`, over what the server says of it. Raises: ConfigurationError."""
    native = str(entry.get("id"))
    endpoint = _by_entry(settings, entry, endpoint_for(native) or Endpoint.CHAT)
    known = _model(settings, options, native, endpoint, {**listing, "id": native})
    if entry.get("type", endpoint.kind) != endpoint.kind:
        place = f"providers.{settings.name}.models {native!r}"
        raise ConfigurationError(
            f"{place}: type is {entry['type']!r}, and its endpoint, {endpoint}, makes {endpoint.kind}. "
            f"A server that speaks OpenAI's API makes {', '.join(ENDPOINT_BY_KIND)}."
        )
    if "price_usd" in entry:
        known = replace(known, price_param=None, price_base_usd=0.0)
    model = declared(settings, entry, known, own=OWN_KEYS)
    if "takes" in entry and "capabilities" not in entry:
        added = (word for word in _taking(model) if word not in model.capabilities)
        model = replace(model, capabilities=(*model.capabilities, *added))
    prices = token_prices(settings, entry)
    if "price_usd" in entry or prices is None:
        return model
    return replace(model, **_price(endpoint, model, prices))


def _by_entry(settings: ProviderSettings, entry: Json, guess: Endpoint) -> Endpoint:
    """Return the endpoint that an entry names, or that fits its type, or the one that its id tells."""
    if named := endpoint_of(settings, entry):
        return Endpoint(named)
    told = entry.get("type", guess.kind)
    return guess if told == guess.kind else ENDPOINT_BY_KIND.get(str(told), guess)


def _by_modalities(told: list[Any]) -> Endpoint | None:
    """Return where a model is asked that makes these (OpenRouter); pictures before text, where it makes both."""
    for name, endpoint in _MODALITIES.items():
        if name in told:
            return endpoint
    return Endpoint.CHAT if "text" in told else None


def _model(
    settings: ProviderSettings, options: Options, native: str, endpoint: Endpoint, listing: Json
) -> Model:
    model = Model(
        model_id=f"{settings.name}/{native}",
        name=str(listing.get("name") or native),
        description=" ".join(str(listing.get("description") or "").split())[:300],
        provider=settings.name,
        type=endpoint.kind,
        params=_params(options, native, endpoint, listing),
        inputs=_inputs(native, endpoint, listing),
        max_prompt_chars=_prompt_chars(endpoint),
        capabilities=_capabilities(options, native, endpoint, listing),
        price_usd=0.0 if options.free else None,
        estimated_seconds=SECONDS[endpoint],
    )
    prices = _listed_prices(listing)
    return model if options.free or prices is None else replace(model, **_price(endpoint, model, prices))


def _params(options: Options, native: str, endpoint: Endpoint, listing: Json) -> Json:
    match endpoint:
        case Endpoint.CHAT:
            return chat_params(_most_tokens(listing), thinks=reasons(native))
        case Endpoint.IMAGES:
            return image_params(native, options)
        case Endpoint.SPEECH:
            return speech_params(native)
        case Endpoint.TRANSCRIPTIONS:
            return {}


def _inputs(native: str, endpoint: Endpoint, listing: Json) -> tuple[ActionPort, ...]:
    match endpoint:
        case Endpoint.CHAT:
            most = MOST_PICTURES if _sees(native, listing) else 0
        case Endpoint.IMAGES:
            most = most_references(native)
        case Endpoint.SPEECH:
            most = 0
        case Endpoint.TRANSCRIPTIONS:
            return (ActionPort(Kind.AUDIO, description="What is to be written down."),)
    return (ActionPort(Kind.IMAGE, least=0, most=most),) if most else ()


def _capabilities(options: Options, native: str, endpoint: Endpoint, listing: Json) -> tuple[str, ...]:
    match endpoint:
        case Endpoint.CHAT:
            supported = listing.get("supported_parameters")
            tools = "tools" in supported if isinstance(supported, list) else calls_tools(native)
            told = {
                "tools": tools,
                "vision": _sees(native, listing),
                "json-schema": options.result_format == "json_schema",
            }
        case Endpoint.IMAGES:
            most = most_references(native)
            told = {
                "image-input": most > 0,
                "multi-image-input": most > 1,
                "text-in-image": "gpt-image" in native,
            }
        case Endpoint.SPEECH:
            told = {"speech": True}
        case Endpoint.TRANSCRIPTIONS:
            told = {"transcription": True}
    return tuple(word for word, is_so in told.items() if is_so)


def _taking(model: Model) -> tuple[str, ...]:
    """Return the capabilities that follow from the pictures that a model takes."""
    most = max((port.most or 0 for port in model.inputs if port.kind is Kind.IMAGE), default=0)
    if model.type is Kind.TEXT:
        return ("vision",) if most else ()
    return (*(("image-input",) if most else ()), *(("multi-image-input",) if most > 1 else ()))


def _sees(native: str, listing: Json) -> bool:
    architecture = listing.get("architecture")
    told = architecture.get("input_modalities") if isinstance(architecture, dict) else None
    return "image" in told if isinstance(told, list) else sees(native)


def _most_tokens(listing: Json) -> int | None:
    """Return the most tokens that a model may answer with; None where the server does not say."""
    top = listing.get("top_provider")
    most = top.get("max_completion_tokens") if isinstance(top, dict) else None
    window = listing.get("max_model_len")  # vLLM: of prompt and answer together; it refuses what cannot fit
    if most is None and isinstance(window, int):
        most = window // 2
    return most if isinstance(most, int) and most > 0 else None


def _prompt_chars(endpoint: Endpoint) -> int:
    return {Endpoint.CHAT: CHAT_CHARS, Endpoint.IMAGES: PICTURE_CHARS}.get(endpoint, SPEECH_CHARS)


def _listed_prices(listing: Json) -> TokenPrices | None:
    """Return OpenRouter's `pricing`: US dollars for a token, as text; below 0 where it varies."""
    told = listing.get("pricing")
    if not isinstance(told, Mapping):
        return None
    try:
        prices = TokenPrices(float(told["prompt"]), float(told["completion"]))
    except (KeyError, TypeError, ValueError):
        return None
    return prices if min(prices.input_usd, prices.output_usd) >= 0 else None


def _price(endpoint: Endpoint, model: Model, prices: TokenPrices) -> dict[str, Any]:
    """Return the most that a call costs, from the prices of tokens; only of text can that be told.

    Counts the answer at its `max_tokens`, the prompt at a token per character, pictures at TOKENS_OF_A_PICTURE.
    """
    if endpoint is not Endpoint.CHAT:
        return {}
    pictures = sum(port.most or 0 for port in model.inputs if port.kind is Kind.IMAGE)
    most = model.max_prompt_chars + pictures * TOKENS_OF_A_PICTURE
    return {
        "price_usd": prices.output_usd,
        "price_param": "max_tokens",
        "price_base_usd": prices.of(most, 0),
    }
