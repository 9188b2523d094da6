"""What a run may cost: caps, consent and daily budgets, decided by the transaction that starts it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from limner.errors import BudgetExceeded, ConsentNeeded, NotFound
from limner.store import SqliteStore
from limner.store.migrations import MIGRATIONS
from limner.types import Disposition, Run, Spending, Status

from .building import HOUR_MS, Clock, build_new, finish, start

pytestmark = pytest.mark.anyio
NOTHING_ALLOWED: dict[str, float] = {"max_cost_usd": 0.0, "may_spend_usd": 0.0, "daily_budget_usd": 0.0}


async def spend(store: SqliteStore, title: str, price: float, **fields: Any) -> Run:
    """Start a run with a price and complete it."""
    run = await start(store, {"title": title}, estimated_usd=price, **fields)
    return await finish(store, run, Status.COMPLETED, charged_usd=price)


async def test_a_free_run_is_started_whatever_may_be_spent(store: SqliteStore) -> None:
    run, disposition = await store.start(build_new(**NOTHING_ALLOWED))

    assert disposition is Disposition.CREATED
    assert run.estimated_usd == 0


async def test_a_run_above_its_cap_is_refused_and_its_key_stays_free(store: SqliteStore) -> None:
    priced: dict[str, Any] = {"idempotency_key": "k", "estimated_usd": 2.5}

    with pytest.raises(BudgetExceeded) as caught:
        await store.start(build_new(**priced, max_cost_usd=2.49))

    document = caught.value.document()
    assert (document["code"], document["estimated_usd"]) == ("budget_exceeded", 2.5)
    assert document["fields"] == [{"field": "max_cost_usd", "message": "must be at least 2.50"}]
    assert "$2.50" in document["message"]
    with pytest.raises(NotFound):
        await store.find_by_key("local", "ws_default", "start_run", "k")
    assert (await store.list_runs("local")).items == ()
    _, disposition = await store.start(build_new(**priced, max_cost_usd=2.5))
    assert disposition is Disposition.CREATED


@pytest.mark.parametrize(
    ("may_spend", "cap", "is_asked"),
    [
        (0.5, None, True),
        (2.5, None, False),
        (None, None, False),
        (0.5, 2.5, False),
        (0.0, 3.0, False),
    ],
)
async def test_consent_is_needed_above_what_may_be_spent_unless_the_cap_gives_it(
    store: SqliteStore, may_spend: float | None, cap: float | None, is_asked: bool
) -> None:
    new = build_new(estimated_usd=2.5, may_spend_usd=may_spend, max_cost_usd=cap)

    if not is_asked:
        assert (await store.start(new))[1] is Disposition.CREATED
        return
    with pytest.raises(ConsentNeeded) as caught:
        await store.start(new)
    assert (caught.value.code, caught.value.estimated_usd) == ("consent_needed", 2.5)
    assert "max_cost_usd of at least 2.50" in caught.value.next_step
    assert (await store.list_runs("local")).items == ()


@pytest.mark.parametrize("key", ["k", None])
@pytest.mark.parametrize("has_ended", [False, True])
async def test_a_run_that_exists_is_answered_whatever_may_be_spent(
    store: SqliteStore, key: str | None, has_ended: bool
) -> None:
    run = await start(store, idempotency_key=key, estimated_usd=2.5)
    if has_ended:
        run = await finish(store, run, Status.COMPLETED, charged_usd=2.5)

    found, disposition = await store.start(
        build_new(idempotency_key=key, estimated_usd=2.5, **NOTHING_ALLOWED)
    )

    assert found == run
    assert disposition not in (Disposition.CREATED, Disposition.RETRIED)
    both = await store.spending("local")
    assert both.spent_usd + both.reserved_usd == 2.5


async def test_a_retry_must_fit_the_budget_as_a_new_run_must(store: SqliteStore) -> None:
    budget: dict[str, Any] = {"estimated_usd": 2.0, "daily_budget_usd": 3.0}
    failed = await finish(store, await start(store, idempotency_key="k", **budget), Status.FAILED)
    other = await start(store, {"title": "Cup"}, **budget)

    with pytest.raises(BudgetExceeded):
        await store.start(build_new(idempotency_key="k", **budget))
    assert await store.load_run(failed.run_id) == failed

    await store.cancel("local", other.run_id)
    retried, disposition = await store.start(build_new(idempotency_key="k", **budget))
    assert (retried.run_id, disposition) == (failed.run_id, Disposition.RETRIED)
    assert (await store.spending("local")).reserved_usd == 2.0


async def test_the_budget_counts_what_is_charged_and_what_is_under_way_and_says_so(
    store: SqliteStore, clock: Clock
) -> None:
    await spend(store, "done", 1.25)
    await start(store, {"title": "under way"}, estimated_usd=0.5)

    with pytest.raises(BudgetExceeded) as caught:
        await store.start(build_new(estimated_usd=0.3, daily_budget_usd=2.0))

    day = datetime.fromtimestamp(clock.now / 1000, UTC).date()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    document = caught.value.document()
    amounts = [document[name] for name in ("budget_usd", "spent_usd", "reserved_usd", "estimated_usd")]
    assert amounts == [2.0, 1.25, 0.5, 0.3]
    assert document["left_usd"] == 0.25
    assert document["day_ends_at"] == midnight.timestamp() * 1000
    assert f"{midnight:%Y-%m-%d} 00:00 UTC" in document["next_step"]
    for amount in ("$2.00", "$1.25", "$0.50", "$0.30"):
        assert amount in document["message"]
    assert await start(store, {"title": "fits"}, estimated_usd=0.25, daily_budget_usd=2.0)


async def test_a_price_above_the_whole_budget_is_not_put_off_to_tomorrow(store: SqliteStore) -> None:
    with pytest.raises(BudgetExceeded, match="daily budget") as caught:
        await store.start(build_new(estimated_usd=2.5, daily_budget_usd=2.0))

    assert "this one alone" in caught.value.next_step


@pytest.mark.parametrize("ended", [Status.FAILED, Status.CANCELLED])
async def test_a_run_that_came_to_nothing_gives_its_price_back(store: SqliteStore, ended: Status) -> None:
    run = await start(store, {"title": "lost"}, estimated_usd=2.0, daily_budget_usd=2.0)
    await finish(store, run, ended)

    assert await start(store, estimated_usd=2.0, daily_budget_usd=2.0)


async def test_what_a_failed_run_was_charged_is_spent(store: SqliteStore) -> None:
    run = await start(store, {"title": "half done"}, estimated_usd=2.0)
    await finish(store, run, Status.FAILED, charged_usd=0.75)

    today = await store.spending("local")
    assert (today.spent_usd, today.reserved_usd) == (0.75, 0)


async def test_callers_do_not_spend_each_others_budget(store: SqliteStore) -> None:
    await spend(store, "hers", 2.0, caller="key:ada")
    await start(store, {"title": "hers too"}, estimated_usd=1.0, caller="key:ada")

    assert await start(store, estimated_usd=2.0, daily_budget_usd=2.0)
    found = [await store.spending(caller) for caller in ("key:ada", "local", "key:nobody")]
    assert [(each.spent_usd, each.reserved_usd) for each in found] == [(2, 1), (0, 2), (0, 0)]


async def test_a_new_day_has_a_new_budget_but_runs_that_reach_into_it_count(
    store: SqliteStore, clock: Clock
) -> None:
    day = 24 * HOUR_MS
    midnight = clock.now - clock.now % day + day
    await spend(store, "yesterday's", 1.0)
    late = await start(store, {"title": "late"}, estimated_usd=0.75)
    clock.advance(midnight - 1 - clock.now)
    assert await store.spending("local") == Spending(1.0, 0.75, midnight)

    clock.advance(1)
    assert await store.spending("local") == Spending(0.0, 0.75, midnight + day)
    with pytest.raises(BudgetExceeded):
        await start(store, estimated_usd=1.5, daily_budget_usd=2.0)
    await finish(store, late, Status.COMPLETED, charged_usd=0.75)
    assert await store.spending("local") == Spending(0.75, 0.0, midnight + day)
    with pytest.raises(BudgetExceeded):
        await start(store, estimated_usd=1.5, daily_budget_usd=2.0)
    assert await start(store, estimated_usd=1.25, daily_budget_usd=2.0)


async def test_ten_dimes_are_a_dollar(store: SqliteStore) -> None:
    dime: dict[str, Any] = {"estimated_usd": 0.1, "daily_budget_usd": 1.0}
    for number in range(10):
        await start(store, {"title": str(number)}, **dime)

    with pytest.raises(BudgetExceeded):
        await start(store, {"title": "the eleventh"}, **dime)


def test_two_processes_that_start_at_once_stay_within_one_budget(path: Path) -> None:
    script = str(Path(__file__).with_name("spender.py"))
    spenders = [
        subprocess.Popen(
            [sys.executable, "-I", script, str(path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for spender in spenders:
        assert spender.stdout is not None
        assert spender.stdout.readline() == "ready\n"
    for spender in spenders:
        assert spender.stdin is not None
        spender.stdin.close()
        spender.stdin = None
    lines = [line for spender in spenders for line in spender.communicate(timeout=60)[0].split()]

    assert (lines.count("started"), lines.count("refused")) == (20, 60)
    with closing(sqlite3.connect(path)) as connection:
        (kept,) = connection.execute("select count(*) from runs").fetchone()
    assert kept == 20


async def test_a_file_of_the_first_schema_keeps_its_runs_and_counts_them(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        for statement in MIGRATIONS[0]:
            connection.execute(statement)
        connection.execute("pragma user_version = 1")
        for run_id, status, charged, completed_at in (
            ("run_done", "completed", 0.5, clock.now),
            ("run_live", "running", 0, None),
        ):
            connection.execute(
                "insert into runs (run_id, type, caller, workspace_id, project_id, operation, target_id, "
                "target_name, fingerprint, request, status, phase, progress, message, created_at, seq, seed, "
                "estimated_usd, charged_usd, completed_at) values (?, 'technique', 'local', 'ws', 'prj', 'o', "
                "'tech_x', 'X', 'f', '{}', ?, 'done', 0, '', 1, 0, 0, 0.5, ?, ?)",
                (run_id, status, charged, completed_at),
            )
        connection.commit()

    store = SqliteStore(path, clock=clock)
    await store.open()
    found = await store.spending("local")
    await store.close()

    assert (found.spent_usd, found.reserved_usd) == (0.5, 0.5)
