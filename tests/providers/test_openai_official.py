"""The official `openai` package reads what the fake answers: the fake's shapes are OpenAI's."""

import io
import json
import socket
from base64 import b64decode
from collections.abc import Iterator

import openai
import pytest
from PIL import Image

from .fakes.openai_server import KEY, OpenAIServer, openai_server, picture, tone


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
