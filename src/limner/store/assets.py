"""What is known of each media file, and which callers may read it."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import sqlite3
from collections.abc import Sequence
from dataclasses import fields

from limner.errors import NotFound
from limner.store import cursors
from limner.store.rows import to_json
from limner.types import Asset, Page, Run

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
    """Return an asset that the caller may read; any asset when `caller` is None.

    asset_id: its own, or the one that was promised for it before it was uploaded. Raises: NotFound.
    """
    row = connection.execute(
        f"select {COLUMNS} from assets where asset_id = coalesce("
        "(select stored_id from uploads where asset_id = :asset_id and (:caller is null or caller = :caller)), "
        ":asset_id) and (:caller is null or exists ("
        "select 1 from grants where grants.caller = :caller and grants.asset_id = assets.asset_id))",
        {"asset_id": asset_id, "caller": caller},
    ).fetchone()
    if row is None:
        raise _not_uploaded(asset_id) if _is_promised(connection, caller, asset_id) else no_asset([asset_id])
    return Asset(**dict(zip(FIELDS, row, strict=True)))


def _is_promised(connection: sqlite3.Connection, caller: str | None, asset_id: str) -> bool:
    found = connection.execute(
        "select 1 from uploads where asset_id = ? and caller = ? and stored_id is null", (asset_id, caller)
    )
    return found.fetchone() is not None


def list_own(connection: sqlite3.Connection, caller: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the assets that the caller may read, the one that it got last first.

    Raises: InvalidInput, for a bad cursor.
    """
    terms, values = "", [caller]
    if cursor is not None:
        terms, values = "and (granted_at, asset_id) < (?, ?) ", [caller, *cursors.decode(cursor, int, str)]
    rows = connection.execute(
        f"select granted_at, {COLUMNS} from grants join assets using (asset_id) where caller = ? {terms}"
        "order by granted_at desc, asset_id desc limit ?",
        [*values, limit + 1],
    ).fetchall()
    found = tuple(Asset(**dict(zip(FIELDS, row[1:], strict=True))) for row in rows[:limit])
    if len(rows) <= limit:
        return Page(found, None)
    return Page(found, cursors.encode(rows[limit - 1][0], found[-1].asset_id))


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
        "insert or ignore into grants (caller, asset_id, granted_at) select ?, value, ? from json_each(?)",
        (caller, now, wanted),
    )


def _not_uploaded(asset_id: str) -> NotFound:
    return NotFound(
        f"the file of {asset_id} was not uploaded yet",
        next_step="Send the file to the address that came with the id, then call again.",
    )


def no_asset(asset_ids: Sequence[str]) -> NotFound:
    """Return the error for assets that the caller cannot see."""
    return NotFound(
        f"there is no asset {', '.join(asset_ids)}",
        next_step="Take the asset_id from a run's outputs or an upload, or send the file itself.",
    )
