"""FLORA's idempotency: a request that is sent again with its key is the same run, or an outcome that is not known."""

from pathlib import Path

import pytest

from limner.errors import NotAccepted, OutcomeUnknown
from limner.types import MediaFile

from .fakes.flora_server import TWO_HOURS_MS, FloraServer, flora_server
from .fakes.openai_server import picture
from .flora import RUN_KEY, connected, flux, grid

pytestmark = pytest.mark.anyio


async def start_elsewhere(server: FloraServer, address: str, prompt: str, folder: Path) -> None:
    """Start a run of the same technique as somebody else would."""
    async with connected(address) as other:
        await other.submit(grid(prompt), prompt.encode().hex().ljust(64, "0"), folder)


@pytest.mark.parametrize("repeats", ["duplicate", "named", "replay"])
async def test_a_lost_answer_is_found_again_by_the_same_key(repeats: str, tmp_path: Path) -> None:
    with flora_server(repeats=repeats, faults=["", "drop after"]) as (address, server):
        async with connected(address) as provider:
            await provider.submit(grid("first"), "b" * 64, tmp_path)
            with pytest.raises(OutcomeUnknown):
                await provider.submit(grid(), RUN_KEY, tmp_path)
            ticket = await provider.submit(grid(), RUN_KEY, tmp_path)
            result = await provider.result(ticket, grid(), tmp_path, lambda share, message: None)
    assert ticket.job_id == "run_2"
    assert "a mug" in str(result.items[1].value)
    assert len(server.ledger) == 2


async def test_another_process_finds_the_run_by_its_key_while_no_other_run_can_be_it(tmp_path: Path) -> None:
    with flora_server(faults=["500 after"]) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(OutcomeUnknown):
                await provider.submit(grid(), RUN_KEY, tmp_path)
        async with connected(address) as other:
            ticket = await other.submit(grid(), RUN_KEY, tmp_path)
    assert (ticket.job_id, len(server.ledger)) == ("run_1", 1)


async def test_a_run_is_never_taken_for_another_of_the_same_technique(tmp_path: Path) -> None:
    with flora_server(faults=["drop after"]) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(OutcomeUnknown):
                await provider.submit(grid(), RUN_KEY, tmp_path)
            await start_elsewhere(server, address, "theirs", tmp_path)
            with pytest.raises(OutcomeUnknown, match=r"any of run_2, run_1"):
                await provider.submit(grid(), RUN_KEY, tmp_path)
    assert len(server.ledger) == 2


async def test_runs_of_long_ago_and_those_with_a_ticket_are_no_candidates(tmp_path: Path) -> None:
    with flora_server(page_size=1) as (address, server):
        await start_elsewhere(server, address, "old", tmp_path)
        server.runs["run_1"]["created_at"] -= 2 * TWO_HOURS_MS
        server.faults = ["", "drop after"]
        async with connected(address) as provider:
            await provider.submit(grid("ours"), "b" * 64, tmp_path)
            with pytest.raises(OutcomeUnknown):
                await provider.submit(grid(), RUN_KEY, tmp_path)
            ticket = await provider.submit(grid(), RUN_KEY, tmp_path)
    assert (ticket.job_id, len(server.ledger)) == ("run_3", 3)


async def test_a_generation_that_the_refusal_does_not_name_stays_unknown(tmp_path: Path) -> None:
    with flora_server(faults=["drop after"]) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(OutcomeUnknown):
                await provider.submit(flux(), RUN_KEY, tmp_path)
            with pytest.raises(OutcomeUnknown, match="accepted this request before"):
                await provider.submit(flux(), RUN_KEY, tmp_path)
    assert len(server.ledger) == 1


async def test_a_generation_that_the_refusal_names_is_collected(tmp_path: Path) -> None:
    with flora_server(faults=["drop after"], repeats="named") as (address, server):
        async with connected(address) as provider:
            with pytest.raises(OutcomeUnknown):
                await provider.submit(flux(), RUN_KEY, tmp_path)
            ticket = await provider.submit(flux(), RUN_KEY, tmp_path)
            result = await provider.result(ticket, flux(), tmp_path, lambda share, message: None)
    assert (ticket.job_id, len(result.items), len(server.ledger)) == ("run_1", 1, 1)


@pytest.mark.parametrize(("repeats", "assets"), [("duplicate", 2), ("replay", 1)])
@pytest.mark.parametrize("takes_forms", [True, False])
async def test_a_file_whose_key_was_used_is_had_again_all_the_same(
    repeats: str, assets: int, takes_forms: bool, tmp_path: Path
) -> None:
    photo = MediaFile(tmp_path / "a.png", "image/png")
    photo.path.write_bytes(picture("photo", 20, 10, "png"))
    order = grid(referenceImage=[photo])
    with flora_server(repeats=repeats, takes_forms=takes_forms, faults=["503"]) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(NotAccepted):
                await provider.submit(order, RUN_KEY, tmp_path)
            ticket = await provider.submit(order, RUN_KEY, tmp_path)
    assert len(server.assets) == assets
    assert len(server.ledger) == 1
    named = server.runs[ticket.job_id]["body"]["inputs"]["referenceImage"]
    assert server.files[named.rpartition("/")[2]] == photo.path.read_bytes()


async def test_files_are_sent_under_one_key_for_one_run(tmp_path: Path) -> None:
    photo = MediaFile(tmp_path / "a.png", "image/png")
    photo.path.write_bytes(picture("photo", 20, 10, "png"))
    order = grid(referenceImage=[photo])
    with flora_server(repeats="replay", faults=["503", ""]) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(NotAccepted):
                await provider.submit(order, RUN_KEY, tmp_path)
            await provider.submit(order, RUN_KEY, tmp_path)
            await provider.submit(order, "b" * 64, tmp_path)
        sent = [each for each in server.requests if each["path"].endswith("/assets")]
    first, second, other = (each["headers"]["idempotency-key"] for each in sent)
    assert first == second != other
    assert RUN_KEY not in (first, other)
