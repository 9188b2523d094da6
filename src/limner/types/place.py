"""Where runs are kept apart: workspaces, and the projects in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """A place of its own for projects and their runs; idempotency keys hold within it."""

    workspace_id: str
    name: str
    created_at: int
    """Unix milliseconds."""


@dataclass(frozen=True, slots=True)
class Project:
    """A named part of a workspace."""

    project_id: str
    workspace_id: str
    name: str
    created_at: int
    """Unix milliseconds."""
