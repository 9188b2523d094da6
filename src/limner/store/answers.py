"""Remembered answers of mutating calls: a repeated call with the same key is told what the first was told."""

# ruff: noqa: S608  # only names of columns are spliced in; values are bound

import json
import sqlite3

from limner.canonical import diff
from limner.errors import IdempotencyConflict
from limner.store.rows import to_json
from limner.types import Answer, AnswerState, Json

HELD = "caller = ? and operation = ? and key = ? and taken_until = ? and answer is null"
"""A take-over moves `taken_until`, so that its value tells the calls of one key apart."""


def begin(
    connection: sqlite3.Connection,
    now: int,
    caller: str,
    operation: str,
    key: str,
    fingerprint: str,
    request: Json,
    lease_ms: int,
    window_ms: int,
) -> Answer:
    """Take a key that is free, or whose holder is taken for dead; else return how its answer stands.

    Raises: IdempotencyConflict, when the key was used for another request.
    """
    connection.execute("delete from answers where expires_at <= ?", (now,))
    row = connection.execute(
        "select fingerprint, request, answer, taken_until from answers "
        "where caller = ? and operation = ? and key = ?",
        (caller, operation, key),
    ).fetchone()
    taken_until = now + lease_ms
    if row is None:
        connection.execute(
            "insert into answers (caller, operation, key, fingerprint, request, taken_until, expires_at) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (caller, operation, key, fingerprint, to_json(request), taken_until, now + window_ms),
        )
        return Answer(AnswerState.YOURS, caller, operation, key, taken_until)
    first_fingerprint, first_request, answer, held_until = row
    if first_fingerprint != fingerprint:
        raise IdempotencyConflict(key=key, diff=diff(json.loads(first_request), request))
    if answer is not None:
        return Answer(AnswerState.DONE, caller, operation, key, held_until, json.loads(answer))
    if held_until > now:
        return Answer(AnswerState.AT_WORK, caller, operation, key, held_until)
    connection.execute(
        "update answers set taken_until = ? where caller = ? and operation = ? and key = ?",
        (taken_until, caller, operation, key),
    )
    return Answer(AnswerState.YOURS, caller, operation, key, taken_until)


def finish(connection: sqlite3.Connection, now: int, held: Answer, answer: Json) -> bool:
    """Remember the answer of a call; False when another call has taken over, whose answer counts."""
    changed = connection.execute(
        f"update answers set answer = ? where {HELD}", (to_json(answer), *_proof(held))
    )
    return changed.rowcount == 1


def drop(connection: sqlite3.Connection, now: int, held: Answer) -> None:
    """Free the key of a call that came to nothing, unless another call has taken over."""
    connection.execute(f"delete from answers where {HELD}", _proof(held))


def _proof(held: Answer) -> tuple[str, str, str, int]:
    return held.caller, held.operation, held.key, held.taken_until
