"""Paid work: asked for once, collected whatever dies, charged once, stopped upstream when nobody wants it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.errors import BudgetExceeded, ConsentNeeded
from limner.types import Disposition, Status
from providers.fakes.faults import Faulty
from providers.fakes.serving import serving

from .buying import day_sum, ended, environment, ledger, log, shop, until, wish
from .workshop import PRICE, Workshop

pytestmark = pytest.mark.anyio
JOBS = "POST /jobs"


@contextmanager
def open_shop(workshop: Workshop) -> Iterator[tuple[Faulty, str]]:
    """Serve a workshop; yield what plans its faults, and its address."""
    faulty = Faulty(workshop.app())
    with serving(faulty) as base_url:
        yield faulty, base_url


async def test_what_was_not_accepted_is_asked_again_and_charged_once(home: Path) -> None:
    workshop = Workshop()
    with open_shop(workshop) as (faulty, base_url):
        faulty.plan(JOBS, "429", "503")
        async with shop(home, workshop.section("one", base_url)) as studio:
            view = await ended(studio, wish())
            retried = [event.data["attempt"] for event in await log(studio, view, "step_retried")]
            [accepted] = await log(studio, view, "step_accepted")
            made_by = (await studio.provenance("local", view.run.run_id))["purchases"]
    assert (view.run.status, view.run.charged_usd) == (Status.COMPLETED, PRICE)
    assert (retried, len(workshop.jobs)) == ([1, 2], 1)
    assert ledger(home) == [("one", "settled", PRICE)]
    assert accepted.data == {"step": "shot", "provider": "one", "job_id": "0"}
    named = {"step": "shot", "provider": "one", "model": "picture", "state": "settled"}
    assert [{**named, "charged_usd": PRICE, "job_id": "0"}] == [
        {name: value for name, value in each.items() if name != "details"} for each in made_by
    ]


async def test_another_provider_is_asked_only_while_nothing_was_accepted(home: Path) -> None:
    first, second = Workshop(), Workshop()
    with open_shop(first) as (faulty, one), open_shop(second) as (_, two):
        sections = (first.section("one", one), second.section("two", two, price_usd=0.03))
        faulty.plan(JOBS, *["503"] * 4, "500-after")
        async with shop(home, *sections) as studio:
            routed = await ended(studio, wish())
            reasons = [event.data for event in await log(studio, routed, "not_accepted")]
            lost = await ended(studio, wish("Another", idempotency_key="k"))
            again = await studio.start_run("local", wish("Another", idempotency_key="k"))
    assert (routed.run.status, routed.run.estimated_usd, routed.run.charged_usd) == (
        Status.COMPLETED,
        0.03,
        0.03,
    )
    assert [(each["step"], each["provider"]) for each in reasons] == [("shot", "one")]
    assert (lost.run.status, lost.run.charged_usd) == (Status.FAILED, PRICE)
    assert (lost.run.error or {})["code"] == "outcome_unknown"
    assert (again.run.run_id, again.disposition) == (lost.run.run_id, Disposition.REPLAYED)
    assert (len(first.jobs), len(second.jobs)) == (1, 1)
    lines = [("one", "released", 0), ("two", "settled", 0.03), ("one", "unknown", PRICE)]
    assert ledger(home) == lines
    assert day_sum(home) == pytest.approx(0.05)


async def test_an_unknown_outcome_is_not_made_known_by_a_later_refusal(home: Path) -> None:
    workshop = Workshop(takes_keys=True)
    with open_shop(workshop) as (faulty, base_url):
        faulty.plan(JOBS, "drop-after", "429", "503", "429")
        async with shop(home, workshop.section("one", base_url)) as studio:
            view = await ended(studio, wish())
    assert (view.run.error or {})["code"] == "outcome_unknown"
    assert (len(workshop.jobs), ledger(home)) == (1, [("one", "unknown", PRICE)])


async def test_a_provider_that_takes_keys_is_asked_again_and_bills_one_job(home: Path) -> None:
    workshop = Workshop(takes_keys=True)
    with open_shop(workshop) as (faulty, base_url):
        faulty.plan(JOBS, "drop-after", "500-after")
        async with shop(home, workshop.section("one", base_url)) as studio:
            view = await ended(studio, wish())
    assert (view.run.status, view.run.charged_usd, workshop.posts) == (Status.COMPLETED, PRICE, 3)
    assert (len(workshop.jobs), ledger(home)) == (1, [("one", "settled", PRICE)])


async def test_a_result_of_another_kind_fails_the_run_and_is_charged_once(home: Path) -> None:
    workshop = Workshop(makes_sound=True)
    with open_shop(workshop) as (_, base_url):
        async with shop(home, workshop.section("one", base_url)) as studio:
            view = await ended(studio, wish(idempotency_key="k"))
            again = await studio.start_run("local", wish(idempotency_key="k"))
    assert (view.run.status, (view.run.error or {})["code"]) == (Status.FAILED, "provider_error")
    assert view.run.charged_usd == PRICE
    assert (again.disposition, len(workshop.jobs)) == (Disposition.REPLAYED, 1)
    assert (ledger(home), day_sum(home)) == ([("one", "settled", PRICE)], PRICE)


async def killed(home: Path, section: str, words: str, has_come: Any) -> str:
    """Start a run in a process of its own, kill it when something has come to pass, and return the run's id."""
    script = str(Path(__file__).with_name("buyer.py"))
    inherited = {"PATH": "/usr/bin:/bin", "HOME": str(home)}
    environ = {**inherited, **environment(home, section)}
    async with await anyio.open_process([sys.executable, "-I", script, words], env=environ) as process:
        try:
            assert process.stdout is not None
            line = (await process.stdout.receive()).decode()
            await until(has_come)
        finally:
            process.kill()
    return str(line.split('"')[3])


@pytest.mark.parametrize("takes_keys", [False, True])
async def test_a_request_that_dies_with_its_process_is_sent_again_only_with_a_key(
    home: Path, takes_keys: bool
) -> None:
    workshop = Workshop(takes_keys=takes_keys)
    workshop.answers.clear()
    with open_shop(workshop) as (_, base_url):
        section = workshop.section("one", base_url)
        run_id = await killed(home, section, "a chair", lambda: workshop.jobs)
        assert ledger(home) == [("one", "intended", 0)]
        workshop.answers.set()
        async with shop(home, section) as studio:
            view = await studio.wait("local", run_id, 60)
            statement = await studio.costs()
    assert (len(workshop.jobs), workshop.posts) == (1, 2 if takes_keys else 1)
    state = "settled" if takes_keys else "unknown"
    assert ledger(home) == [("one", state, PRICE)]
    assert view.run.status is (Status.COMPLETED if takes_keys else Status.FAILED)
    assert (view.run.error or {}).get("code") == (None if takes_keys else "outcome_unknown")
    assert view.run.charged_usd == day_sum(home) == statement["charged_usd"] == PRICE
    assert statement["lines"][0].get("unknown_runs") == (None if takes_keys else [run_id])


@pytest.mark.parametrize("gate", ["is_done", "delivers"])
async def test_accepted_work_is_collected_after_its_process_was_killed(home: Path, gate: str) -> None:
    workshop = Workshop()
    getattr(workshop, gate).clear()
    with open_shop(workshop) as (faulty, base_url):
        section = workshop.section("one", base_url)
        asked = "GET /jobs" if gate == "is_done" else "GET /files"
        run_id = await killed(
            home, section, "a chair", lambda: any(line.startswith(asked) for line in faulty.asked)
        )
        assert ledger(home) == [("one", "accepted", PRICE)]
        getattr(workshop, gate).set()
        async with shop(home, section) as studio:
            view = await studio.wait("local", run_id, 60)
    assert (view.run.status, view.run.attempt, view.run.charged_usd) == (Status.COMPLETED, 2, PRICE)
    assert (workshop.posts, ledger(home)) == (1, [("one", "settled", PRICE)])


async def test_a_process_that_ends_in_order_stops_nothing_upstream(home: Path) -> None:
    workshop = Workshop()
    workshop.is_done.clear()
    with open_shop(workshop) as (_, base_url):
        section = workshop.section("one", base_url)
        async with shop(home, section) as studio:
            started = await studio.start_run("local", wish())
            await until(lambda: ledger(home) == [("one", "accepted", PRICE)])
            under_way = await studio.get_run("local", started.run.run_id)
            statement = await studio.costs()
        assert (under_way.run.status, under_way.run.charged_usd) == (Status.RUNNING, PRICE)
        assert (statement["charged_usd"], statement["under_way"]["charged_usd"]) == (0, PRICE)
        assert workshop.states == ["WORKING"]
        workshop.is_done.set()
        async with shop(home, section) as studio:
            view = await studio.wait("local", started.run.run_id, 60)
    assert (view.run.status, workshop.posts, ledger(home)) == (
        Status.COMPLETED,
        1,
        [("one", "settled", PRICE)],
    )


@pytest.mark.parametrize("stops", [True, False])
@pytest.mark.parametrize("is_accepted", [True, False])
async def test_a_cancelled_run_is_stopped_upstream_and_costs_nothing_where_the_provider_says_so(
    home: Path, stops: bool, is_accepted: bool
) -> None:
    workshop = Workshop(stops=stops)
    workshop.is_done.clear()
    if not is_accepted:
        workshop.answers.clear()
    with open_shop(workshop) as (_, base_url):
        async with shop(home, workshop.section("one", base_url)) as studio:
            started = await studio.start_run("local", wish())
            state = "accepted" if is_accepted else "intended"
            await until(lambda: workshop.jobs and ledger(home)[0][1] == state)
            await studio.cancel_run("local", started.run.run_id)
            workshop.answers.set()
            ends = ("released", "settled")
            await until(lambda: ledger(home)[0][1] in ends)
            view = await studio.get_run("local", started.run.run_id)
    assert view.run.status is Status.CANCELLED
    assert workshop.states == ["STOPPED" if stops else "WORKING"]
    assert view.run.charged_usd == day_sum(home) == workshop.billed_usd == (0 if stops else PRICE)


async def test_a_run_that_is_cancelled_while_it_waits_to_ask_again_costs_nothing(home: Path) -> None:
    workshop = Workshop()
    with open_shop(workshop) as (faulty, base_url):
        faulty.plan(JOBS, *["503"] * 4)
        async with shop(home, workshop.section("one", base_url)) as studio:
            started = await studio.start_run("local", wish())
            await until(lambda: ledger(home) == [("one", "released", 0)])
            await studio.cancel_run("local", started.run.run_id)
        view = started
        async with shop(home, works=False) as studio:
            view = await studio.get_run("local", started.run.run_id)
    assert (view.run.status, view.run.charged_usd) == (Status.CANCELLED, 0)
    assert (workshop.jobs, ledger(home), day_sum(home)) == ([], [("one", "released", 0)], 0)


async def test_what_a_failing_run_had_asked_for_beside_the_failing_step_is_stopped(home: Path) -> None:
    workshop = Workshop(never_done={0})
    with open_shop(workshop) as (faulty, base_url):
        async with shop(home, workshop.section("one", base_url)) as studio:
            started = await studio.start_run("local", wish(["a", "b"]))
            faulty.plan("GET /files", "huge")
            view = await studio.wait("local", started.run.run_id, 60)
            await until(lambda: "STOPPED" in workshop.states)
            view = await studio.get_run("local", started.run.run_id)
    assert view.run.status is Status.FAILED
    assert sorted(workshop.states) == ["READY", "STOPPED"]
    assert view.run.charged_usd == day_sum(home) == workshop.billed_usd == PRICE


async def test_a_price_that_rose_after_the_start_is_not_paid(home: Path) -> None:
    workshop = Workshop()
    with open_shop(workshop) as (_, base_url):
        async with shop(home, workshop.section("one", base_url), works=False) as studio:
            started = await studio.start_run("local", wish(idempotency_key="k"))
        dearer = workshop.section("one", base_url, price_usd=0.05)
        async with shop(home, dearer) as studio:
            view = await studio.wait("local", started.run.run_id, 60)
            jobs = len(workshop.jobs)
            again = await ended(studio, wish(idempotency_key="k"))
    assert (view.run.status, (view.run.error or {})["code"]) == (Status.FAILED, "budget_exceeded")
    assert (jobs, view.run.charged_usd) == (0, 0)
    assert again.run.run_id == view.run.run_id
    assert (again.run.status, again.run.estimated_usd, again.run.charged_usd) == (
        Status.COMPLETED,
        0.05,
        0.05,
    )


async def test_steps_at_once_do_not_spend_more_together_than_their_run_may(home: Path) -> None:
    workshop = Workshop()
    words = ["a", "b", "c"]
    with open_shop(workshop) as (_, base_url):
        async with shop(home, workshop.section("one", base_url), works=False) as studio:
            started = await studio.start_run("local", wish(words))
        assert started.run.estimated_usd == pytest.approx(3 * PRICE)
        async with shop(home, workshop.section("one", base_url, price_usd=0.03)) as studio:
            view = await studio.wait("local", started.run.run_id, 60)
    assert (view.run.error or {})["code"] == "budget_exceeded"
    assert len(workshop.jobs) <= 2
    assert view.run.charged_usd <= started.run.estimated_usd


async def test_work_without_a_known_price_needs_that_nothing_limits_it(home: Path) -> None:
    workshop = Workshop(cost_usd=0.017)
    with open_shop(workshop) as (_, base_url):
        section = workshop.section("one", base_url, price_usd=None)
        async with shop(home, section) as studio:
            cost = await studio.price("local", wish())
            with pytest.raises(BudgetExceeded, match="one/picture is not known") as capped:
                await studio.price("local", wish(max_cost_usd=5))
            with pytest.raises(BudgetExceeded):
                await studio.start_run("local", wish(max_cost_usd=5))
            with pytest.raises(ConsentNeeded, match="one/picture"):
                await studio.start_run("local", wish(), may_spend_usd=5)
            assert workshop.jobs == []
            entry = await studio.get_technique("one", "draft")
            view = await ended(studio, wish())
        async with shop(home, section, LIMNER_DAILY_BUDGET_USD="9") as studio:
            with pytest.raises(BudgetExceeded, match="there is a daily budget"):
                await studio.start_run("local", wish("Another"))
    row = {"step": "shot", "estimated_usd": None, "count": 1, "model_id": "one/picture"}
    assert cost == {"estimated_usd": 0, "by_step": [row], "unpriced": ["one/picture"]}
    assert capped.value.document()["unpriced"] == ["one/picture"]
    assert entry.price_usd is None
    assert (view.run.status, view.run.has_unpriced, view.run.charged_usd) == (Status.COMPLETED, True, 0.017)


async def test_a_price_is_told_step_by_step_before_anything_starts(home: Path) -> None:
    workshop = Workshop()
    with open_shop(workshop) as (_, base_url):
        async with shop(home, workshop.section("one", base_url)) as studio:
            cost = await studio.price("local", wish(["a", "b", "c"]))
            entry = await studio.get_technique("many", "draft")
            with pytest.raises(BudgetExceeded) as capped:
                await studio.price("local", wish(["a", "b", "c"], max_cost_usd=0.05))
    row = {"step": "shot", "estimated_usd": 0.06, "count": 3, "model_id": "one/picture"}
    assert cost == {"estimated_usd": 0.06, "by_step": [row]}
    assert entry.price_usd == PRICE  # the least: one word
    assert capped.value.document()["estimated_usd"] == 0.06
    assert workshop.jobs == []
