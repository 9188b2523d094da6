"""Every revision of a brand kit that a run has used."""

import json
import sqlite3

from limner.errors import NotFound
from limner.store.rows import to_json
from limner.types import Json


def save(connection: sqlite3.Connection, now: int, brand_kit: str, revision: str, definition: Json) -> None:
    """Keep a revision; one that is there stays as it is, since its name is the hash of its content."""
    connection.execute(
        "insert into brand_kits (brand_kit, revision, definition, created_at) values (?, ?, ?, ?) "
        "on conflict do nothing",
        (brand_kit, revision, to_json(definition), now),
    )


def get(connection: sqlite3.Connection, brand_kit: str, revision: str) -> Json:
    """Return the definition of a revision. Raises: NotFound."""
    row = connection.execute(
        "select definition from brand_kits where brand_kit = ? and revision = ?", (brand_kit, revision)
    ).fetchone()
    if row is None:
        raise NotFound(
            f"no revision {revision} of the brand kit {brand_kit}",
            next_step="Leave the revision out to see the present one; only revisions that runs have used are kept.",
        )
    definition: Json = json.loads(row[0])
    return definition
