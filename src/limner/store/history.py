"""The list of a caller's runs: newest first, paged by keyset, so that page 10,000 costs what page 1 costs."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import heapq
import sqlite3
from collections.abc import Mapping
from itertools import islice, product
from operator import itemgetter
from typing import Any

from limner.store import cursors
from limner.store.rows import COLUMNS, FIELDS, to_run
from limner.types import Page, Run, Status

INDEXES = (
    ("runs_by_target_status", {"target_id", "status"}),
    ("runs_by_target", {"target_id"}),
    ("runs_by_status", {"status"}),
    ("runs_by_project", {"project_id"}),
    ("runs_by_type", {"type"}),
    ("runs_by_workspace", {"workspace_id"}),
    ("runs_by_caller", set[str]()),
)
"""Each index with the filters that it serves, most selective first."""
_PLACE = itemgetter(FIELDS.index("created_at"), FIELDS.index("run_id"))
"""The columns that a list is ordered by."""
FILTERS = ("status", "target_id", "type", "project_id", "workspace_id")


def page(
    connection: sqlite3.Connection,
    caller: str,
    filters: Mapping[str, Any],
    limit: int,
    cursor: str | None,
) -> Page:
    """Return one page of the caller's runs. A filter may be a tuple of values, any of which will do.

    Raises: InvalidInput, for a cursor that is not one of ours.
    """
    after = None if cursor is None else parse_cursor(cursor)
    # One query for each value: `in` would sort all that match, to show one page of them.
    queries = [build_query(caller, one, limit, after) for one in _alternatives(filters)]
    found = heapq.merge(*(connection.execute(*query) for query in queries), key=_PLACE, reverse=True)
    runs = [to_run(row) for row in islice(found, limit + 1)]
    if len(runs) <= limit:
        return Page(tuple(runs), None)
    return Page(tuple(runs[:limit]), build_cursor(runs[limit - 1]))


def _alternatives(filters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the filters with one value each, that together find what these do."""
    names = [name for name, value in filters.items() if isinstance(value, tuple)]
    values = [filters[name] for name in names]
    return [{**filters, **dict(zip(names, chosen, strict=True))} for chosen in product(*values)]


def build_query(
    caller: str, filters: Mapping[str, Any], limit: int, after: tuple[int, str] | None
) -> tuple[str, list[Any]]:
    """Return the query for a page and one row more, and its values."""
    given = {name: filters[name] for name in FILTERS if filters.get(name) is not None}
    terms = ["caller = ?"]
    values: list[Any] = [caller, *(str(value) for value in given.values())]
    terms += [f"{name} = ?" for name in given]
    if after is not None:
        terms.append("(created_at, run_id) < (?, ?)")
        values += after
    query = (
        f"select {COLUMNS} from runs indexed by {_index(given)} where {' and '.join(terms)} "
        "order by created_at desc, run_id desc limit ?"
    )
    return query, [*values, limit + 1]


def _index(given: Mapping[str, Any]) -> str:
    # Chosen here, because without statistics SQLite takes all of these for equally good.
    names = set(given)
    if given.get("status") == Status.COMPLETED and "target_id" not in names and len(names) > 1:
        names.remove("status")  # nearly all of a history is completed: any other filter leaves less
    return next(index for index, served in INDEXES if served <= names)


def build_cursor(run: Run) -> str:
    """Return the opaque place just after a run."""
    return cursors.encode(run.created_at, run.run_id)


def parse_cursor(cursor: str) -> tuple[int, str]:
    """Return the place that a cursor names. Raises: InvalidInput."""
    created_at, run_id = cursors.decode(cursor, int, str)
    return created_at, run_id
