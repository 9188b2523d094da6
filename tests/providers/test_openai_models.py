"""What a server that speaks OpenAI's API offers: as it lists it, as the operator declares it, at which price."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from limner.errors import ConfigurationError, NotAccepted
from limner.providers.openai import connect
from limner.providers.openai.options import options_of
from limner.types import Kind, Model, ProviderSettings

from .fakes.openai_server import KEY, OpenAIServer, openai_server
from .fakes.serving import serving
from .openai_orders import connected, made, no_fetch, prompt

pytestmark = pytest.mark.anyio
CLOSED = "http://127.0.0.1:9/v1"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


async def offered(server: OpenAIServer, *entries: dict[str, Any], **said: Any) -> dict[str, Model]:
    async with connected(server, models=entries, **said) as provider:
        return {model.native_id: model for model in (await provider.offers()).models}


async def test_models_are_told_by_their_ids_and_what_limner_cannot_use_is_left_out(
    server: OpenAIServer,
) -> None:
    models = await offered(server)
    types = {name: model.type for name, model in models.items()}
    assert types == {
        "gpt-5-mini": Kind.TEXT,
        "gpt-4.1-mini": Kind.TEXT,
        "SmolLM2-135M": Kind.TEXT,
        "gpt-transcribe": Kind.TEXT,
        "whisper-1": Kind.TEXT,
        "gpt-image-2": Kind.IMAGE,
        "gpt-image-1-mini": Kind.IMAGE,
        "dall-e-3": Kind.IMAGE,
        "flux.1-dev": Kind.IMAGE,
        "sd-cpp-local": Kind.IMAGE,
        "gpt-4o-mini-tts": Kind.AUDIO,
        "tts-1": Kind.AUDIO,
        "piper-amy": Kind.AUDIO,
    }
    assert models["gpt-4.1-mini"].model_id == "test/gpt-4.1-mini"
    assert set(models["gpt-4.1-mini"].capabilities) == {"tools", "vision", "json-schema"}
    assert models["SmolLM2-135M"].capabilities == ("json-schema",)
    assert models["gpt-image-2"].capabilities == ("image-input", "multi-image-input", "text-in-image")
    (recording,) = models["whisper-1"].inputs
    assert (recording.kind, recording.least) == (Kind.AUDIO, 1)
    assert all(model.price_usd is None for model in models.values())


async def test_every_parameter_has_a_type_a_description_and_a_default_that_fits(server: OpenAIServer) -> None:
    for model in (await offered(server)).values():
        for schema in model.params.values():
            assert {"type", "description", "default"} <= schema.keys()
            assert schema["default"] in schema.get("enum", [schema["default"]])
            assert schema.get("minimum", 0) <= schema.get("maximum", 0) or "maximum" not in schema
    assert "temperature" not in (await offered(server))["gpt-5-mini"].params


async def test_a_model_that_thinks_is_asked_by_its_own_words(server: OpenAIServer, tmp_path: Path) -> None:
    async with connected(server) as provider:  # the fake refuses max_tokens and temperature there
        await made(provider, prompt("gpt-5-mini", params={"max_tokens": 999}, seed=1), tmp_path)
    assert server.requests[0]["body"]["max_completion_tokens"] == 999


@pytest.mark.parametrize(
    ("native", "kind"),
    [
        ("chatgpt-image-latest", Kind.IMAGE),
        ("dall-e-3", Kind.IMAGE),
        ("stable-diffusion-3.5", Kind.IMAGE),
        ("black-forest-labs/FLUX.1-schnell", Kind.IMAGE),
        ("google/gemini-3.1-flash-image", Kind.IMAGE),
        ("whisper-large-v3", Kind.TEXT),
        ("qwen3-tts", Kind.AUDIO),
        ("voice-en-us-amy-low", Kind.AUDIO),
        ("hexgrad/Kokoro-82M", Kind.AUDIO),
        ("qwen3:8b", Kind.TEXT),
        ("openai/gpt-oss-20b", Kind.TEXT),
        ("meta-llama/Llama-3.3-70B-Instruct", Kind.TEXT),
        ("nomic-embed-text", None),
        ("text-embedding-nomic-embed-text-v1.5", None),
        ("bge-reranker-v2", None),
        ("sora-2", None),
        ("gpt-realtime", None),
    ],
)
async def test_names_of_many_servers_are_understood(
    server: OpenAIServer, native: str, kind: Kind | None
) -> None:
    server.listing = [{"id": native}]
    models = await offered(server)
    assert [model.type for model in models.values()] == ([kind] if kind else [])


async def test_what_openrouter_says_of_a_model_has_more_weight_than_its_name(server: OpenAIServer) -> None:
    server.listing = [
        {
            "id": "maker/whisper-of-words",
            "name": "Maker: Whisper of Words",
            "description": "A model\nthat writes.",
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "pricing": {"prompt": "0.0000004", "completion": "0.0000016"},
            "supported_parameters": ["tools"],
            "top_provider": {"max_completion_tokens": 8000},
        },
        {"id": "maker/draws", "architecture": {"output_modalities": ["image"]}},
        {"id": "maker/speaks", "architecture": {"output_modalities": ["speech"]}},
        {"id": "maker/films", "architecture": {"output_modalities": ["video"]}},
        {"id": "maker/auto", "architecture": {"output_modalities": ["text"]}, "pricing": {"prompt": "-1"}},
    ]
    models = await offered(server, dialect="openrouter")
    assert {name: model.type for name, model in models.items()} == {
        "maker/whisper-of-words": Kind.TEXT,
        "maker/draws": Kind.IMAGE,
        "maker/speaks": Kind.AUDIO,
        "maker/auto": Kind.TEXT,
    }
    writes = models["maker/whisper-of-words"]
    assert (writes.name, writes.description) == ("Maker: Whisper of Words", "A model that writes.")
    assert writes.capabilities == ("tools", "vision", "json-schema")
    assert writes.params["max_tokens"]["maximum"] == 8000
    pictures = 4 * 2_000
    expected = (32_000 + pictures) * 0.0000004 + 500 * 0.0000016
    assert writes.price_of({"max_tokens": 500}) == pytest.approx(expected, abs=1e-6)
    assert models["maker/auto"].price_usd is None


async def test_the_answer_fits_into_the_window_that_vllm_tells_of(server: OpenAIServer) -> None:
    server.listing = [{"id": "small", "max_model_len": 4096}]
    limit = (await offered(server))["small"].params["max_tokens"]
    assert (limit["default"], limit["maximum"]) == (2048, 2048)


async def test_the_price_of_tokens_bounds_the_price_of_a_call(server: OpenAIServer, tmp_path: Path) -> None:
    entry = {"id": "SmolLM2-135M", "input_usd_per_million": 2, "output_usd_per_million": 8}
    entry["max_prompt_chars"] = 1000
    model = (await offered(server, entry))["SmolLM2-135M"]
    assert model.price_of({"max_tokens": 100}) == pytest.approx((1000 * 2 + 100 * 8) / 1e6)
    default = model.params["max_tokens"]["default"]
    assert model.price_of({}) == pytest.approx((1000 * 2 + default * 8) / 1e6)
    async with connected(server, models=(entry,)) as provider:
        order = prompt("SmolLM2-135M", "word " * 200, params={"max_tokens": 300})
        answer = await made(provider, order, tmp_path)
    assert 0 < (answer.cost_usd or 0) <= (model.price_of(order.params) or 0)


async def test_a_declared_price_has_the_last_word(server: OpenAIServer) -> None:
    entry = {"id": "gpt-4.1-mini", "price_usd": 0.01, "input_usd_per_million": 2, "output_usd_per_million": 8}
    model = (await offered(server, entry))["gpt-4.1-mini"]
    assert (model.price_of({"max_tokens": 100}), model.price_param) == (0.01, None)


async def test_all_models_of_a_free_server_cost_nothing(server: OpenAIServer) -> None:
    models = await offered(server, {"id": "mine", "type": "text"}, free=True)
    assert {model.price_of({}) for model in models.values()} == {0.0}


async def test_what_is_declared_is_offered_first_and_whether_it_is_listed_or_not(
    server: OpenAIServer,
) -> None:
    mine = {"id": "my-painter", "type": "image", "takes": {"image": 3}, "name": "Painter", "price_usd": 0.02}
    tuned = {"id": "SmolLM2-135M", "takes": ["image"]}
    models = await offered(server, mine, tuned)
    assert list(models)[:2] == ["my-painter", "SmolLM2-135M"]
    assert models["my-painter"].type is Kind.IMAGE
    assert models["my-painter"].capabilities == ("image-input", "multi-image-input")
    assert models["my-painter"].price_usd == 0.02
    assert models["SmolLM2-135M"].capabilities == ("json-schema", "vision")


async def test_a_declared_endpoint_decides_between_words_and_chat(server: OpenAIServer) -> None:
    listens = {"id": "my-ears", "type": "text", "endpoint": "transcriptions"}
    model = (await offered(server, listens))["my-ears"]
    assert [port.kind for port in model.inputs] == [Kind.AUDIO]
    assert model.params == {}


async def test_a_listing_as_a_bare_list_is_read() -> None:
    route = Route("/v1/models", lambda request: JSONResponse([{"id": "zai-org/GLM-5"}, {"name": "no id"}]))
    with serving(Starlette(routes=[route])) as address:
        async with connected(f"{address}/v1") as provider:
            assert [model.native_id for model in (await provider.offers()).models] == ["zai-org/GLM-5"]


async def test_an_address_that_lists_no_models_is_told_of(server: OpenAIServer) -> None:
    async with connected(server.v1.removesuffix("/v1")) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.offers()
    assert not caught.value.is_passing


async def test_a_wrong_key_is_told_of_and_not_shown(server: OpenAIServer) -> None:
    wrong = "sk-wrong-9876543210"
    async with connected(server, api_key=wrong) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.offers()
    assert caught.value.code == "provider_unauthorized"
    assert wrong not in str(caught.value)


async def test_a_server_without_keys_is_sent_none(server: OpenAIServer) -> None:
    server.key = None
    async with connected(server, api_key=None) as provider:
        await provider.offers()
        await provider.embed("text-embedding-3-small", ["one"])
    assert "authorization" not in server.requests[0]["headers"]


async def test_nobody_there_passes() -> None:
    async with connected(CLOSED) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.offers()
    assert caught.value.is_passing


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"freee": True}, "providers.test.freee is unknown. Known: takes_keys, free"),
        ({"free": 1}, "providers.test.free is 1, must be true or false"),
        ({"organization": ""}, "providers.test.organization is '', must be text"),
        ({"result_format": "xml"}, "must be one of json_schema, json_object, none"),
        ({"dialect": "esperanto"}, "must be one of openai, openrouter"),
    ],
)
def test_a_section_that_cannot_be_is_refused_by_name(options: dict[str, Any], words: str) -> None:
    settings = ProviderSettings("test", "openai", "http://127.0.0.1:1/v1", api_key=KEY, options=options)
    with pytest.raises(ConfigurationError) as caught:
        connect(settings, fetch=no_fetch)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"type": "text"}, "an entry has no `id`"),
        (
            {"id": "a", "type": "video"},
            "type is 'video', and its endpoint, chat, makes text. A server that speaks",
        ),
        ({"id": "a", "type": ["text"]}, "type is ['text'], and its endpoint"),
        ({"id": "a", "type": "image", "endpoint": "speech"}, "its endpoint, speech, makes audio"),
        ({"id": "a", "endpoint": "films"}, "endpoint is 'films', must be one of chat, images"),
        (
            {"id": "a", "output_usd_per_million": "8"},
            "output_usd_per_million is '8', must be US dollars from 0",
        ),
        ({"id": "a", "input_usd_per_million": -1}, "input_usd_per_million is -1, must be US dollars from 0"),
        ({"id": "a", "colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_an_entry_of_models_that_cannot_be_is_refused_by_name(entry: dict[str, Any], words: str) -> None:
    settings = ProviderSettings("test", "openai", "http://127.0.0.1:1/v1", models=(entry,))
    with pytest.raises(ConfigurationError) as caught:
        connect(settings, fetch=no_fetch)
    assert words in caught.value.message


def test_what_is_free_has_no_price() -> None:
    priced = {"id": "a", "price_usd": 0.1}
    settings = ProviderSettings("test", "openai", CLOSED, options={"free": True}, models=(priced,))
    with pytest.raises(ConfigurationError) as caught:
        connect(settings, fetch=no_fetch)
    assert "providers.test.free is true, and 'a' has a price" in caught.value.message


def test_openrouter_is_known_by_its_address() -> None:
    settings = ProviderSettings("router", "openai", "https://openrouter.ai/api/v1", api_key=KEY)
    assert options_of(settings).dialect == "openrouter"
