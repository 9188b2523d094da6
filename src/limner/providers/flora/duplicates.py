"""Finds the run that a request started whose answer was lost, once the server refuses its key as used before."""

from collections.abc import Mapping
from time import time
from typing import Any

from limner.errors import NotAccepted, OutcomeUnknown
from limner.providers.flora.account import next_cursor
from limner.providers.flora.reading import mappings_in
from limner.providers.wire import Answer, Wire
from limner.types import Json, Order, Task

DUPLICATE_CODES = ("idempotency_duplicate", "idempotency_conflict")
"""Both prove that the key was used before: nobody else knows our keys."""
KEYS_HOLD_MS = 7_200_000
"""So long the documents let a key be refused."""
CLOCKS_DIFFER_MS = 300_000
MOST_PAGES = 10
MOST_NAMED = 5


class Recent:
    """What this process sent in the last two hours, and which runs it knows."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._sent: dict[str, int] = {}
        self._runs: dict[str, int] = {}

    def note_sent(self, key: str) -> None:
        """Remember when a request was sent first."""
        self._sent.setdefault(key, _now())

    def note_run(self, run_id: str) -> None:
        """Remember a run that has a ticket: it is not the one that is looked for."""
        self._runs[run_id] = _now()
        for known in (self._sent, self._runs):
            for name in [name for name, at in known.items() if at < _now() - 2 * KEYS_HOLD_MS]:
                del known[name]

    async def started_before(self, order: Order, key: str, answer: Answer) -> Json:
        """Return the run that the first request with this key started: the only one that it can be.

        answer: the refusal of the second. Raises: OutcomeUnknown, when several can be it, or none.
        """
        named = _run_id_in(answer)
        if named is not None:
            return {"run_id": named}
        if order.task is not Task.TECHNIQUE:
            raise self._not_found("its list of runs shows techniques only")
        since = self._sent.get(key, _now() - KEYS_HOLD_MS) - CLOCKS_DIFFER_MS
        try:
            candidates = await self._runs_since(order.target, since)
        except NotAccepted as error:
            raise self._not_found(f"its list of runs cannot be read: {error.message}") from error
        if len(candidates) != 1:
            names = ", ".join(str(each["run_id"]) for each in candidates[:MOST_NAMED])
            raise self._not_found(f"it can be any of {names}" if candidates else "its list does not show it")
        return candidates[0]

    async def _runs_since(self, technique_id: str, since: int) -> list[Json]:
        """Return the runs of a technique that began since then, and that this process does not know."""
        found: list[Json] = []
        params = {"technique_id": technique_id}
        for _ in range(MOST_PAGES):
            page = await self._wire.ask_json("GET", "/technique-runs", params=params)
            rows = mappings_in(page, "technique_runs")
            recent = [each for each in rows if _created_at(each) >= since]
            found += [each for each in recent if each.get("run_id") not in (None, "", *self._runs)]
            cursor = next_cursor(page) if rows and len(recent) == len(rows) else None
            if cursor is None:
                break
            params["cursor"] = cursor
        return found

    def _not_found(self, why: str) -> OutcomeUnknown:
        name = self._wire.settings.name
        return OutcomeUnknown(
            f"{name} accepted this request before, and which run it started cannot be told: {why}."
        )


def is_duplicate(answer: Answer) -> bool:
    """Whether a refusal says that the key was used before."""
    return _error_in(answer).get("code") in DUPLICATE_CODES


def _run_id_in(answer: Answer) -> str | None:
    """Return the run that a refusal names, if it does."""
    named = _error_in(answer).get("run_id")
    return named if isinstance(named, str) and named else None


def _error_in(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else {}


def _created_at(row: Json) -> float:
    at = row.get("created_at")
    return at if isinstance(at, int | float) else 0


def _now() -> int:
    return int(time() * 1000)
