"""What the adapter for OpenAI's API asks for, it gets: text, tools, pictures, voices, words, numbers."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import av
import jsonschema
import pytest
from PIL import Image

from limner.types import Kind, MadeItem, Order, Task, Ticket

from .fakes.openai_server import OpenAIServer, openai_server, picture
from .openai_orders import (
    FUNCTION,
    KEY_OF_REQUEST,
    chat,
    connected,
    drawing,
    image_file,
    made,
    prompt,
    sound_file,
    speech,
)

pytestmark = pytest.mark.anyio
PRICED = {"id": "gpt-4.1-mini", "input_usd_per_million": 0.4, "output_usd_per_million": 1.6}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


async def test_a_prompt_is_answered_and_the_request_is_told_apart_by_its_key(
    server: OpenAIServer, tmp_path: Path
) -> None:
    async with connected(server, organization="org-1") as provider:
        answer = await made(provider, prompt(params={"max_tokens": 64, "temperature": 0.2}, seed=7), tmp_path)
    assert answer.items == (MadeItem(Kind.TEXT, "You said: Say hello"),)
    assert answer.details["model"] == "gpt-4.1-mini-2026-08-07"
    assert answer.details["request_id"] == "req_1"
    assert answer.cost_usd is None
    sent = server.requests[0]
    assert sent["headers"]["idempotency-key"] == KEY_OF_REQUEST
    assert sent["headers"]["openai-organization"] == "org-1"
    assert {name: sent["body"][name] for name in ("max_tokens", "temperature", "seed")} == {
        "max_tokens": 64,
        "temperature": 0.2,
        "seed": 7,
    }


async def test_a_temperature_of_1_is_left_to_the_server_and_a_seed_where_it_is_told_so(
    server: OpenAIServer, tmp_path: Path
) -> None:
    async with connected(server, sends_seed=False) as provider:
        await made(provider, prompt(params={"temperature": 1.0}), tmp_path)
    assert server.requests[0]["body"].keys() == {"model", "messages"}


async def test_tokens_are_charged_at_the_declared_prices(server: OpenAIServer, tmp_path: Path) -> None:
    async with connected(server, models=(PRICED,)) as provider:
        answer = await made(provider, prompt(), tmp_path)
    usage = answer.details["usage"]
    expected = (usage["prompt_tokens"] * 0.4 + usage["completion_tokens"] * 1.6) / 1e6
    assert answer.cost_usd == pytest.approx(expected, rel=1e-9)
    assert expected > 0


async def test_a_free_server_charges_nothing(server: OpenAIServer, tmp_path: Path) -> None:
    async with connected(server, free=True) as provider:
        assert provider.takes_keys  # may be asked again: it costs nothing
        text = await made(provider, prompt(), tmp_path)
        voice = await made(provider, speech(), tmp_path)
    assert (text.cost_usd, voice.cost_usd) == (0.0, 0.0)


async def test_pictures_and_sounds_go_with_a_prompt(server: OpenAIServer, tmp_path: Path) -> None:
    given = {Kind.IMAGE: [image_file(tmp_path, width=40, height=30)], Kind.AUDIO: [sound_file(tmp_path)]}
    async with connected(server) as provider:
        answer = await made(provider, prompt(words="What is this?", inputs=given), tmp_path)
    assert answer.items[0].value == "You said: What is this?, and showed: 40x30, wav"


async def test_a_chat_calls_a_tool_and_goes_on_with_its_result(server: OpenAIServer, tmp_path: Path) -> None:
    tools = ({"type": "function", "function": FUNCTION},)
    first_order = chat("Where is it?", tools=tools)
    async with connected(server) as provider:
        first = await made(provider, first_order, tmp_path)
        assert first.message is not None
        (call,) = first.message["tool_calls"]
        result = {"role": "tool", "tool_call_id": call["id"], "content": "on the table"}
        messages = (*first_order.messages, first.message, result)
        last = await made(
            provider, Order(Task.CHAT, "gpt-4.1-mini", messages=messages, tools=tools), tmp_path
        )
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("look", {"where": "x"})
    assert last.message == {"role": "assistant", "content": "You said: on the table"}
    assert server.requests[1]["body"]["messages"][1] == first.message


async def test_tool_calls_of_servers_that_write_them_otherwise_read_the_same(
    server: OpenAIServer, tmp_path: Path
) -> None:
    server.faults = ["tool as object"]
    async with connected(server) as provider:
        order = chat("Where?", tools=({"type": "function", "function": FUNCTION},))
        answer = await made(provider, order, tmp_path)
    assert answer.message is not None
    assert answer.message["tool_calls"] == [
        {"id": "call_0", "type": "function", "function": {"name": "look", "arguments": '{"where": "x"}'}}
    ]


async def test_an_answer_in_parts_is_one_text(server: OpenAIServer, tmp_path: Path) -> None:
    server.faults = ["parts"]
    async with connected(server) as provider:
        answer = await made(provider, prompt(), tmp_path)
    assert answer.items[0].value == "You said: Say hello"


@pytest.mark.parametrize(
    ("schema", "is_strict"),
    [
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, False),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"b": {}}}}},
                "required": ["a"],
                "additionalProperties": False,
            },
            False,
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string", "minLength": 2}},
                "required": ["a"],
                "additionalProperties": False,
            },
            False,
        ),
        (
            {
                "type": "object",
                "properties": {"a": {}},
                "required": ["a"],
                "additionalProperties": False,
            },
            False,
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                "required": ["b", "a"],
                "additionalProperties": False,
            },
            True,
        ),
    ],
)
async def test_a_schema_is_held_to_strictly_where_strict_mode_takes_it(
    server: OpenAIServer, tmp_path: Path, schema: dict, is_strict: bool
) -> None:
    async with connected(server) as provider:
        answer = await made(provider, prompt(result_schema=schema), tmp_path)
    jsonschema.validate(json.loads(str(answer.items[0].value)), schema)
    told = server.requests[0]["body"]["response_format"]["json_schema"]
    assert (told["strict"], told["schema"]) == (is_strict, schema)


@pytest.mark.parametrize(("form", "expected"), [("json_object", {"type": "json_object"}), ("none", None)])
async def test_a_server_without_schemas_is_told_in_words(
    server: OpenAIServer, tmp_path: Path, form: str, expected: dict | None
) -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}}}
    async with connected(server, result_format=form) as provider:
        await made(provider, chat("Write", result_schema=schema), tmp_path)
    body = server.requests[0]["body"]
    assert body.get("response_format") == expected
    assert json.dumps(schema) in body["messages"][0]["content"]
    assert body["messages"][1:] == [{"role": "user", "content": "Write"}]


@pytest.mark.parametrize(
    ("target", "ratio", "size"),
    [
        ("gpt-image-2", "16:9", (1536, 864)),
        ("gpt-image-2", "auto", (1024, 1024)),
        ("gpt-image-1-mini", "2:3", (1024, 1536)),
        ("dall-e-3", "16:9", (1792, 1024)),
        ("flux.1-dev", "16:9", (1024, 576)),
        ("sd-cpp-local", "3:2", (1152, 768)),
    ],
)
async def test_a_ratio_becomes_a_size_that_the_model_draws(
    server: OpenAIServer, tmp_path: Path, target: str, ratio: str, size: tuple[int, int]
) -> None:
    async with connected(server) as provider:
        answer = await made(provider, drawing(target, params={"aspect_ratio": ratio}, seed=5), tmp_path)
    (item,) = answer.items
    with Image.open(item.value.path) as found:
        assert (found.size, item.value.media_type) == (size, "image/png")


async def test_the_seed_goes_where_a_model_takes_one(server: OpenAIServer, tmp_path: Path) -> None:
    async with connected(server) as provider:
        await made(provider, drawing("flux.1-dev", params={"aspect_ratio": "1:1"}, seed=5), tmp_path)
        await made(provider, drawing("sd-cpp-local", params={"aspect_ratio": "1:1"}, seed=5), tmp_path)
        await made(provider, drawing("gpt-image-2", seed=5), tmp_path)  # the fake refuses a seed there
    flux, local, _ = (request["body"] for request in server.requests)
    assert flux["seed"] == 5
    assert local["prompt"] == 'a red mug<sd_cpp_extra_args>{"seed": 5}</sd_cpp_extra_args>'
    assert "seed" not in local


async def test_a_format_and_parameters_of_the_operator_go_as_they_are(
    server: OpenAIServer, tmp_path: Path
) -> None:
    async with connected(server) as provider:
        params = {"format": "webp", "quality": "low"}
        answer = await made(provider, drawing(params=params), tmp_path)
        own = {"aspect_ratio": "1:1", "negative_prompt": "text"}
        await made(provider, drawing("flux.1-dev", params=own), tmp_path)
    assert answer.items[0].value.media_type == "image/webp"
    assert server.requests[0]["body"]["quality"] == "low"
    assert server.requests[1]["body"]["negative_prompt"] == "text"


@pytest.mark.parametrize("count", [1, 2])
async def test_pictures_are_drawn_after_those_that_are_given(
    server: OpenAIServer, tmp_path: Path, count: int
) -> None:
    given = [image_file(tmp_path, f"{number}.png") for number in range(count)]
    async with connected(server) as provider:
        answer = await made(provider, drawing(inputs={Kind.IMAGE: given}), tmp_path)
    with (
        Image.open(answer.items[0].value.path) as found,
        Image.open(io.BytesIO(picture(f"a red mug after {count}", 1, 1, "png"))) as expected,
    ):
        assert found.getpixel((0, 0)) == expected.getpixel((0, 0))
    sent = server.requests[0]["body"]
    assert sent["image" if count == 1 else "image[]"] == [each.path.read_bytes() for each in given]


async def test_a_picture_that_is_answered_as_an_address_is_fetched_by_its_ticket_in_another_process_too(
    server: OpenAIServer, tmp_path: Path
) -> None:
    server.answers_addresses = True
    order = drawing()
    entry = {"id": "gpt-image-2", "input_usd_per_million": 5, "output_usd_per_million": 30}
    async with connected(server, models=(entry,)) as provider:
        ticket = await provider.submit(order, KEY_OF_REQUEST, tmp_path)
        assert isinstance(ticket, Ticket)
        assert not await provider.cancel(ticket)
    ticket = Ticket(ticket.job_id, json.loads(json.dumps(ticket.handle)))
    async with connected(server) as provider:
        answer = await provider.result(ticket, order, tmp_path, lambda fraction, message: None)
    with Image.open(answer.items[0].value.path) as found:
        assert found.size == (1024, 1024)
    assert answer.cost_usd == pytest.approx((20 * 5 + 1000 * 30) / 1e6)
    assert len(server.ledger) == 1


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("wav", "audio/wav"), ("mp3", "audio/mpeg"), ("flac", "audio/flac"), ("opus", "audio/ogg")],
)
async def test_a_voice_reads_the_prompt(
    server: OpenAIServer, tmp_path: Path, form: str, media_type: str
) -> None:
    async with connected(server) as provider:
        answer = await made(provider, speech(words="x" * 20, format=form, speed=1.5), tmp_path)
    (item,) = answer.items
    assert (item.output_id, item.value.media_type) == ("audio", media_type)
    with av.open(str(item.value.path)) as sound:
        assert float(sound.duration / av.time_base) == pytest.approx(1.0, abs=0.1)
    assert server.requests[0]["body"] == {
        "model": "tts-1",
        "input": "x" * 20,
        "voice": "alloy",
        "response_format": form,
        "speed": 1.5,
    }


async def test_a_voice_is_told_how_to_speak_and_an_empty_voice_is_the_servers(
    server: OpenAIServer, tmp_path: Path
) -> None:
    async with connected(server) as provider:
        await made(provider, speech("gpt-4o-mini-tts", style="calm", speed=1.0), tmp_path)
        await made(provider, speech("piper-amy", voice="", speed=1.0), tmp_path)
    steered, plain = (request["body"] for request in server.requests)
    assert steered["instructions"] == "calm"
    assert plain.keys() == {"model", "input", "response_format"}


async def test_a_recording_is_written_down(server: OpenAIServer, tmp_path: Path) -> None:
    order = prompt("gpt-transcribe", "Limner", inputs={Kind.AUDIO: [sound_file(tmp_path, 1.5)]})
    entry = {"id": "gpt-transcribe", "input_usd_per_million": 2.5, "output_usd_per_million": 10}
    async with connected(server, models=(entry,)) as provider:
        answer = await made(provider, order, tmp_path)
    assert answer.items == (MadeItem(Kind.TEXT, "A tone of 1.5 seconds."),)
    assert answer.cost_usd == pytest.approx((14 * 2.5 + 45 * 10) / 1e6)
    sent = server.requests[0]["body"]
    assert (sent["prompt"], sent["response_format"]) == ("Limner", "json")


async def test_texts_become_vectors_in_their_order(server: OpenAIServer) -> None:
    async with connected(server) as provider:
        both = await provider.embed("text-embedding-3-small", ["one", "two"])
        one = await provider.embed("text-embedding-3-small", ["one"])
    assert both[0] == one[0] != both[1]
    assert len(both[0]) == 8


async def test_openrouter_is_asked_in_its_own_shapes(server: OpenAIServer, tmp_path: Path) -> None:
    async with connected(server, dialect="openrouter") as provider:
        order = drawing(
            "google/gemini-flash-image",
            params={"aspect_ratio": "16:9"},
            inputs={Kind.IMAGE: [image_file(tmp_path)]},
            seed=3,
        )
        answer = await made(provider, order, tmp_path)
        await made(provider, drawing("google/gemini-flash-image", params={"aspect_ratio": "auto"}), tmp_path)
        heard = await made(
            provider, prompt("openai/whisper-1", inputs={Kind.AUDIO: [sound_file(tmp_path)]}), tmp_path
        )
    with Image.open(answer.items[0].value.path) as found:
        assert found.size == (1024, 576)
    assert answer.cost_usd == 0.04
    assert server.requests[0]["body"]["input_references"][0]["image_url"]["url"].startswith(
        "data:image/png;base64,"
    )
    assert "aspect_ratio" not in server.requests[1]["body"]
    assert heard.items[0].value == "A tone of 1.5 seconds."
