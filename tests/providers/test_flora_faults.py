"""FLORA's faults: which of the three errors each is, and what the account's ledger shows then."""

from pathlib import Path
from typing import Any

import pytest

from limner.errors import LimnerError, NotAccepted, OutcomeUnknown, ProviderFailed
from limner.types import MediaFile

from .fakes.flora_server import flora_server
from .flora import RUN_KEY, connected, flux, grid, made

pytestmark = pytest.mark.anyio

REFUSALS = {
    "401": (False, "provider_unauthorized"),
    "402": (False, "provider_out_of_credit"),
    "403": (False, "provider_unauthorized"),
    "409": (False, "provider_refused"),
    "429": (True, "provider_unavailable"),
    "503": (True, "provider_unavailable"),
}
BILLED = {
    "500 before": 0,
    "drop before": 0,
    "500 after": 1,
    "drop after": 1,
    "slow": 1,
    "truncated": 1,
    "malformed": 1,
    "wrong type": 1,
    "huge": 1,
    "nameless": 1,
}
"""Faults after which nobody can tell, and what was billed."""


@pytest.mark.parametrize("fault", REFUSALS)
async def test_what_the_account_refuses_was_not_accepted(fault: str, tmp_path: Path) -> None:
    is_passing, code = REFUSALS[fault]
    with flora_server(faults=[fault]) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(NotAccepted) as caught:
                await provider.submit(grid(), RUN_KEY, tmp_path)
    assert (caught.value.is_passing, caught.value.code) == (is_passing, code)
    assert caught.value.retry_after_seconds == (7 if fault == "429" else None)
    assert server.ledger == []


@pytest.mark.parametrize("fault", BILLED)
async def test_an_answer_that_does_not_come_or_cannot_be_read_leaves_the_outcome_unknown(
    fault: str, tmp_path: Path
) -> None:
    seconds = {"submit_seconds": 1.0} if fault == "slow" else {}
    with flora_server(faults=[fault]) as (address, server):
        async with connected(address, **seconds) as provider:
            with pytest.raises(OutcomeUnknown):
                await provider.submit(grid(), RUN_KEY, tmp_path)
    assert len(server.ledger) == BILLED[fault]


async def test_an_account_that_is_not_there_accepted_nothing(tmp_path: Path) -> None:
    with flora_server() as (address, _):
        pass
    async with connected(address) as provider:
        with pytest.raises(NotAccepted) as caught:
            await provider.offers()
        assert caught.value.is_passing is True
        with pytest.raises(NotAccepted):
            await provider.submit(grid(), RUN_KEY, tmp_path)


async def test_a_wrong_key_is_named_and_not_shown(tmp_path: Path) -> None:
    with flora_server() as (address, _):
        async with connected(address, api_key="sk_live_secret") as provider:
            with pytest.raises(NotAccepted) as caught:
                await provider.offers()
    assert caught.value.code == "provider_unauthorized"
    assert "sk_live_secret" not in f"{caught.value} {caught.value.next_step} {provider.settings!r}"


async def test_bad_inputs_are_refused_in_the_accounts_own_words(tmp_path: Path) -> None:
    with flora_server() as (address, server):
        async with connected(address) as provider:
            with pytest.raises(NotAccepted, match=r"inputs\.colour: unknown input") as caught:
                await provider.submit(grid(colour=["red"]), RUN_KEY, tmp_path)
    assert (caught.value.is_passing, caught.value.code) == (False, "provider_refused")
    assert server.ledger == []


ENDINGS: dict[str, tuple[dict[str, Any], str, float | None]] = {
    "provider_error": ({"error_code": "provider_error", "charged_cost": 0}, "provider_error", 0),
    "model_timeout": ({"error_code": "model_timeout", "charged_cost": 0.1}, "model_timeout", 0.1),
    "safety_blocked": ({"error_code": "safety_blocked"}, "safety_blocked", 0.25),
    "input_unreachable": ({"error_code": "input_unreachable"}, "input_unreachable", 0.25),
    "internal_error": ({"error_code": "internal_error"}, "internal_error", 0.25),
    "unknown code": ({"error_code": "solar_flare"}, "provider_error", 0.25),
    "no code": ({"charged_cost": None}, "provider_error", None),
}
"""How a run ends, the error's code, and what counts as billed; the run costs 0.25."""


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_run_that_fails_says_why_and_what_it_cost(ending: str, tmp_path: Path) -> None:
    said, code, billed = ENDINGS[ending]
    told = {"status": "failed", "error_message": "The model\nfailed.", **said}
    with flora_server(ending=told) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(ProviderFailed, match=r"The model failed\.") as caught:
                await made(provider, grid(), tmp_path)
    assert (caught.value.code, caught.value.billed_usd) == (code, billed)
    assert len(server.ledger) == 1


async def test_a_run_that_completes_with_nothing_is_a_failure_at_its_cost(tmp_path: Path) -> None:
    with flora_server(ending={"status": "completed", "outputs": []}) as (address, _):
        async with connected(address) as provider:
            with pytest.raises(ProviderFailed, match="made nothing") as caught:
                await made(provider, grid(), tmp_path)
    assert caught.value.billed_usd == 0.25


async def test_looks_that_fail_are_repeated_and_bill_nothing(tmp_path: Path) -> None:
    faults = ["503", "malformed", "no run", "500 before"]
    with flora_server(look_faults=faults, looks_until_done=0) as (address, server):
        async with connected(address) as provider:
            result = await made(provider, grid(), tmp_path)
    assert len(result.items) == 2
    assert len(server.ledger) == 1


@pytest.mark.parametrize("fault", ["404", "401"])
async def test_a_run_that_cannot_be_read_any_more_leaves_the_outcome_unknown(
    fault: str, tmp_path: Path
) -> None:
    with flora_server(look_faults=[fault]) as (address, _):
        async with connected(address) as provider:
            with pytest.raises(OutcomeUnknown, match="run_1"):
                await made(provider, grid(), tmp_path)


async def test_a_run_that_takes_too_long_is_given_up_as_billed(tmp_path: Path) -> None:
    with flora_server(looks_until_done=10_000) as (address, _):
        async with connected(address, result_seconds=1.0) as provider:
            with pytest.raises(ProviderFailed) as caught:
                await made(provider, grid(), tmp_path)
    assert (caught.value.code, caught.value.billed_usd) == ("model_timeout", None)


@pytest.mark.parametrize("faults", [["503"], ["drop"], ["truncated"], ["expired"]])
async def test_a_file_that_cannot_be_had_at_first_is_asked_for_again(
    faults: list[str], tmp_path: Path
) -> None:
    with flora_server(file_faults=faults) as (address, server):
        async with connected(address) as provider:
            result = await made(provider, grid(), tmp_path)
    image = result.items[0].value
    assert isinstance(image, MediaFile)
    assert image.path.read_bytes() == server.files["run_1-output_1"]
    assert len(server.ledger) == 1


LOST: dict[str, tuple[list[str], str]] = {
    "expired twice": (["expired", "expired"], "result_lost"),
    "wrong type": (["wrong type"], "provider_error"),
    "empty": (["empty"], "provider_error"),
    "huge": (["huge"], "limit_exceeded"),
}


@pytest.mark.parametrize("case", LOST)
async def test_a_file_that_is_gone_or_no_media_fails_the_run_at_its_cost(case: str, tmp_path: Path) -> None:
    faults, code = LOST[case]
    with flora_server(file_faults=faults) as (address, server):
        async with connected(address, max_download_bytes=2_000_000) as provider:
            with pytest.raises(ProviderFailed) as caught:
                await made(provider, flux(), tmp_path)
    assert (caught.value.code, caught.value.billed_usd) == (code, 0.04)
    assert len(server.ledger) == 1


async def test_questions_that_fail_are_no_offers() -> None:
    with flora_server(lists_ports=False) as (address, server):
        server.key = "another"
        async with connected(address) as provider:
            with pytest.raises(LimnerError):
                await provider.offers()
