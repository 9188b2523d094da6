"""What is known of each media file, and which callers may read it."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import sqlite3
from collections.abc import Sequence
from dataclasses import fields

from limner.errors import NotFound
from limner.store.rows import to_json
from limner.types import Asset, Run

FIELDS = tuple(field.name for field in fields(Asset))
COLUMNS = ", ".join(FIELDS)


def add(connection: sqlite3.Connection, now: int, asset: Asset, caller: str) -> None:
    """Store an asset, unless it is there, and let the caller read it."""
    connection.execute(
        f"insert into assets ({COLUMNS}) values ({', '.join('?' * len(FIELDS))}) on conflict do nothing",
        tuple(getattr(asset, name) for name in FIELDS),
    )
    grant(connection, now, caller, [asset.asset_id])


def get(connection: sqlite3.Connection, caller: str | None, asset_id: str) -> Asset:
    """Return an asset that the caller may read; any asset when `caller` is None. Raises: NotFound."""
    row = connection.execute(
        f"select {COLUMNS} from assets where asset_id = :asset_id and (:caller is null or exists ("
        "select 1 from grants where grants.caller = :caller and grants.asset_id = assets.asset_id))",
        {"asset_id": asset_id, "caller": caller},
    ).fetchone()
    if row is None:
        raise no_asset([asset_id])
    return Asset(**dict(zip(FIELDS, row, strict=True)))


def of_runs(connection: sqlite3.Connection, runs: Sequence[Run]) -> dict[str, Asset]:
    """Return the assets that the outputs of runs name, by id."""
    wanted = {output.asset_id for run in runs for output in run.outputs if output.asset_id}
    if not wanted:
        return {}
    rows = connection.execute(
        f"select {COLUMNS} from assets where asset_id in (select value from json_each(?))",
        (to_json(sorted(wanted)),),
    )
    found = [Asset(**dict(zip(FIELDS, row, strict=True))) for row in rows]
    return {asset.asset_id: asset for asset in found}


def grant(connection: sqlite3.Connection, now: int, caller: str, asset_ids: Sequence[str]) -> None:
    """Let the caller read assets. Raises: NotFound, when one of them does not exist; then none is granted."""
    wanted = to_json([*asset_ids])
    missing = connection.execute(
        "select value from json_each(?) where value not in (select asset_id from assets)", (wanted,)
    ).fetchall()
    if missing:
        raise no_asset([row[0] for row in missing])
    connection.execute(
        "insert or ignore into grants (caller, asset_id) select ?, value from json_each(?)", (caller, wanted)
    )


def no_asset(asset_ids: Sequence[str]) -> NotFound:
    """Return the error for assets that the caller cannot see."""
    return NotFound(
        f"no asset {', '.join(asset_ids)}",
        next_step="Upload the file again, or take the asset_id from the outputs of one of your runs.",
    )
