"""Workspaces and projects: each caller's own, after those that are everyone's."""

# ruff: noqa: S608  # only names of columns are spliced in; values are bound

import sqlite3
from collections.abc import Sequence
from typing import Any

from limner.errors import FieldError, NotFound
from limner.store import cursors
from limner.types import Page, Project, Workspace

EVERYONE = ""
"""The caller of the rows that are there from the start; it sorts before every other."""
START = (-1, "")
"""The place before the first row: when it was made, and its id."""
FIRST_PROJECT = "Default"
WORKSPACE = "workspace_id, name, created_at"
PROJECT = "project_id, workspace_id, name, created_at"


def create_workspace(
    connection: sqlite3.Connection, now: int, caller: str, workspace_id: str, name: str, project_id: str
) -> Workspace:
    """Store a workspace with its default project, unless its id is there, and return it.

    Raises: NotFound, when one of the ids is another caller's.
    """
    connection.execute(
        f"insert into workspaces ({WORKSPACE}, caller) values (?, ?, ?, ?) on conflict do nothing",
        (workspace_id, name, now, caller),
    )
    create_project(connection, now, caller, workspace_id, project_id, FIRST_PROJECT)
    return get_workspace(connection, caller, workspace_id)


def create_project(
    connection: sqlite3.Connection, now: int, caller: str, workspace_id: str, project_id: str, name: str
) -> Project:
    """Store a project, unless its id is there, and return it.

    Raises: NotFound, when the workspace is not the caller's to use, or the id is another caller's.
    """
    get_workspace(connection, caller, workspace_id)
    connection.execute(
        f"insert into projects ({PROJECT}, caller) values (?, ?, ?, ?, ?) on conflict do nothing",
        (project_id, workspace_id, name, now, caller),
    )
    return get_project(connection, caller, project_id)


def get_workspace(connection: sqlite3.Connection, caller: str, workspace_id: str) -> Workspace:
    """Return a workspace that the caller may use. Raises: NotFound, naming the field `workspace_id`."""
    row = connection.execute(
        f"select {WORKSPACE} from workspaces where workspace_id = ? and caller in (?, ?)",
        (workspace_id, EVERYONE, caller),
    ).fetchone()
    if row is None:
        raise _missing("workspace", workspace_id)
    return Workspace(*row)


def get_project(connection: sqlite3.Connection, caller: str, project_id: str) -> Project:
    """Return a project that the caller may use. Raises: NotFound, naming the field `project_id`."""
    row = connection.execute(
        f"select {PROJECT} from projects where project_id = ? and caller in (?, ?)",
        (project_id, EVERYONE, caller),
    ).fetchone()
    if row is None:
        raise _missing("project", project_id)
    return Project(*row)


def list_workspaces(connection: sqlite3.Connection, caller: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the workspaces that the caller may use, everyone's first, then oldest first.

    Raises: InvalidInput, for a bad cursor.
    """
    rows, next_cursor = _page(connection, caller, "workspaces", WORKSPACE, {}, limit, cursor)
    return Page(tuple(Workspace(*row) for row in rows), next_cursor)


def list_projects(
    connection: sqlite3.Connection, caller: str, workspace_id: str | None, limit: int, cursor: str | None
) -> Page:
    """Return a page of the projects that the caller may use, in one workspace or all, in the same order.

    Raises: NotFound, for a workspace that is not the caller's to use; InvalidInput, for a bad cursor.
    """
    chosen = {}
    if workspace_id is not None:
        get_workspace(connection, caller, workspace_id)
        chosen = {"workspace_id": workspace_id}
    rows, next_cursor = _page(connection, caller, "projects", PROJECT, chosen, limit, cursor)
    return Page(tuple(Project(*row) for row in rows), next_cursor)


def _page(
    connection: sqlite3.Connection,
    caller: str,
    table: str,
    columns: str,
    chosen: dict[str, str],
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[tuple[Any, ...]], str | None]:
    """Return the rows of a page and the cursor of the next. Every table's first column is its id."""
    parts: list[tuple[str, tuple[int, str]]] = [(EVERYONE, START), (caller, START)]
    if cursor is not None:
        is_own, *place = cursors.decode(cursor, int, int, str)
        after = (place[0], place[1])
        parts = [(caller, after)] if is_own else [(EVERYONE, after), (caller, START)]
    rows: list[tuple[Any, ...]] = []
    for owner, after in parts:  # apart, because SQLite seeks to a place in one caller's rows only
        rows += _rows(connection, owner, table, columns, chosen, limit + 1 - len(rows), after)
    shown = [row[:-1] for row in rows[:limit]]
    if len(rows) <= limit:
        return shown, None
    last_id, *_, created_at, is_own = rows[limit - 1]
    return shown, cursors.encode(is_own, created_at, last_id)


def _rows(
    connection: sqlite3.Connection,
    owner: str,
    table: str,
    columns: str,
    chosen: dict[str, str],
    limit: int,
    after: tuple[int, str],
) -> Sequence[tuple[Any, ...]]:
    """Return rows of one owner after a place, each with whether they are a caller's own at its end."""
    id_column = columns.partition(",")[0]
    terms = ["caller = ?", *(f"{name} = ?" for name in chosen), f"(created_at, {id_column}) > (?, ?)"]
    return connection.execute(
        f"select {columns}, caller <> '' from {table} where {' and '.join(terms)} "
        f"order by created_at, {id_column} limit ?",
        (owner, *chosen.values(), *after, limit),
    ).fetchall()


def _missing(noun: str, name: str) -> NotFound:
    problem = f"there is no {noun} {name}"
    return NotFound(
        f"{noun}_id: {problem}",
        fields=[FieldError(f"{noun}_id", problem)],
        next_step=f"Take the {noun}_id from the list of {noun}s, or leave it out for the default one.",
    )
