"""What the shapes of all operations share: errors, pages, ids."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from limner.types import Json

MAX_LIMIT = 100


def without_null(schema: Json) -> Json:
    """Return a JSON Schema that does not allow null in place of a value."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if not kinds:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kinds[0], **rest} if len(kinds) == 1 else {"anyOf": kinds, **rest}


def _leave_out_null(schema: Json) -> None:
    properties = schema.get("properties", {})
    for name, each in properties.items():
        if name not in schema.get("required", ()):
            shown = {word: value for word, value in each.items() if word != "default"}
            properties[name] = without_null(shown)


class Answer(BaseModel):
    """An answer. A field without a value is left out, and so never null unless it is required."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_leave_out_null)


class Body(BaseModel):
    """A request's body. A field that it does not have is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class FieldProblem(Answer):
    """One field of the request and what is wrong with it."""

    field: str
    message: str


class Problem(Answer):
    """What went wrong, for programs (`code`) and for people (`message`, which ends with the way out)."""

    code: str
    message: str
    fields: list[FieldProblem] | None = None
    run_id: str | None = Field(None, description="Of a conflict: the run that the key already names.")
    diff: list[dict[str, Any]] | None = Field(
        None, description="Of a conflict: `field`, `existing` and `given`."
    )


class ErrorAnswer(Answer):
    """Every answer that is not a success."""

    error: Problem


class Meta(Answer):
    """Where the next page begins."""

    next_cursor: str | None = Field(description="Pass it as `cursor`; null on the last page.")
    total_estimate: int | None = None


def example(**fields: Any) -> ConfigDict:
    """Return the configuration of a body with an example in its schema."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


RunId = Annotated[str, Path(pattern="^run_", max_length=100, description="The id of a run: `run_…`.")]
TechniqueName = Annotated[
    str, Path(min_length=1, max_length=200, description="Its id (`tech_…`) or its slug.")
]
WorkspaceId = Annotated[
    str, Field(pattern="^ws_", max_length=100, description="The id of a workspace: `ws_…`.")
]
ProjectId = Annotated[
    str, Field(pattern="^prj_", max_length=100, description="The id of a project: `prj_…`.")
]
InWorkspace = Annotated[WorkspaceId | None, Query(description="Only what is in this workspace: `ws_…`.")]
InProject = Annotated[ProjectId | None, Query(description="Only what is in this project: `prj_…`.")]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=1000,
        description="`meta.next_cursor` of the page before; without it, the first page.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most items of one page.")]
UnixMs = Annotated[int, Field(description="Unix milliseconds.")]
Usd = Annotated[float, Field(ge=0, description="US dollars.")]
