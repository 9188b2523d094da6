"""What goes wrong at a server that speaks OpenAI's API: which error it proves, and what the server's ledger says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from limner.errors import NotAccepted, OutcomeUnknown, ProviderFailed
from limner.types import Kind, Order, Ticket

from .fakes.openai_server import OpenAIServer, openai_server
from .openai_orders import FUNCTION, KEY_OF_REQUEST, chat, connected, drawing, prompt, sound_file, speech

pytestmark = pytest.mark.anyio
CLOSED = "http://127.0.0.1:9/v1"
PRICED = {"id": "gpt-4.1-mini", "input_usd_per_million": 1000, "output_usd_per_million": 1000}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


def orders(folder: Path) -> dict[str, Order]:
    """Return one order for each endpoint."""
    return {
        "chat": prompt(),
        "images": drawing(),
        "speech": speech(),
        "transcriptions": prompt("whisper-1", inputs={Kind.AUDIO: [sound_file(folder)]}),
    }


ENDPOINTS = ("chat", "images", "speech", "transcriptions")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("fault", "code", "is_passing", "retry_after"),
    [
        ("429", "provider_unavailable", True, 7.0),
        ("503", "provider_unavailable", True, None),
        ("402", "provider_out_of_credit", False, None),
        ("quota", "provider_out_of_credit", False, None),
        ("safety", "safety_blocked", False, None),
    ],
)
async def test_a_refusal_proves_that_nothing_was_accepted(
    server: OpenAIServer,
    tmp_path: Path,
    endpoint: str,
    fault: str,
    code: str,
    is_passing: bool,
    retry_after: float | None,
) -> None:
    server.faults = [fault]
    async with connected(server) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.submit(orders(tmp_path)[endpoint], KEY_OF_REQUEST, tmp_path)
    assert caught.value.code == code
    assert caught.value.is_passing is is_passing
    assert caught.value.retry_after_seconds == retry_after
    assert server.ledger == []


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("fault", "billed"),
    [("500 before", 0), ("500 after", 1), ("drop before", 0), ("drop after", 1), ("truncated", 1)],
)
async def test_where_no_word_came_back_nobody_knows(
    server: OpenAIServer, tmp_path: Path, endpoint: str, fault: str, billed: int
) -> None:
    server.faults = [fault]
    async with connected(server) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.submit(orders(tmp_path)[endpoint], KEY_OF_REQUEST, tmp_path)
    assert len(server.ledger) == billed
    assert len(server.requests) == 1  # it was asked once


async def test_a_refusal_in_plain_words_is_shown(server: OpenAIServer, tmp_path: Path) -> None:
    server.faults = ["plain 400"]
    async with connected(server) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
    assert "too large for this proxy" in caught.value.message
    assert not caught.value.is_passing


async def test_who_answers_too_late_may_have_accepted(server: OpenAIServer, tmp_path: Path) -> None:
    server.faults = ["slow"]
    async with connected(server, submit_seconds=0.5) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
    assert len(server.ledger) == 1


@pytest.mark.parametrize("endpoint", ["chat", "images", "transcriptions"])
@pytest.mark.parametrize("fault", ["malformed", "huge", "wrong type"])
async def test_an_answer_that_cannot_be_read_may_be_billed(
    server: OpenAIServer, tmp_path: Path, endpoint: str, fault: str
) -> None:
    server.faults = [fault]
    async with connected(server) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.submit(orders(tmp_path)[endpoint], KEY_OF_REQUEST, tmp_path)
    assert len(server.ledger) == 1


async def test_nobody_there_took_nothing(tmp_path: Path) -> None:
    async with connected(CLOSED) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
    assert caught.value.is_passing


@pytest.mark.parametrize(
    ("endpoint", "fault", "code"),
    [
        ("chat", "nothing", "provider_error"),
        ("chat", "no object", "provider_error"),
        ("chat", "error within", "provider_error"),
        ("chat", "safety within", "safety_blocked"),
        ("chat", "refusal", "safety_blocked"),
        ("chat", "used up", "provider_error"),
        ("chat", "error in choice", "provider_error"),
        ("images", "nothing", "provider_error"),
        ("images", "no picture", "provider_error"),
        ("images", "no base64", "provider_error"),
        ("images", "safety within", "safety_blocked"),
        ("speech", "wrong type", "provider_error"),
        ("speech", "error within", "provider_error"),
        ("transcriptions", "nothing", "provider_error"),
    ],
)
async def test_what_was_accepted_and_gave_nothing_has_failed_and_is_billed(
    server: OpenAIServer, tmp_path: Path, endpoint: str, fault: str, code: str
) -> None:
    server.faults = [fault]
    async with connected(server) as provider:
        with pytest.raises(ProviderFailed) as caught:
            await provider.submit(orders(tmp_path)[endpoint], KEY_OF_REQUEST, tmp_path)
    assert caught.value.code == code
    assert caught.value.billed_usd is None  # its price counts
    assert len(server.ledger) == 1


async def test_a_refusal_of_the_model_itself_costs_its_tokens(server: OpenAIServer, tmp_path: Path) -> None:
    server.faults = ["refusal", "used up"]
    async with connected(server, models=(PRICED,)) as provider:
        for words in ("I cannot help with that.", "used up all tokens"):
            with pytest.raises(ProviderFailed) as caught:
                await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
            assert words in caught.value.message
            assert (caught.value.billed_usd or 0) > 0


async def test_a_tool_without_a_name_is_no_answer(server: OpenAIServer, tmp_path: Path) -> None:
    server.faults = ["nameless tool"]
    async with connected(server) as provider:
        order = chat("Where?", tools=({"type": "function", "function": FUNCTION},))
        with pytest.raises(ProviderFailed):
            await provider.submit(order, KEY_OF_REQUEST, tmp_path)


async def test_a_model_that_is_not_there_is_told_in_the_servers_words(
    server: OpenAIServer, tmp_path: Path
) -> None:
    async with connected(server) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.submit(prompt("gpt-0"), KEY_OF_REQUEST, tmp_path)
    assert (caught.value.code, caught.value.is_passing) == ("provider_refused", False)
    assert "The model 'gpt-0' does not exist." in caught.value.message


async def test_a_key_that_the_server_quotes_back_is_not_shown(server: OpenAIServer, tmp_path: Path) -> None:
    wrong = "sk-wrong-9876543210"
    async with connected(server, api_key=wrong) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
        assert wrong not in f"{caught.value!r} {caught.value.document()} {provider.settings!r}"
    assert caught.value.code == "provider_unauthorized"


async def ticket_of(server: OpenAIServer, provider: Any, folder: Path) -> Ticket:
    server.answers_addresses = True
    ticket = await provider.submit(drawing(), KEY_OF_REQUEST, folder)
    assert isinstance(ticket, Ticket)
    return ticket


async def test_an_address_that_has_expired_is_a_failure_that_is_billed(
    server: OpenAIServer, tmp_path: Path
) -> None:
    async with connected(server) as provider:
        ticket = await ticket_of(server, provider, tmp_path)
        server.are_files_gone = True
        with pytest.raises(ProviderFailed) as caught:
            await provider.result(ticket, drawing(), tmp_path, lambda fraction, message: None)
    assert caught.value.billed_usd is None
    assert len(server.ledger) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://files.example.com", "is refused"),
        ("http://169.254.169.254", "nor a public https:// address"),
    ],
)
async def test_a_foreign_address_goes_through_the_guard(
    server: OpenAIServer, tmp_path: Path, address: str, words: str
) -> None:
    server.address = address
    async with connected(server) as provider:
        ticket = await ticket_of(server, provider, tmp_path)
        with pytest.raises(ProviderFailed) as caught:
            await provider.result(ticket, drawing(), tmp_path, lambda fraction, message: None)
    assert words in caught.value.message
    assert caught.value.billed_usd is None


async def test_a_file_that_is_no_picture_is_refused(server: OpenAIServer, tmp_path: Path) -> None:
    async with connected(server) as provider:
        ticket = await ticket_of(server, provider, tmp_path)
        server.files = dict.fromkeys(server.files, b"RIFF\x24\x00\x00\x00WAVEfmt ")
        with pytest.raises(ProviderFailed) as caught:
            await provider.result(ticket, drawing(), tmp_path, lambda fraction, message: None)
    assert "audio/wav" in caught.value.message


@pytest.mark.parametrize("fault", ["nothing", "no numbers", "malformed"])
async def test_embeddings_that_cannot_be_read_are_no_embeddings(server: OpenAIServer, fault: str) -> None:
    server.faults = [fault]
    async with connected(server) as provider:
        with pytest.raises(OutcomeUnknown if fault == "malformed" else ProviderFailed):
            await provider.embed("text-embedding-3-small", ["one"])


async def test_a_request_sent_again_with_its_key_is_one_job_where_the_server_takes_keys(
    server: OpenAIServer, tmp_path: Path
) -> None:
    server.honours_keys = True
    server.faults = ["drop after"]
    async with connected(server, takes_keys=True) as provider:
        assert provider.takes_keys
        with pytest.raises(OutcomeUnknown):
            await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
        await provider.submit(prompt(), KEY_OF_REQUEST, tmp_path)
    assert len(server.ledger) == 1


async def test_nothing_is_ever_asked_twice_by_the_adapter_whatever_happens(
    server: OpenAIServer, tmp_path: Path
) -> None:
    kinds = ("429", "503", "500 before", "500 after", "drop before", "drop after", "truncated", "malformed")
    server.chaos = (7, 0.5, kinds)
    accepted, unknown, refused = 0, 0, 0
    for number in range(60):
        async with connected(server) as provider:  # each with a breaker of its own
            try:
                await provider.submit(prompt(), f"{number:064x}", tmp_path)
                accepted += 1
            except NotAccepted:
                refused += 1
            except OutcomeUnknown:
                unknown += 1
    keys = [entry["key"] for entry in server.ledger]
    assert len(server.requests) == 60
    assert len(keys) == len(set(keys))
    assert accepted <= len(keys) <= accepted + unknown
    assert min(accepted, unknown, refused) > 0
