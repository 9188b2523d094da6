"""The tables, and how an older file becomes a current one. Append to MIGRATIONS; never edit an entry."""

# only names of columns and indexes are spliced in; values are bound

import sqlite3
from pathlib import Path

from limner.errors import StoreError

ACTIVE = "status in ('pending', 'running')"
"""Spelled as in the partial indexes, or SQLite does not use them."""

TABLES = (
    """
    create table runs (
        run_id text primary key,
        type text not null,
        caller text not null,
        workspace_id text not null,
        project_id text not null,
        operation text not null,
        target_id text not null,
        target_name text not null,
        fingerprint text not null,       -- sha256, hex
        request text not null,           -- JSON
        status text not null,
        phase text not null,
        progress real not null,          -- percent
        message text not null,
        created_at integer not null,     -- Unix ms
        seq integer not null,            -- of the last event
        revision text,
        seed integer not null,
        brand_kit text,
        idempotency_key text,
        expires_at integer,              -- Unix ms
        callback_url text,
        started_at integer,              -- Unix ms
        completed_at integer,            -- Unix ms
        owner text,
        attempt integer not null default 0,
        deaths integer not null default 0,
        outputs text not null default '[]',  -- JSON
        evaluation text,                 -- JSON
        error text,                      -- JSON
        estimated_usd real not null default 0,
        charged_usd real not null default 0
    )
    """,
    "create index runs_by_caller on runs (caller, created_at, run_id)",
    "create index runs_by_status on runs (caller, status, created_at, run_id)",
    "create index runs_by_target on runs (caller, target_id, created_at, run_id)",
    "create index runs_by_target_status on runs (caller, target_id, status, created_at, run_id)",
    "create index runs_by_type on runs (caller, type, created_at, run_id)",
    "create index runs_by_project on runs (caller, project_id, created_at, run_id)",
    "create index runs_by_workspace on runs (caller, workspace_id, created_at, run_id)",
    f"create index runs_unowned on runs (created_at, run_id) where {ACTIVE} and owner is null",
    "create index runs_owned on runs (owner) where owner is not null",
    f"create index runs_active_twin on runs (fingerprint, caller) where {ACTIVE}",
    "create index runs_ended_twin on runs (fingerprint, completed_at) where completed_at is not null",
    """
    create table keys (
        caller text not null,
        workspace_id text not null,
        operation text not null,
        key text not null,
        -- No cascade: while a key lives its run stays, and with it the request to compare with.
        run_id text not null references runs (run_id) deferrable initially deferred,
        expires_at integer not null,     -- Unix ms
        primary key (caller, workspace_id, operation, key)
    ) without rowid
    """,
    "create index keys_by_run on keys (run_id)",
    """
    create table events (
        run_id text not null references runs (run_id) on delete cascade,
        seq integer not null,
        type text not null,
        at integer not null,             -- Unix ms
        data text not null,              -- JSON
        primary key (run_id, seq)
    ) without rowid
    """,
    """
    create table steps (
        run_id text not null references runs (run_id) on delete cascade,
        step text not null,
        state text not null,
        executions integer not null,
        result text,                     -- JSON
        was_cached integer not null default 0,
        primary key (run_id, step)
    )
    """,
    """
    create table results (
        key text primary key,
        result text not null,            -- JSON
        created_at integer not null      -- Unix ms
    )
    """,
    """
    create table assets (
        asset_id text primary key,
        sha256 text not null,
        media_type text not null,
        size_bytes integer not null,
        created_at integer not null,     -- Unix ms
        width integer,                   -- pixels
        height integer,                  -- pixels
        duration_seconds real
    )
    """,
    """
    create table grants (
        caller text not null,
        asset_id text not null references assets (asset_id) on delete cascade,
        primary key (caller, asset_id)
    ) without rowid
    """,
    "create index grants_by_asset on grants (asset_id)",
    """
    create table revisions (
        technique_id text not null,
        revision text not null,
        definition text not null,        -- JSON
        created_at integer not null,     -- Unix ms
        primary key (technique_id, revision)
    )
    """,
    """
    create table published (
        technique_id text primary key,
        revision text not null,
        foreign key (technique_id, revision) references revisions (technique_id, revision)
    )
    """,
)

LEDGER = (
    """
    create table charges (
        caller text not null,
        day_began_at integer not null,   -- Unix ms, midnight UTC
        spent_usd real not null,
        primary key (caller, day_began_at)
    ) without rowid
    """,
    """
    insert into charges (caller, day_began_at, spent_usd)
    select caller, completed_at - completed_at % 86400000, total(charged_usd) from runs
    where charged_usd > 0 and completed_at is not null group by 1, 2
    """,
    f"create index runs_reserved on runs (caller, estimated_usd) where {ACTIVE} and estimated_usd > 0",
)

HTTP_API = (
    """
    create table workspaces (
        workspace_id text primary key,
        caller text not null,            -- '' is everyone
        name text not null,
        created_at integer not null      -- Unix ms
    )
    """,
    "create index workspaces_by_caller on workspaces (caller, created_at, workspace_id)",
    """
    create table projects (
        project_id text primary key,
        workspace_id text not null references workspaces (workspace_id),
        caller text not null,            -- '' is everyone
        name text not null,
        created_at integer not null      -- Unix ms
    )
    """,
    "create index projects_by_caller on projects (caller, created_at, project_id)",
    """
    insert into workspaces (workspace_id, caller, name, created_at)
    values ('ws_default', '', 'Default', cast(strftime('%s', 'now') as integer) * 1000)
    """,
    """
    insert into projects (project_id, workspace_id, caller, name, created_at)
    values ('prj_default', 'ws_default', '', 'Default', cast(strftime('%s', 'now') as integer) * 1000)
    """,
    """
    create table uploads (
        asset_id text primary key,       -- what the caller was promised; the file's own id is stored_id
        caller text not null,
        media_type text not null,        -- as announced
        created_at integer not null,     -- Unix ms
        expires_at integer not null,     -- Unix ms
        stored_id text references assets (asset_id),
        error text                       -- JSON: why what was sent cannot be used
    )
    """,
    """
    create table answers (
        caller text not null,
        operation text not null,
        key text not null,
        fingerprint text not null,
        request text not null,           -- JSON
        answer text,                     -- JSON; null while the first call is at work
        taken_until integer not null,    -- Unix ms: after it, a call without an answer is taken for dead
        expires_at integer not null,     -- Unix ms
        primary key (caller, operation, key)
    ) without rowid
    """,
    """
    create table deliveries (
        delivery_id text primary key,
        run_id text not null references runs (run_id) on delete cascade,
        caller text not null,
        url text not null,
        event text not null,             -- run.completed, run.failed
        data text not null,              -- JSON
        created_at integer not null,     -- Unix ms
        state text not null,             -- pending, delivered, failed
        attempts text not null default '[]',  -- JSON: [{at, status, error, ms}]
        due_at integer                   -- Unix ms; null when it has ended
    )
    """,
    "create index deliveries_by_run on deliveries (run_id)",
    "create index deliveries_due on deliveries (due_at) where due_at is not null",
    """
    create table webhook_secrets (
        secret_id text primary key,      -- the secret itself is derived from it, and is not stored
        caller text not null,
        created_at integer not null      -- Unix ms
    )
    """,
    "create index webhook_secrets_by_caller on webhook_secrets (caller, created_at)",
)

LISTS = (
    # When the caller first got the asset, Unix ms: the same bytes may be old to somebody else.
    "alter table grants add column granted_at integer not null default 0",
    """
    update grants set granted_at = (
        select created_at from assets where assets.asset_id = grants.asset_id
    )
    """,
    "create index grants_by_age on grants (caller, granted_at, asset_id)",
    "create index projects_by_workspace on projects (workspace_id, caller, created_at, project_id)",
    "create index uploads_unfinished on uploads (expires_at) where stored_id is null",
    "create index answers_by_end on answers (expires_at)",
)

BRAND_KITS = (
    """
    create table brand_kits (
        brand_kit text not null,
        revision text not null,
        definition text not null,        -- JSON
        created_at integer not null,     -- Unix ms
        primary key (brand_kit, revision)
    )
    """,
)

PURCHASES = (
    """
    create table purchases (
        key text primary key,            -- names the request at the provider too: sha256, hex
        run_id text not null references runs (run_id) on delete cascade,
        step text not null,
        provider text not null,
        target text not null,            -- the provider's own id of the model or technique
        state text not null,             -- intended, accepted, settled, released, unknown
        price_usd real,                  -- null: not known
        charged_usd real not null,
        job_id text,
        handle text,                     -- JSON: what collects the work
        sent_at integer not null,        -- Unix ms
        ended_at integer                 -- Unix ms
    )
    """,
    "create index purchases_by_run on purchases (run_id)",
    "create index purchases_by_time on purchases (sent_at)",
    # Whether some of the run's work has no known price, so that estimated_usd is what the rest costs.
    "alter table runs add column has_unpriced integer not null default 0",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (TABLES, LEDGER, HTTP_API, LISTS, BRAND_KITS, PURCHASES)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file up to date, one transaction; safe when several processes do it at the same moment.

    Raises: StoreError, when a newer Limner wrote the file or the file is another program's.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("begin immediate")
    try:
        version = _version(connection)
        _refuse_unknown(connection, version, path)
        for migration in MIGRATIONS[version:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"pragma user_version = {len(MIGRATIONS)}")
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("pragma user_version").fetchone()[0]
    return version


def _refuse_unknown(connection: sqlite3.Connection, version: int, path: Path) -> None:
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer Limner (schema {version}, this one knows {len(MIGRATIONS)}).",
            next_step="Update Limner (pip install --upgrade limner), or set LIMNER_HOME to another folder.",
        )
    if version == 0 and connection.execute("select 1 from sqlite_master limit 1").fetchone():
        raise StoreError(
            f"{path} is a database of another program.",
            next_step="Move the file away, or set LIMNER_HOME to another folder.",
        )
