"""Which secrets sign a caller's webhooks: their names only, since each secret is derived from its name."""

import sqlite3

from limner.errors import NotFound
from limner.store.rows import new_id
from limner.types import WebhookSecret

MOST_VALID = 2
"""Two, so that receivers can change from one to the other without refusing anything."""


def of_caller(connection: sqlite3.Connection, caller: str) -> list[WebhookSecret]:
    """Return the valid secrets of a caller, the newest first."""
    rows = connection.execute(
        "select secret_id, created_at from webhook_secrets where caller = ? order by created_at desc, rowid desc",
        (caller,),
    )
    return [WebhookSecret(*row) for row in rows]


def ensure(connection: sqlite3.Connection, now: int, caller: str) -> None:
    """Give a caller a secret that has none."""
    if not of_caller(connection, caller):
        add(connection, now, caller)


def add(connection: sqlite3.Connection, now: int, caller: str) -> WebhookSecret:
    """Make another secret; of more than two, the oldest stop to be valid."""
    secret = WebhookSecret(new_id("whs_", now), now)
    connection.execute(
        "insert into webhook_secrets (secret_id, caller, created_at) values (?, ?, ?)",
        (secret.secret_id, caller, now),
    )
    for each in of_caller(connection, caller)[MOST_VALID:]:
        connection.execute("delete from webhook_secrets where secret_id = ?", (each.secret_id,))
    return secret


def remove(connection: sqlite3.Connection, now: int, caller: str, secret_id: str) -> None:
    """Make a secret of the caller's invalid. Raises: NotFound."""
    gone = connection.execute(
        "delete from webhook_secrets where caller = ? and secret_id = ?", (caller, secret_id)
    )
    if not gone.rowcount:
        raise NotFound(
            f"no webhook secret {secret_id}",
            next_step="List your webhook secrets; one that was dropped for a newer one is gone.",
        )
