"""What runs cost: whether one may be started, asked in the transaction that does so, and what a day came to."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import sqlite3
from dataclasses import replace

from limner.errors import BudgetExceeded, ConsentNeeded
from limner.money import is_over
from limner.store.migrations import ACTIVE
from limner.types import NewRun, Run, Spending

DAY_MS = 86_400_000


def check(connection: sqlite3.Connection, now: int, new: NewRun) -> None:
    """Raise for a run that is about to be executed and may not be paid for; one that is known to be free always may.

    Raises: BudgetExceeded, ConsentNeeded.
    """
    price = new.estimated_usd
    if price <= 0 and not new.unpriced:
        return
    check_cap(new)
    if new.unpriced and new.daily_budget_usd is not None:
        raise BudgetExceeded.unpriced(price, new.unpriced, "there is a daily budget")
    if new.max_cost_usd is None and new.may_spend_usd is not None:
        _require_consent(new, new.may_spend_usd)
    if new.daily_budget_usd is None:
        return
    today = spending(connection, now, new.caller)
    if is_over(today.spent_usd + today.reserved_usd + price, new.daily_budget_usd):
        raise BudgetExceeded.over_day(
            price,
            budget_usd=new.daily_budget_usd,
            spent_usd=today.spent_usd,
            reserved_usd=today.reserved_usd,
            day_ends_at=today.day_ends_at,
        )


def check_cap(new: NewRun) -> None:
    """Raise for a run that may cost more than `max_cost_usd`. Raises: BudgetExceeded."""
    if new.max_cost_usd is None:
        return
    if is_over(new.estimated_usd, new.max_cost_usd):
        raise BudgetExceeded.over_cap(new.estimated_usd, new.max_cost_usd)
    if new.unpriced:
        raise BudgetExceeded.unpriced(new.estimated_usd, new.unpriced, "max_cost_usd is set")


def _require_consent(new: NewRun, may_spend_usd: float) -> None:
    if new.unpriced:
        raise ConsentNeeded(None, unpriced=new.unpriced)
    if is_over(new.estimated_usd, may_spend_usd):
        raise ConsentNeeded(new.estimated_usd)


def spending(connection: sqlite3.Connection, now: int, caller: str) -> Spending:
    """Return what a caller was charged since the UTC day began, and what the runs under way will cost.

    A run counts on the day on which it is charged, and until then on every day: so that what is charged in
    one day stays within the budget, whenever the runs were started.
    """
    row = connection.execute(
        "select spent_usd from charges where caller = ? and day_began_at = ?", (caller, _day_of(now))
    ).fetchone()
    (reserved,) = connection.execute(
        "select total(estimated_usd) from runs indexed by runs_reserved "
        f"where caller = ? and estimated_usd > 0 and {ACTIVE}",
        (caller,),
    ).fetchone()
    return Spending(
        spent_usd=round(row[0], 6) if row else 0.0,
        reserved_usd=round(reserved, 6),
        day_ends_at=_day_of(now) + DAY_MS,
    )


def settle(connection: sqlite3.Connection, now: int, run: Run) -> Run:
    """Enter what a run that ends in this transaction was charged, and return it.

    A request that was about to be sent, or was, counts at its price until somebody knows better.
    A sum that is kept costs the same whatever the day: summing a day's runs at each start took 2 ms for 10,000 of
    them and 200 ms for a million, with the file locked.
    """
    lost = connection.execute(
        "update purchases set state = 'unknown', charged_usd = coalesce(price_usd, 0), ended_at = ? "
        "where run_id = ? and state = 'intended' returning charged_usd",
        (now, run.run_id),
    ).fetchall()
    if lost:
        run = replace(run, charged_usd=round(run.charged_usd + sum(price for (price,) in lost), 6))
        connection.execute("update runs set charged_usd = ? where run_id = ?", (run.charged_usd, run.run_id))
    if run.charged_usd > 0:
        add(connection, now, run.caller, run.charged_usd)
    return run


MAY_HAVE_COST = (
    "(charged_usd > 0 or exists (select 1 from purchases where purchases.run_id = runs.run_id "
    "and state != 'released' and (price_usd is null or state = 'unknown')))"
)
"""Of a run: whether something was paid for it, or may have been; of its requests, as `Purchase.can_have_cost`."""


def may_have_cost(connection: sqlite3.Connection, run_id: str) -> bool:
    """Return whether something was paid for a run, or may have been."""
    found = connection.execute(f"select 1 from runs where run_id = ? and {MAY_HAVE_COST}", (run_id,))
    return found.fetchone() is not None


def add(connection: sqlite3.Connection, at: int, caller: str, amount_usd: float) -> None:
    """Add to what a caller was charged in the UTC day of a moment (Unix ms); less than nothing takes off."""
    connection.execute(
        "insert into charges (caller, day_began_at, spent_usd) values (?, ?, max(0, ?)) "
        "on conflict (caller, day_began_at) do update set spent_usd = max(0, spent_usd + ?)",
        (caller, _day_of(at), amount_usd, amount_usd),
    )


def _day_of(now: int) -> int:
    return now - now % DAY_MS
