"""The ledger of paid requests: written before each is sent, so that a crash leaves no payment that nobody knows of."""

# ruff: noqa: S608  # only names of columns are spliced in; values are bound

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from limner.money import NOISE_USD
from limner.store import budget, runs
from limner.store.migrations import ACTIVE
from limner.store.rows import to_json
from limner.types import CostLine, Costs, Fence, NewEvent, Purchase, PurchaseState, Run
from limner.types.model import EMBEDDED

FIELDS = tuple(field.name for field in fields(Purchase))
COLUMNS = ", ".join(FIELDS)
KEPT = ("key", "run_id", "step", "sent_at")
"""What a line never changes."""
SET = ", ".join(f"{name} = excluded.{name}" for name in FIELDS if name not in KEPT)
UPSERT = (
    f"insert into purchases ({COLUMNS}) values ({', '.join(f':{name}' for name in FIELDS)}) "
    f"on conflict (key) do update set {SET}"
)


def note(
    connection: sqlite3.Connection, now: int, fence: Fence, purchase: Purchase, events: Sequence[NewEvent]
) -> Run:
    """Write down how a paid request of an owned run stands; the run's charge follows. Raises: LostOwnership."""
    return runs.record(connection, now, fence, events, {"charged_usd": put(connection, now, purchase)})


def correct(connection: sqlite3.Connection, now: int, purchase: Purchase) -> Run:
    """Write down what became known of a paid request after its run had ended; its charge, and the day's, follow."""
    run = runs.load(connection, purchase.run_id)
    difference = -_charged(connection, purchase.run_id) + put(connection, now, purchase)
    connection.execute(
        "update runs set charged_usd = max(0, charged_usd + ?) where run_id = ?",
        (difference, purchase.run_id),
    )
    if run.completed_at is not None:
        budget.add(connection, run.completed_at, run.caller, difference)
    return runs.load(connection, purchase.run_id)


def put(connection: sqlite3.Connection, now: int, purchase: Purchase) -> float:
    """Write a line, in place of an older one of the same key; return what all lines of its run come to."""
    values = {name: getattr(purchase, name) for name in FIELDS}
    values["handle"] = None if purchase.handle is None else to_json(purchase.handle)
    values["state"] = purchase.state.value
    values["sent_at"] = purchase.sent_at or now
    values["ended_at"] = None if purchase.is_open else now
    connection.execute(UPSERT, values)
    return _charged(connection, purchase.run_id)


def of_run(connection: sqlite3.Connection, run_id: str) -> list[Purchase]:
    """Return the paid requests of a run, the oldest first."""
    rows = connection.execute(f"select {COLUMNS} from purchases where run_id = ? order by rowid", (run_id,))
    return [_to_purchase(row) for row in rows]


def costs(connection: sqlite3.Connection, since: int, before: int, caller: str | None) -> Costs:
    """Return what the runs came to that ended between two moments (Unix ms), and what those under way have by now.

    By the end of the run, as the days of `charges` are: so both come to the same.
    """
    theirs = "(:caller is null or runs.caller = :caller)"
    ended = f"completed_at >= :since and completed_at < :before and {theirs}"
    bound = {"since": since, "before": before, "caller": caller}
    charged = [*_of_requests(connection, ended, bound), *_of_techniques(connection, ended, bound)]
    under_way = _of_requests(connection, f"{ACTIVE} and {theirs}", bound)
    return Costs(_dearest_first(charged), _dearest_first(under_way))


def _of_requests(connection: sqlite3.Connection, where: str, bound: Mapping[str, Any]) -> list[CostLine]:
    rows = connection.execute(
        f"""
        select runs.caller, provider, target, count(*), total(purchases.charged_usd),
            json_group_array(run_id) filter (where state = '{PurchaseState.UNKNOWN}'),
            total(price_usd is null and purchases.charged_usd = 0)
        from purchases join runs using (run_id)
        where state != '{PurchaseState.RELEASED}' and {where}
        group by 1, 2, 3
        """,
        bound,
    )
    return [
        CostLine(who, provider, target, count, round(charged, 6), tuple(json.loads(unknown)), int(unpriced))
        for who, provider, target, count, charged, unknown, unpriced in rows
    ]


def _of_techniques(connection: sqlite3.Connection, where: str, bound: Mapping[str, Any]) -> list[CostLine]:
    """Return what runs were charged beside their requests: the techniques' own prices."""
    rows = connection.execute(
        f"""
        select caller, target_id, count(*), total(own) from (
            select caller, target_id, charged_usd
                - (select total(charged_usd) from purchases where purchases.run_id = runs.run_id) as own
            from runs where charged_usd > 0 and {where}
        )
        where own > {NOISE_USD} group by 1, 2
        """,
        bound,
    )
    return [CostLine(who, EMBEDDED, target, count, round(own, 6)) for who, target, count, own in rows]


def _dearest_first(lines: Sequence[CostLine]) -> tuple[CostLine, ...]:
    return tuple(sorted(lines, key=lambda each: (-each.charged_usd, each.caller, each.provider, each.target)))


def _charged(connection: sqlite3.Connection, run_id: str) -> float:
    (total,) = connection.execute(
        "select total(charged_usd) from purchases where run_id = ?", (run_id,)
    ).fetchone()
    return round(float(total), 6)


def _to_purchase(row: Sequence[Any]) -> Purchase:
    values = dict(zip(FIELDS, row, strict=True))
    values["state"] = PurchaseState(values["state"])
    values["handle"] = None if values["handle"] is None else json.loads(values["handle"])
    return Purchase(**values)
