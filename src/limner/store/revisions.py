"""Every revision of a technique that was run or published, and which one is published."""

import json
import sqlite3

from limner.errors import NotFound
from limner.store.contract import StoredRevision
from limner.store.rows import to_json
from limner.types import Json


def save(
    connection: sqlite3.Connection,
    now: int,
    technique_id: str,
    revision: str,
    definition: Json,
    created_at: int | None,
) -> None:
    """Keep a revision; one that is there stays as it is, since its name is the hash of its content."""
    connection.execute(
        "insert into revisions (technique_id, revision, definition, created_at) values (?, ?, ?, ?) "
        "on conflict do nothing",
        (technique_id, revision, to_json(definition), now if created_at is None else created_at),
    )


def get(connection: sqlite3.Connection, technique_id: str, revision: str) -> Json:
    """Return the definition of a revision. Raises: NotFound."""
    row = connection.execute(
        "select definition from revisions where technique_id = ? and revision = ?", (technique_id, revision)
    ).fetchone()
    if row is None:
        raise _no_revision(technique_id, revision)
    definition: Json = json.loads(row[0])
    return definition


def list_all(connection: sqlite3.Connection, technique_id: str) -> list[StoredRevision]:
    """Return the kept revisions of a technique, newest first."""
    rows = connection.execute(
        """
        select technique_id, revision, created_at, exists (
            select 1 from published
            where published.technique_id = revisions.technique_id and published.revision = revisions.revision
        )
        from revisions where technique_id = ? order by created_at desc, rowid desc
        """,
        (technique_id,),
    )
    return [
        StoredRevision(technique_id, revision, created_at, bool(is_published))
        for technique_id, revision, created_at, is_published in rows
    ]


def publish(connection: sqlite3.Connection, now: int, technique_id: str, revision: str) -> None:
    """Make a kept revision the published one. Raises: NotFound."""
    get(connection, technique_id, revision)
    connection.execute(
        "insert into published (technique_id, revision) values (?, ?) "
        "on conflict (technique_id) do update set revision = excluded.revision",
        (technique_id, revision),
    )


def unpublish(connection: sqlite3.Connection, now: int, technique_id: str) -> None:
    """Leave a technique without a published revision."""
    connection.execute("delete from published where technique_id = ?", (technique_id,))


def published(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the published revision by technique id."""
    return dict(connection.execute("select technique_id, revision from published"))


def _no_revision(technique_id: str, revision: str) -> NotFound:
    return NotFound(
        f"no revision {revision} of {technique_id}",
        next_step="Call get_technique without a revision to see the published one.",
    )
