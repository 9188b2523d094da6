"""Workspaces and projects."""

from typing import Annotated

from pydantic import Field

from limner.rest.shapes.common import Answer, Body, Meta, UnixMs, WorkspaceId, example
from limner.rest.shapes.runs import Key

Name = Annotated[str, Field(min_length=1, max_length=200)]


class NewWorkspace(Body):
    """Makes a workspace."""

    model_config = example(name="Autumn campaign")

    name: Name
    idempotency_key: Key | None = None


class Workspace(Answer):
    """A place of its own for projects and runs."""

    workspace_id: str
    name: str
    created_at: UnixMs


class WorkspaceList(Answer):
    """A page of workspaces, the oldest first."""

    workspaces: list[Workspace]
    meta: Meta


class NewProject(Body):
    """Makes a project."""

    model_config = example(name="Posters")

    name: Name
    workspace_id: WorkspaceId = "ws_default"
    idempotency_key: Key | None = None


class Project(Answer):
    """A named part of a workspace."""

    project_id: str
    workspace_id: str
    name: str
    created_at: UnixMs


class ProjectList(Answer):
    """A page of projects, the oldest first."""

    projects: list[Project]
    meta: Meta
