"""A queue when things go wrong: each fault gives the error that says what it proves, and nothing is billed twice."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from limner.errors import NotAccepted, OutcomeUnknown, ProviderFailed
from limner.types import Kind, MediaFile, Ticket

from .fakes import media, replicate
from .fakes.faults import Faulty
from .fakes.serving import serving
from .queues import KEY, Told, content, order, queue

pytestmark = pytest.mark.anyio

MODEL = {"id": "owner/flux", "type": "image", "takes": ["image"], "body": {"image": "{{image}}"}}
CREATE, LOOK, DELIVER, UPLOAD = (
    "POST /v1/predictions$",
    "GET /v1/predictions/",
    "GET /delivery/",
    "POST /v1/files",
)


class Stage:
    """Replicate with faults planned, and a provider that speaks to it."""

    def __init__(self, folder: Path) -> None:
        self.server = replicate.ReplicateServer()
        self.faulty = Faulty(self.server.app())
        self.folder = folder
        self.base_url = ""

    @property
    def billed(self) -> int:
        return len(self.server.ledger)

    def provider(self, **more: Any) -> Any:
        own = {"extends": "replicate", "inputs": {"inline_bytes": 10}}
        settings = {"options": {"profile": own}, "submit_seconds": 20.0, **more}
        return queue(f"{self.base_url}/v1", replicate.KEY, MODEL, **settings)

    async def submit(self, **more: Any) -> Ticket:
        return await self.provider(**more).submit(order("owner/flux"), KEY, self.folder)

    async def result(self, ticket: Ticket, **more: Any) -> bytes:
        made = await self.provider(**more).result(ticket, order("owner/flux"), self.folder, Told())
        return content(made)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    with serving(stage.faulty) as stage.base_url:
        yield stage


@pytest.mark.parametrize("fault", ["429", "503"])
async def test_asked_to_come_again_nothing_was_accepted(stage: Stage, fault: str) -> None:
    stage.faulty.plan(CREATE, fault)
    with pytest.raises(NotAccepted) as caught:
        await stage.submit()
    assert (caught.value.is_passing, caught.value.retry_after_seconds) == (True, 1.0)
    assert stage.billed == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [("401", "provider_unauthorized"), ("403", "provider_unauthorized"), ("404", "provider_refused")],
)
async def test_refused_nothing_was_accepted_and_it_will_not_pass(stage: Stage, fault: str, code: str) -> None:
    stage.faulty.plan(CREATE, fault)
    with pytest.raises(NotAccepted) as caught:
        await stage.submit()
    assert (caught.value.is_passing, caught.value.code) == (False, code)
    assert replicate.KEY not in caught.value.message
    assert stage.billed == 0


@pytest.mark.parametrize(
    ("fault", "billed"),
    [
        ("500", 0),
        ("500-after", 1),
        ("drop", 0),
        ("drop-after", 1),
        ("slow", 0),
        ("slow-after", 1),
        ("truncated", 1),
        ("malformed", 0),
        ("html", 0),
    ],
)
async def test_what_may_have_been_accepted_is_unknown_and_asked_for_once(
    stage: Stage, fault: str, billed: int
) -> None:
    stage.faulty.plan(CREATE, fault)
    with pytest.raises(OutcomeUnknown):
        await stage.submit(submit_seconds=1.0 if "slow" in fault else 20.0)
    assert stage.faulty.asked == ["POST /v1/predictions"]
    assert stage.billed == billed


async def test_an_acceptance_that_names_no_job_is_unknown(stage: Stage) -> None:
    own = {"extends": "replicate", "accepted": {"id": "job.id"}}
    with pytest.raises(OutcomeUnknown, match=r"named no job at 'job\.id'"):
        await stage.submit(options={"profile": own})
    assert stage.billed == 1


async def test_nobody_there_accepted_nothing(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    provider = queue(address, None, MODEL, options={"profile": "replicate"})
    with pytest.raises(NotAccepted) as caught:
        await provider.submit(order("owner/flux"), KEY, tmp_path)
    assert caught.value.is_passing


@pytest.mark.parametrize("fault", ["503", "500", "drop", "truncated", "malformed", "401"])
async def test_an_upload_that_fails_has_asked_for_nothing(stage: Stage, fault: str) -> None:
    path = stage.folder / "given.png"
    path.write_bytes(media.png(1))
    stage.faulty.plan(UPLOAD, fault)
    ordered = order("owner/flux", inputs={Kind.IMAGE: (MediaFile(path, "image/png"),)})
    with pytest.raises(NotAccepted) as caught:
        await stage.provider().submit(ordered, KEY, stage.folder)
    assert caught.value.is_passing is (fault != "401")
    assert stage.billed == 0


async def test_a_file_over_the_limit_is_refused_before_anything_is_sent(stage: Stage) -> None:
    path = stage.folder / "given.png"
    path.write_bytes(media.png(1))
    own = {"extends": "replicate", "inputs": {"inline_bytes": 10}, "upload": {"max_bytes": 50}}
    ordered = order("owner/flux", inputs={Kind.IMAGE: (MediaFile(path, "image/png"),)})
    with pytest.raises(NotAccepted, match="takes files of up to 5e-05 MB") as caught:
        await stage.provider(options={"profile": own}).submit(ordered, KEY, stage.folder)
    assert not caught.value.is_passing
    assert stage.faulty.asked == []


@pytest.mark.parametrize("where", [LOOK, DELIVER])
@pytest.mark.parametrize("fault", ["429", "503", "500", "drop", "truncated"])
async def test_accepted_work_is_asked_after_until_somebody_answers(
    stage: Stage, where: str, fault: str
) -> None:
    ticket = await stage.submit()
    stage.faulty.plan(where, fault)
    assert await stage.result(ticket) == media.png(1)
    assert stage.faulty.planned == []
    assert stage.billed == 1


@pytest.mark.parametrize("fault", ["malformed", "html"])
async def test_an_answer_that_is_no_json_is_asked_for_again(stage: Stage, fault: str) -> None:
    ticket = await stage.submit()
    stage.faulty.plan(LOOK, fault)
    assert await stage.result(ticket) == media.png(1)
    assert stage.billed == 1


@pytest.mark.parametrize("fault", ["404", "410", "401"])
async def test_a_ticket_that_is_not_known_any_more_has_an_unknown_outcome(stage: Stage, fault: str) -> None:
    ticket = await stage.submit()
    stage.faulty.plan(LOOK, fault)
    with pytest.raises(OutcomeUnknown, match="took job pred0001 on, and says nothing of it now"):
        await stage.result(ticket)
    assert stage.billed == 1


@pytest.mark.parametrize("fault", ["404", "410", "403"])
async def test_a_result_that_is_gone_is_asked_for_once_more_and_then_lost(stage: Stage, fault: str) -> None:
    ticket = await stage.submit()
    stage.faulty.plan(DELIVER, fault)
    assert await stage.result(ticket) == media.png(1)
    stage.faulty.plan(DELIVER, fault, fault)
    with pytest.raises(ProviderFailed) as caught:
        await stage.result(ticket)
    assert (caught.value.code, caught.value.billed_usd) == ("result_lost", None)
    assert stage.billed == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [("html", "is no media"), ("malformed", "where image was asked for"), ("huge", "of more than 1 MB")],
)
async def test_a_result_that_is_no_such_media_ends_the_work_as_billed(
    stage: Stage, fault: str, words: str
) -> None:
    ticket = await stage.submit()
    stage.faulty.plan(DELIVER, fault)
    with pytest.raises(ProviderFailed, match=words) as caught:
        await stage.result(ticket, max_download_bytes=1_000_000)
    assert caught.value.billed_usd is None


@pytest.mark.parametrize("fault", ["500", "drop", "malformed", "404"])
async def test_a_cancellation_that_is_not_confirmed_is_none(stage: Stage, fault: str) -> None:
    ticket = await stage.submit()
    stage.faulty.plan("POST /v1/predictions/pred0001/cancel", fault)
    assert await stage.provider().cancel(ticket) is False


async def test_a_provider_that_cannot_be_reached_offers_nothing(stage: Stage) -> None:
    stage.faulty.plan("GET /v1/account", "401", "503")
    for is_passing in (False, True):
        with pytest.raises(NotAccepted) as caught:
            await stage.provider().offers()
        assert caught.value.is_passing is is_passing


async def test_a_half_written_request_is_never_accepted(stage: Stage) -> None:
    """The fake refuses what a crash cuts off, as a server does."""
    host, _, port = stage.base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v1/predictions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {replicate.KEY}\r\n"
        connection.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    await stage.submit()
    assert [entry["version"] for entry in stage.server.ledger] == ["owner/flux"]
