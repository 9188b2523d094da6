"""HTTP as adapters speak it: what every answer and every silence proves, and where the key never goes."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from limner.errors import InvalidInput, NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.breaker import FAILURES, OPEN_SECONDS, Breaker
from limner.providers.wire import Wire, retry_after
from limner.types import ProviderSettings

from .fakes.openai_server import picture
from .fakes.serving import serving

pytestmark = pytest.mark.anyio

SECRET = "sk-wire-0123456789abcdef"
PNG = picture("red", 8, 8, "png")


class Upstream:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        await request.body()
        self.asked.append(request)
        what = request.path_params["rest"].rpartition("/")[2]
        match what:
            case "ok":
                return JSONResponse({"made": True})
            case "text":
                return Response("<html>busy</html>", media_type="text/html")
            case "quotes":
                return JSONResponse({"error": {"message": f"bad key {SECRET}"}}, 401)
            case "away":
                return Response(status_code=307, headers={"location": "/v1/ok"})
            case "cut":
                return StreamingResponse(_half(), headers={"content-length": "100"})
            case "picture":
                return Response(PNG)
            case "large":
                return Response(b"\0" * 4096)
            case "page":
                return Response("<!doctype html><html></html>", media_type="image/png")
            case "empty":
                return Response(b"", media_type="image/png")
            case _:
                return JSONResponse({"detail": "no"}, int(what), headers={"retry-after": "7"})


async def _half() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionResetError


@contextmanager
def upstream() -> Iterator[tuple[Upstream, str]]:
    server = Upstream()
    with serving(server.app()) as address:
        yield server, address


async def nowhere(address: str, name: str, target: Path) -> None:
    raise InvalidInput.of(name, f"{address} is not fetched here")


@asynccontextmanager
async def wired(base_url: str, **more: Any) -> AsyncIterator[Wire]:
    facts: dict[str, Any] = {"api_key": SECRET, "submit_seconds": 2.0, "connect_seconds": 2.0}
    settings = ProviderSettings("acme", "test", base_url, **{**facts, **more})
    wire = Wire(settings, fetch=nowhere, headers={"authorization": f"Bearer {SECRET}"})
    try:
        yield wire
    finally:
        await wire.aclose()


@pytest.mark.parametrize("status", [408, 429, 503])
async def test_what_says_come_again_was_not_accepted_and_passes(status: int) -> None:
    with upstream() as (_, address):
        async with wired(f"{address}/v1") as wire:
            with pytest.raises(NotAccepted, match=f"acme answered {status}: no") as refused:
                await wire.send("POST", str(status), json={})
    assert (refused.value.is_passing, refused.value.retry_after_seconds) == (True, 7.0)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("400", "provider_refused"),
        ("401", "provider_unauthorized"),
        ("402", "provider_out_of_credit"),
        ("403", "provider_unauthorized"),
        ("422", "provider_refused"),
        ("away", "provider_refused"),
    ],
)
async def test_a_refusal_was_not_accepted_and_does_not_pass(answer: str, code: str) -> None:
    with upstream() as (server, address):
        async with wired(f"{address}/v1") as wire:
            with pytest.raises(NotAccepted) as refused:
                await wire.send("POST", answer, json={})
    assert (refused.value.is_passing, refused.value.code) == (False, code)
    assert len(server.asked) == 1, "a redirect was followed"


@pytest.mark.parametrize("answer", ["500", "502", "504", "cut"])
async def test_what_may_have_been_accepted_is_unknown(answer: str) -> None:
    with upstream() as (_, address):
        async with wired(f"{address}/v1") as wire:
            with pytest.raises(OutcomeUnknown, match="may have accepted"):
                await wire.send("POST", answer, json={})


async def test_an_acceptance_that_cannot_be_read_is_unknown_and_an_answer_like_it_is_asked_again() -> None:
    with upstream() as (_, address):
        async with wired(f"{address}/v1") as wire:
            with pytest.raises(OutcomeUnknown, match="not JSON"):
                await wire.send_json("POST", "text")
            with pytest.raises(NotAccepted, match="not JSON") as unread:
                await wire.ask_json("GET", "text")
            assert unread.value.is_passing
            assert await wire.ask_json("GET", "ok") == {"made": True}


async def test_silence_is_unknown_and_a_closed_port_proves_that_nothing_was_accepted() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        async with wired(f"http://127.0.0.1:{port}", submit_seconds=0.3) as wire:
            with pytest.raises(OutcomeUnknown):
                await wire.send("POST", "v1/ok", json={})
    async with wired(f"http://127.0.0.1:{port}") as wire:
        with pytest.raises(NotAccepted, match="cannot be reached") as refused:
            await wire.send("POST", "v1/ok", json={})
    assert refused.value.is_passing


async def test_the_key_goes_to_the_providers_own_origin_only() -> None:
    with upstream() as (own, address), upstream() as (other, elsewhere):
        async with wired(f"{address}/v1") as wire:
            await wire.ask("GET", "ok")
            await wire.ask("GET", f"{elsewhere}/v1/ok")
    assert own.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://acme.example/v1/ok",
        "https://10.0.0.7/ok",
        "https://[::1]/ok",
        "https://localhost/ok",
        "file:///etc/passwd",
        "https://127.0.0.1@evil/ok",
    ],
)
async def test_an_address_within_our_network_that_a_provider_names_is_not_asked(address: str) -> None:
    async with wired("https://api.acme.example/v1") as wire:
        with pytest.raises(NotAccepted, match="neither its own nor a public") as refused:
            await wire.ask("GET", address)
    assert not refused.value.is_passing


async def test_a_key_that_a_server_quotes_is_cut_out() -> None:
    with upstream() as (_, address):
        async with wired(f"{address}/v1") as wire:
            with pytest.raises(NotAccepted) as refused:
                await wire.send("POST", "quotes", json={})
            assert SECRET not in f"{refused.value.document()} {wire.settings!r}"


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("large", ProviderFailed, "no media"),
        ("page", ProviderFailed, "text/html"),
        ("empty", ProviderFailed, "is empty"),
        ("404", NotAccepted, "404"),
        ("503", NotAccepted, "503"),
    ],
)
async def test_a_result_that_is_none_says_what_it_is(
    name: str, error: type[Exception], said: str, tmp_path: Path
) -> None:
    with upstream() as (_, address):
        async with wired(address) as wire:
            with pytest.raises(error, match=said):
                await wire.download(f"{address}/v1/{name}", tmp_path / "result")


async def test_a_result_is_bounded_and_named_by_its_first_bytes(tmp_path: Path) -> None:
    with upstream() as (_, address):
        async with wired(address, max_download_bytes=1000) as wire:
            made = await wire.download(f"{address}/v1/picture", tmp_path / "one")
            assert (made.media_type, made.path.read_bytes()) == ("image/png", PNG)
            with pytest.raises(ProviderFailed, match="more than") as refused:
                await wire.download(f"{address}/v1/large", tmp_path / "two")
            assert refused.value.billed_usd is None, "it was accepted: it counts at its price"
        async with wired("https://api.acme.example/v1") as wire:
            with pytest.raises(NotAccepted, match="is not fetched here"):
                await wire.download("https://files.acme.example/a.png", tmp_path / "three")


def test_a_provider_that_fails_again_and_again_is_left_alone_for_a_while_and_then_tried_once() -> None:
    now = [0.0]
    breaker = Breaker("acme", clock=lambda: now[0])
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.require_closed()
    breaker.failed()
    with pytest.raises(NotAccepted, match="left alone") as left:
        breaker.require_closed()
    assert left.value.retry_after_seconds == OPEN_SECONDS
    now[0] = OPEN_SECONDS + 1
    breaker.require_closed()
    with pytest.raises(NotAccepted):
        breaker.require_closed()  # one request tries, the others wait for what becomes of it
    breaker.succeeded()
    breaker.require_closed()


async def test_a_provider_that_is_left_alone_is_not_asked(tmp_path: Path) -> None:
    with upstream() as (server, address):
        async with wired(f"{address}/v1") as wire:
            for _ in range(FAILURES):
                with pytest.raises(OutcomeUnknown):
                    await wire.send("POST", "500")
            with pytest.raises(NotAccepted, match="left alone"):
                await wire.send("POST", "ok")
    assert len(server.asked) == FAILURES


def test_retry_after_is_seconds_or_a_date_and_at_most_an_hour() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert retry_after({"retry-after": "999999"}) == 3600
    assert 80 < (retry_after({"retry-after": later}) or 0) <= 90
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None
