"""The ledger: what each paid request came to, that every sum follows it, and the monthly statement."""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.errors import BudgetExceeded, ConsentNeeded, LostOwnership
from limner.store import SqliteStore
from limner.types import (
    CostLine,
    Disposition,
    Fence,
    NewEvent,
    Purchase,
    PurchaseState,
    Run,
    Status,
    StepState,
)

from .building import HOUR_MS, Clock, build_new, claim, finish, start

pytestmark = pytest.mark.anyio
INTENDED, ACCEPTED, SETTLED, RELEASED, UNKNOWN = PurchaseState


def request(run: Run, step: str = "shot", price: float | None = 0.5) -> Purchase:
    """Return the intent to ask for a step."""
    key = sha256(f"{run.run_id}:{step}".encode()).hexdigest()
    return Purchase(key, run.run_id, step, "pixels", "film-2", INTENDED, price)


def accepted(purchase: Purchase) -> Purchase:
    return replace(
        purchase,
        state=ACCEPTED,
        charged_usd=purchase.price_usd or 0.0,
        job_id="job-7",
        handle={"url": "https://pixels.example/job-7"},
    )


async def spent(store: SqliteStore, caller: str = "local") -> float:
    return (await store.spending(caller)).spent_usd


async def test_a_line_goes_through_its_states_and_the_runs_charge_follows(
    store: SqliteStore, clock: Clock
) -> None:
    run = await start(store, estimated_usd=0.5)
    fence = await claim(store, run)
    begun = clock.now
    intended = request(run)
    told = await store.note_purchase(fence, intended, [NewEvent("routed", {"step": "shot"})])
    clock.advance(1000)
    on_its_way = await store.note_purchase(fence, accepted(intended))
    clock.advance(1000)
    settled = replace(accepted(intended), state=SETTLED, charged_usd=0.4)
    ended = await store.finish_step(fence, "shot", state=StepState.DONE, result={}, purchase=settled)
    assert [told.charged_usd, on_its_way.charged_usd, ended.charged_usd] == [0, 0.5, 0.4]
    assert await store.purchases(run.run_id) == [replace(settled, sent_at=begun, ended_at=begun + 2000)]
    assert [event.type for event in await store.events(run.run_id)][-1] == "routed"


async def test_who_lost_the_run_writes_nothing(store: SqliteStore) -> None:
    run = await start(store, estimated_usd=0.5)
    fence = await claim(store, run)
    await store.release("ada", died=True)
    for write in (
        store.note_purchase(fence, accepted(request(run))),
        store.finish_step(fence, "shot", state=StepState.DONE, result={}, purchase=accepted(request(run))),
    ):
        with pytest.raises(LostOwnership):
            await write
    assert await store.purchases(run.run_id) == []
    assert (await store.load_run(run.run_id)).charged_usd == 0


@pytest.mark.parametrize("ended", [Status.FAILED, Status.CANCELLED])
async def test_a_request_without_a_word_counts_at_its_price_when_its_run_ends(
    store: SqliteStore, ended: Status
) -> None:
    run = await start(store, estimated_usd=0.7)
    fence = await claim(store, run)
    await store.note_purchase(fence, request(run))
    await store.note_purchase(fence, accepted(request(run, "other", 0.2)))
    if ended is Status.CANCELLED:
        run, _ = await store.cancel("local", run.run_id)
    else:
        run = await store.record(fence, status=Status.FAILED)
    states = [each.state for each in await store.purchases(run.run_id)]
    assert (states, run.charged_usd, await spent(store)) == ([UNKNOWN, ACCEPTED], 0.7, 0.7)


@pytest.mark.parametrize("days_later", [0, 3])
async def test_what_becomes_known_later_moves_the_run_and_the_day_on_which_it_ended(
    store: SqliteStore, clock: Clock, days_later: int
) -> None:
    run = await start(store, estimated_usd=0.5)
    fence = await claim(store, run)
    await store.note_purchase(fence, accepted(request(run)))
    run, _ = await store.cancel("local", run.run_id)
    assert await spent(store) == 0.5
    clock.advance(days_later * 24 * HOUR_MS)
    corrected = await store.correct_purchase(replace(accepted(request(run)), state=RELEASED, charged_usd=0))
    assert (corrected.charged_usd, corrected.seq, await spent(store)) == (0, run.seq, 0)
    clock.now = run.completed_at or 0
    assert await spent(store) == 0
    dearer = replace(accepted(request(run)), state=SETTLED, charged_usd=0.8)
    assert (await store.correct_purchase(dearer)).charged_usd == 0.8
    assert await spent(store) == 0.8


@pytest.mark.parametrize(
    ("price", "state", "may_have_cost"),
    [
        (0.0, UNKNOWN, True),
        (None, UNKNOWN, True),
        (None, SETTLED, True),
        (0.5, UNKNOWN, True),
        (0.5, SETTLED, True),
        (0.5, RELEASED, False),
        (None, RELEASED, False),
        (0.0, SETTLED, False),
        (0.0, ACCEPTED, False),
    ],
)
@pytest.mark.parametrize("key", ["k", None])
async def test_a_failed_run_is_done_again_only_if_nothing_can_have_been_paid_for_it(
    store: SqliteStore, price: float | None, state: PurchaseState, may_have_cost: bool, key: str | None
) -> None:
    new = build_new(
        idempotency_key=key, estimated_usd=price or 0, unpriced=() if price is not None else ("m",)
    )
    run, _ = await store.start(new)
    fence = await claim(store, run)
    charge = 0.0 if state is RELEASED else price or 0.0
    line = replace(request(run, price=price), state=state, charged_usd=charge)
    assert line.can_have_cost is may_have_cost
    await store.finish_step(fence, "shot", state=StepState.FAILED, purchase=line)
    await store.record(fence, status=Status.FAILED)

    found, disposition = await store.start(new)

    if may_have_cost:
        known = Disposition.REPLAYED if key else Disposition.DEDUPLICATED
        assert (found.run_id, disposition, found.status) == (run.run_id, known, Status.FAILED)
    elif key:
        assert (found.run_id, disposition, found.status) == (run.run_id, Disposition.RETRIED, Status.PENDING)
    else:
        assert (found.run_id != run.run_id, disposition) == (True, Disposition.CREATED)


async def test_a_retry_is_priced_anew(store: SqliteStore) -> None:
    run = await finish(store, await start(store, idempotency_key="k", estimated_usd=0.5), Status.FAILED)
    again, _ = await store.start(build_new(idempotency_key="k", estimated_usd=0.75, unpriced=("m",)))
    assert (again.run_id, again.estimated_usd, again.has_unpriced) == (run.run_id, 0.75, True)
    assert (await store.spending("local")).reserved_usd == 0.75


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        ({"max_cost_usd": 100.0}, BudgetExceeded),
        ({"daily_budget_usd": 100.0}, BudgetExceeded),
        ({"daily_budget_usd": 100.0, "may_spend_usd": 100.0}, BudgetExceeded),
        ({"may_spend_usd": 100.0}, ConsentNeeded),
        ({}, None),
    ],
)
@pytest.mark.parametrize("known", [0.0, 0.25])
async def test_what_has_no_price_is_refused_under_a_limit_and_else_asked_about(
    store: SqliteStore, limits: dict[str, float], error: type[BudgetExceeded] | None, known: float
) -> None:
    new = build_new(estimated_usd=known, unpriced=("pixels/film-2",), **limits)
    if error is None:
        run, _ = await store.start(new)
        assert (run.has_unpriced, run.estimated_usd) == (True, known)
        return
    with pytest.raises(error, match="pixels/film-2 is not known") as caught:
        await store.start(new)
    assert type(caught.value) is error
    assert caught.value.document()["unpriced"] == ["pixels/film-2"]
    assert (await store.list_runs("local")).items == ()


async def test_a_cap_that_the_known_part_breaks_is_told_with_its_amount(store: SqliteStore) -> None:
    with pytest.raises(BudgetExceeded, match=r"\$0.25"):
        await store.start(build_new(estimated_usd=0.25, unpriced=("m",), max_cost_usd=0.1))


async def test_a_paid_run_found_dead_too_late_says_what_its_provider_may_have(
    store: SqliteStore, clock: Clock
) -> None:
    run = await start(store, idempotency_key="k", estimated_usd=0.5)
    await store.note_purchase(await claim(store, run), accepted(request(run)))
    clock.advance(2 * HOUR_MS)
    await store.release("ada", died=True)
    found = await store.load_run(run.run_id)
    assert (found.status, (found.error or {})["code"]) == (Status.FAILED, "interrupted")
    assert "pixels may still have job-7" in (found.error or {})["next_step"]
    assert "another idempotency_key" in (found.error or {})["next_step"]
    assert (await store.start(build_new(idempotency_key="k", estimated_usd=0.5)))[1] is Disposition.REPLAYED


async def test_the_statement_has_a_line_for_each_caller_provider_and_model(
    store: SqliteStore, clock: Clock
) -> None:
    since = clock.now
    first = await start(store, {"title": "one"}, estimated_usd=3.0)
    fence = await claim(store, first)
    for step, target, state, price, charge in (
        ("a", "film-2", SETTLED, 0.5, 0.4),
        ("b", "film-2", UNKNOWN, 0.5, 0.5),
        ("c", "still-1", RELEASED, 0.1, 0.0),
        ("d", "secret", SETTLED, None, 0.0),
    ):
        line = replace(request(first, step, price), target=target, state=state, charged_usd=charge)
        run = await store.note_purchase(fence, line)
    await store.record(fence, status=Status.COMPLETED, charged_usd=run.charged_usd + 2.0)
    await finish(
        store,
        await start(store, caller="key:ada", estimated_usd=1.0),
        Status.COMPLETED,
        charged_usd=1.0,
    )
    going = await start(store, {"title": "going"}, estimated_usd=0.5)
    await store.note_purchase(await claim(store, going), accepted(request(going)))
    clock.advance(HOUR_MS)

    found = await store.costs(since, clock.now)

    mine, film = ("local", "limner", "tech_poster"), ("local", "pixels", "film-2")
    assert found.charged == (
        CostLine(*mine, 1, 2.0),
        CostLine("key:ada", "limner", "tech_poster", 1, 1.0),
        CostLine(*film, 2, 0.9, (first.run_id,)),
        CostLine("local", "pixels", "secret", 1, 0.0, (), 1),
    )
    assert found.under_way == (CostLine(*film, 1, 0.5),)
    assert [line.caller for line in (await store.costs(since, clock.now, "key:ada")).charged] == ["key:ada"]
    assert (await store.costs(clock.now, clock.now + 1)).charged == ()


Act = tuple[str, int, str, float]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["note", "note", "note", "end", "cancel", "correct", "release", "days"]),
        st.integers(0, 2),
        st.sampled_from([state.value for state in PurchaseState]),
        st.integers(0, 40).map(lambda cents: cents / 100),
    ),
    max_size=24,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_every_sum_is_the_sum_of_its_lines(acts: Sequence[Act]) -> None:
    with TemporaryDirectory() as folder:
        anyio.run(_live, Path(folder) / "limner.sqlite", acts)


async def _live(path: Path, acts: Sequence[Act]) -> None:
    """Do these things to three runs, and compare all sums after each."""
    clock = Clock()
    store = SqliteStore(path, clock=clock)
    await store.open()
    try:
        runs = [
            await start(store, {"title": str(n)}, caller=f"key:{n % 2}", estimated_usd=1.0) for n in range(3)
        ]
        fences: dict[int, Fence] = {}
        for kind, which, state, amount in acts:
            await _act(store, clock, fences, runs[which], which, kind, PurchaseState(state), amount)
            await _require_balance(store, path, [run.run_id for run in runs])
    finally:
        await store.close()


async def _act(
    store: SqliteStore,
    clock: Clock,
    fences: dict[int, Fence],
    run: Run,
    which: int,
    kind: str,
    state: PurchaseState,
    amount: float,
) -> None:
    if kind == "days":
        clock.advance(13 * HOUR_MS)
        return
    if kind == "release":
        await store.release("ada", died=True, interrupted_after_ms=10**12)
        fences.clear()
        return
    if which not in fences and (claimed := await store.claim("ada", 1, [run.run_id])):
        fences[which] = Fence(run.run_id, "ada", claimed[0].attempt)
    counts = state not in (INTENDED, RELEASED)
    line = replace(request(run, f"step{round(amount * 100) % 3}", amount), state=state)
    line = replace(line, charged_usd=amount if counts else 0.0)
    has_ended = (await store.load_run(run.run_id)).status.is_terminal
    if kind == "correct":
        if state is not INTENDED:
            await store.correct_purchase(line)
    elif kind == "cancel":
        await store.cancel(run.caller, run.run_id)
    elif has_ended:
        with pytest.raises(LostOwnership):
            await store.note_purchase(fences.get(which, Fence(run.run_id, "ada", 1)), line)
    elif kind == "note":
        await store.note_purchase(fences[which], line)
    else:
        await store.record(fences[which], status=Status.FAILED)


async def _require_balance(store: SqliteStore, path: Path, run_ids: Sequence[str]) -> None:
    ended: dict[str, float] = {}
    for run_id in run_ids:
        run, lines = await store.load_run(run_id), await store.purchases(run_id)
        assert run.charged_usd == pytest.approx(sum(line.charged_usd for line in lines))
        assert not (run.status.is_terminal and any(line.state is INTENDED for line in lines))
        if run.status.is_terminal:
            ended[run.caller] = ended.get(run.caller, 0.0) + run.charged_usd
    costs = await store.costs(0, 10**15)
    for caller, total in ended.items():
        said = sum(line.charged_usd for line in costs.charged if line.caller == caller)
        assert said == pytest.approx(total)
    assert _days(path) == pytest.approx(sum(ended.values()))


def _days(path: Path) -> float:
    """Return what all days of all callers came to."""
    with closing(sqlite3.connect(path)) as connection:
        return float(connection.execute("select total(spent_usd) from charges").fetchone()[0])


def pay_until_killed(path: Path) -> None:
    """Have a process pay for one request after another, and kill it in the middle."""
    script = str(Path(__file__).with_name("payer.py"))
    process = subprocess.Popen([sys.executable, "-I", script, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(25):
        assert process.stdout.readline()
    process.kill()
    process.communicate()


async def test_the_ledger_balances_after_its_writer_was_killed(path: Path) -> None:
    for _ in range(3):
        pay_until_killed(path)
    store = SqliteStore(path)
    await store.open()
    runs = (await store.list_runs("local", limit=100)).items
    await _require_balance(store, path, [run.run_id for run in runs])
    lines = [line for run in runs for line in await store.purchases(run.run_id)]
    await store.close()
    assert len(runs) >= 36
    assert {line.state for line in lines} <= {INTENDED, ACCEPTED, SETTLED}
    assert [line.charged_usd for line in lines] == [0.0 if line.state is INTENDED else 0.1 for line in lines]
