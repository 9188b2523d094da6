"""Where an account's work is billed and put: the workspace and the project of its section, or the only ones it has."""

from collections.abc import Mapping
from typing import Any

from limner.errors import ConfigurationError, NotAccepted
from limner.providers.wire import Wire
from limner.types import Json

MOST_PAGES = 100
OPTIONS = {"workspace_id": "ws_", "project_id": "prj_"}
"""What the section may say, and how each begins."""


class Account:
    """One account, as its key sees it."""

    def __init__(self, wire: Wire, options: Mapping[str, Any]) -> None:
        """options: of the section. Raises: ConfigurationError."""
        self._wire = wire
        self._given = _checked(wire.settings.name, options)
        self._found: dict[str, str] = {}

    @property
    def given_workspace(self) -> str | None:
        """The workspace that the section names."""
        return self._given.get("workspace_id")

    @property
    def given_project(self) -> str | None:
        """The project that the section names."""
        return self._given.get("project_id")

    async def workspace(self) -> str:
        """Return the workspace that pays: the one named, or the only one. Raises: NotAccepted."""
        if self.given_workspace is not None:
            return self.given_workspace
        if "workspace" not in self._found:
            rows = await self.rows("/workspaces", "workspaces")
            known = [each["workspace_id"] for each in rows if isinstance(each.get("workspace_id"), str)]
            if len(known) != 1:
                raise self._unclear("workspace_id", "pays for a run", known)
            self._found["workspace"] = known[0]
        return self._found["workspace"]

    async def project(self) -> str:
        """Return the project that generations are put into: the one named, or the first. Raises: NotAccepted."""
        if self.given_project is not None:
            return self.given_project
        if "project" not in self._found:
            rows = await self.rows("/projects", "projects", {"workspace_id": await self.workspace()})
            known = [each["project_id"] for each in rows if isinstance(each.get("project_id"), str)]
            if not known:
                raise self._unclear("project_id", "a generation is put into", known)
            self._found["project"] = known[0]
        return self._found["project"]

    async def rows(self, path: str, name: str, params: Mapping[str, str] | None = None) -> list[Json]:
        """Return the rows of all pages of a list. name: of the list in the answer. Raises: NotAccepted."""
        rows: list[Json] = []
        asked = dict(params or {})
        for _ in range(MOST_PAGES):
            page = await self._wire.ask_json("GET", path, params=asked)
            found = page.get(name) if isinstance(page, Mapping) else None
            if not isinstance(found, list):
                raise NotAccepted(f"{self._wire.settings.name} lists no {name} at {path}.")
            rows += [each for each in found if isinstance(each, dict)]
            cursor = next_cursor(page)
            if cursor is None or cursor == asked.get("cursor"):
                break
            asked["cursor"] = cursor
        return rows

    def _unclear(self, option: str, what: str, known: list[str]) -> NotAccepted:
        name = self._wire.settings.name
        said = f"has several: {', '.join(known[:10])}" if known else "has none that this key sees"
        return NotAccepted(
            f"Which {option.removesuffix('_id')} at {name} {what} is not said, and the account {said}.",
            is_passing=False,
            code="configuration_error",
            next_step=f"Ask the operator to set providers.{name}.{option} in limner.toml.",
        )


def next_cursor(page: Mapping[str, Any]) -> str | None:
    """Return where the next page begins; None on the last."""
    meta = page.get("meta")
    cursor = meta.get("next_cursor") if isinstance(meta, Mapping) else None
    return cursor if isinstance(cursor, str) and cursor else None


def _checked(name: str, options: Mapping[str, Any]) -> dict[str, str]:
    if unknown := set(options) - OPTIONS.keys():
        raise ConfigurationError(
            f"providers.{name}.{min(unknown)} is not known here. Allowed: {', '.join(OPTIONS)}."
        )
    for key, value in options.items():
        if not isinstance(value, str) or not value.startswith(OPTIONS[key]):
            raise ConfigurationError(f"providers.{name}.{key} is {value!r}, must start with {OPTIONS[key]}.")
    return dict(options)
