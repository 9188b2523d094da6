"""Announced files: the id that a caller was promised, and what became of it."""

# ruff: noqa: S608  # only names of columns are spliced in; values are bound

import json
import secrets
import sqlite3

from limner.errors import NotFound, Unavailable
from limner.store import assets
from limner.store.rows import to_json
from limner.types import AssetStatus, Json, Upload

COLUMNS = "asset_id, caller, media_type, created_at, expires_at, stored_id, error"
KEPT_MS = 86_400_000
"""How long an announcement that came to nothing can still be asked about."""


def create(
    connection: sqlite3.Connection, now: int, caller: str, media_type: str, lifetime_ms: int
) -> Upload:
    """Promise an id for a file that is yet to come; forget the promises that nobody kept."""
    connection.execute("delete from uploads where stored_id is null and expires_at <= ?", (now - KEPT_MS,))
    asset_id = f"asset_{secrets.token_hex(16)}"
    connection.execute(
        "insert into uploads (asset_id, caller, media_type, created_at, expires_at) values (?, ?, ?, ?, ?)",
        (asset_id, caller, media_type, now, now + lifetime_ms),
    )
    return get(connection, now, caller, asset_id)


def get(connection: sqlite3.Connection, now: int, caller: str, asset_id: str) -> Upload:
    """Return an announced file of the caller's. Raises: NotFound."""
    upload = _load(connection, now, asset_id)
    if upload.caller != caller:
        raise assets.no_asset([asset_id])
    return upload


def get_open(connection: sqlite3.Connection, now: int, asset_id: str) -> Upload:
    """Return an announced file that may be sent now, whoever announced it.

    Raises: NotFound, also when its time has passed; Unavailable, code `conflict`, when the file is there.
    """
    upload = _load(connection, now, asset_id)
    if upload.asset is not None:
        raise _has_its_file(asset_id)
    if upload.expires_at <= now:
        raise _expired(asset_id)
    return upload


def complete(connection: sqlite3.Connection, now: int, asset_id: str, stored_id: str) -> Upload:
    """Give an announced file its content, a stored asset, and let the caller who announced it read that.

    Raises: NotFound; Unavailable, code `conflict`, when it has another content already.
    """
    upload = _load(connection, now, asset_id)
    if upload.asset is not None and upload.asset.asset_id != stored_id:
        raise _has_its_file(asset_id)
    assets.grant(connection, now, upload.caller, [stored_id])
    connection.execute(
        "update uploads set stored_id = ?, error = null where asset_id = ?", (stored_id, asset_id)
    )
    return _load(connection, now, asset_id)


def fail(connection: sqlite3.Connection, now: int, asset_id: str, error: Json) -> Upload:
    """Note why what was sent cannot be used; a file that is there already stays. Raises: NotFound."""
    connection.execute(
        "update uploads set error = ? where asset_id = ? and stored_id is null", (to_json(error), asset_id)
    )
    return _load(connection, now, asset_id)


def _load(connection: sqlite3.Connection, now: int, asset_id: str) -> Upload:
    row = connection.execute(f"select {COLUMNS} from uploads where asset_id = ?", (asset_id,)).fetchone()
    if row is None:
        raise assets.no_asset([asset_id])
    asset_id, caller, media_type, created_at, expires_at, stored_id, error = row
    stored = None if stored_id is None else assets.get(connection, None, stored_id)
    problem: Json | None = None if error is None else json.loads(error)
    if stored is None and problem is None and expires_at <= now:
        problem = {**_expired(asset_id).document(), "code": "upload_expired"}
    status = AssetStatus.READY if stored else AssetStatus.FAILED if problem else AssetStatus.PENDING
    return Upload(asset_id, caller, media_type, status, created_at, expires_at, stored, problem)


def _has_its_file(asset_id: str) -> Unavailable:
    return Unavailable(
        f"{asset_id} has its file already.",
        code="conflict",
        next_step="Use it as it is; for another file, ask for another upload.",
    )


def _expired(asset_id: str) -> NotFound:
    return NotFound(f"The time to upload {asset_id} has passed.", next_step="Ask for a new upload.")
