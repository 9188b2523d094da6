"""The monthly statement: what each caller was charged, for which provider's model, and what is not known of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from limner.errors import InvalidInput
from limner.money import plain
from limner.types import CostLine, Costs, Json


def bounds_of(month: str | None) -> tuple[int, int]:
    """Return when a calendar month (UTC) begins, and the next one, in Unix ms. month: `2026-11`; None: this one.

    Raises: InvalidInput, naming `month`.
    """
    now = datetime.now(UTC)
    try:
        first = now if month is None else datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        since = datetime(first.year, first.month, 1, tzinfo=UTC)
        before = datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
    except ValueError as error:
        problem = f"is {month!r}, must be a year and a month such as {now:%Y-%m}"
        raise InvalidInput.of("month", problem) from error
    return _unix_ms(since), _unix_ms(before)


def statement(since: int, costs: Costs) -> Json:
    """Return costs as `{month, charged_usd, requests, unknown, unpriced, lines, under_way}`.

    since: Unix milliseconds. lines: by caller, provider and model, the dearest first; `unknown_runs` names the runs of
    requests of which nobody knows the outcome. under_way: the same of runs that have not ended, whenever they began.
    """
    return {
        "month": f"{datetime.fromtimestamp(since / 1000, UTC):%Y-%m}",
        **_sum(costs.charged),
        "lines": [_line(each) for each in costs.charged],
        "under_way": {**_sum(costs.under_way), "lines": [_line(each) for each in costs.under_way]},
    }


def _sum(lines: Sequence[CostLine]) -> Json:
    return {
        "charged_usd": plain(sum(each.charged_usd for each in lines)),
        "requests": sum(each.requests for each in lines),
        "unknown": sum(len(each.unknown) for each in lines),
        "unpriced": sum(each.unpriced for each in lines),
    }


def _line(each: CostLine) -> Json:
    line: Json = {
        "caller": each.caller,
        "provider": each.provider,
        "model": each.target,
        "requests": each.requests,
        "charged_usd": plain(each.charged_usd),
        "unknown": len(each.unknown),
        "unpriced": each.unpriced,
    }
    return {**line, "unknown_runs": sorted(set(each.unknown))} if each.unknown else line


def _unix_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
