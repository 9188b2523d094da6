"""OpenAI's own package reads what the fake answers, and asks what the adapter asks: the shapes are OpenAI's."""

import io
import json
import socket
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from PIL import Image

from limner.types import Kind

from .fakes.openai_server import KEY, OpenAIServer, openai_server, picture, tone
from .openai_orders import (
    FUNCTION,
    KEY_OF_REQUEST,
    chat,
    connected,
    drawing,
    image_file,
    prompt,
    sound_file,
    speech,
)

CLOSED = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


@pytest.fixture
def client(server: OpenAIServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.v1, api_key=KEY, max_retries=0) as client:
        yield client


def test_it_lists_models(client: openai.OpenAI) -> None:
    assert "gpt-image-2" in [model.id for model in client.models.list()]


def test_it_chats_and_calls_tools(client: openai.OpenAI) -> None:
    function = {"name": "look", "parameters": {"type": "object", "properties": {"where": {"type": "string"}}}}
    asked = [{"role": "user", "content": "Where is it?"}]
    first = client.chat.completions.create(
        model="gpt-4.1-mini", messages=asked, tools=[{"type": "function", "function": function}]
    )
    assert first.choices[0].finish_reason == "tool_calls"
    call = first.choices[0].message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("look", {"where": "x"})
    plain = client.chat.completions.create(model="gpt-4.1-mini", messages=asked)
    assert plain.choices[0].message.content == "You said: Where is it?"
    assert plain.usage.total_tokens == plain.usage.prompt_tokens + plain.usage.completion_tokens


def test_it_draws(client: openai.OpenAI) -> None:
    made = client.images.generate(model="gpt-image-2", prompt="a red mug", size="1536x864")
    assert Image.open(io.BytesIO(b64decode(made.data[0].b64_json))).size == (1536, 864)
    assert made.usage.output_tokens == 1000


def test_it_draws_after_pictures(client: openai.OpenAI, server: OpenAIServer) -> None:
    given = [("mug.png", picture("mug", 64, 64, "png"), "image/png"), picture("cup", 32, 32, "png")]
    one = client.images.edit(model="gpt-image-2", image=given[0], prompt="in blue")
    two = client.images.edit(model="gpt-image-2", image=given, prompt="in blue", size="1024x1024")
    colours = [
        Image.open(io.BytesIO(b64decode(made.data[0].b64_json))).getpixel((0, 0)) for made in (one, two)
    ]
    expected = [picture(f"in blue after {count}", 1, 1, "png") for count in (1, 2)]
    assert colours == [Image.open(io.BytesIO(each)).getpixel((0, 0)) for each in expected]
    assert [entry["endpoint"] for entry in server.ledger] == ["images/edits"] * 2


def test_it_speaks_and_listens(client: openai.OpenAI) -> None:
    spoken = client.audio.speech.create(
        model="tts-1", voice="alloy", input="Good morning", response_format="wav"
    )
    assert spoken.content[:4] == b"RIFF"
    heard = client.audio.transcriptions.create(model="whisper-1", file=("tone.wav", tone(1.5)))
    assert heard.text == "A tone of 1.5 seconds."


def test_it_embeds(client: openai.OpenAI) -> None:
    both = client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
    plain = client.embeddings.create(model="text-embedding-3-small", input="two", encoding_format="float")
    second = next(row for row in both.data if row.index == 1)
    assert second.embedding == pytest.approx(plain.data[0].embedding, abs=1e-6)


def test_it_knows_the_errors(client: openai.OpenAI, server: OpenAIServer) -> None:
    server.faults = ["429", "500 before", "safety"]
    asked = {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hello"}]}
    for error, code in (
        (openai.RateLimitError, "rate_limit_exceeded"),
        (openai.InternalServerError, "server_error"),
        (openai.BadRequestError, "moderation_blocked"),
    ):
        with pytest.raises(error) as caught:
            client.chat.completions.create(**asked)
        assert caught.value.code == code
    assert server.ledger == []


def test_a_request_that_is_cut_short_is_not_billed(server: OpenAIServer) -> None:
    host, port = server.v1.removeprefix("http://").removesuffix("/v1").split(":")
    body = b'{"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hello"}]}'
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as sent:
        sent.sendall(head.encode() + body[:-20])
        sent.shutdown(socket.SHUT_WR)
        assert not sent.recv(1000).startswith(b"HTTP/1.1 200")
    assert server.ledger == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "case", ["chat", "images/generations", "images/edits", "audio/speech", "transcriptions"]
)
async def test_the_adapter_asks_what_the_official_package_asks(
    client: openai.OpenAI, server: OpenAIServer, tmp_path: Path, case: str
) -> None:
    pictures = [image_file(tmp_path, f"{number}.png") for number in range(2)]
    recording = sound_file(tmp_path)
    asked = [{"role": "user", "content": "Where is it?"}]
    tools = [{"type": "function", "function": FUNCTION}]
    match case:
        case "chat":
            form = {
                "type": "json_schema",
                "json_schema": {"name": "result", "schema": CLOSED, "strict": True},
            }
            said = {"temperature": 0.5, "max_tokens": 50}
            client.chat.completions.create(
                model="gpt-4.1-mini", messages=asked, tools=tools, response_format=form, seed=3, **said
            )
            order = chat("Where is it?", tools=tuple(tools), result_schema=CLOSED, seed=3, params=said)
        case "images/generations":
            client.images.generate(
                model="gpt-image-2",
                prompt="a red mug",
                n=1,
                size="1536x864",
                quality="low",
                output_format="webp",
            )
            order = drawing(params={"aspect_ratio": "16:9", "quality": "low", "format": "webp"})
        case "images/edits":
            files = [(each.path.name, each.path.read_bytes(), each.media_type) for each in pictures]
            client.images.edit(model="gpt-image-2", prompt="a red mug", image=files, n=1, size="1024x1024")
            order = drawing(params={"aspect_ratio": "1:1"}, inputs={Kind.IMAGE: pictures})
        case "audio/speech":
            said = {"model": "gpt-4o-mini-tts", "voice": "coral", "input": "Good morning"}
            client.audio.speech.create(**said, response_format="wav", speed=1.5, instructions="calm")
            order = speech("gpt-4o-mini-tts", voice="coral", speed=1.5, style="calm")
        case _:
            client.audio.transcriptions.create(
                model="whisper-1", file=recording.path, prompt="Limner", response_format="json"
            )
            order = prompt("whisper-1", "Limner", inputs={Kind.AUDIO: [recording]})
    async with connected(server) as provider:
        await provider.submit(order, KEY_OF_REQUEST, tmp_path)
    official, ours = server.requests
    assert ours["path"] == official["path"]
    assert ours["body"] == official["body"]
    for header in ("authorization", "content-type"):
        assert ours["headers"][header].partition(";")[0] == official["headers"][header].partition(";")[0]
