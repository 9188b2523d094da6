"""Techniques, and their revisions."""

from typing import Any, Literal

from pydantic import Field

from limner.rest.shapes.common import Answer, Meta, UnixMs, Usd

PortTypeName = Literal["imageUrl", "videoUrl", "audioUrl", "text", "documentUrl"]


class Port(Answer):
    """An input or output of a technique."""

    id: str
    name: str
    type: PortTypeName
    description: str | None = None
    specified_aspect_ratio: str | None = Field(None, description="Required aspect ratio, such as `16:9`.")
    specified_duration: float | None = Field(None, description="Required duration in seconds.")
    optional: bool | None = None
    allow_multiple: bool | None = Field(None, description="Whether the value is a list.")


class Technique(Answer):
    """A technique as lists show it."""

    technique_id: str
    name: str
    description: str
    run_cost: Usd
    is_run_cost_known: bool | None = Field(
        None, description="False where `run_cost` leaves steps out whose price is not known."
    )
    inputs: list[Port]
    outputs: list[Port]
    availability: Literal["ready", "needs_provider", "not_published"]
    needs: list[str] | None = Field(None, description="What is missing here, in words.")


class TechniqueDetail(Technique):
    """A technique with its schemas and an example."""

    revision: str
    is_published: bool
    fidelity: str = Field(description="`faithful`, `procedural` or `model`.")
    tags: list[str]
    estimated_seconds: float
    input_schema: dict[str, Any] = Field(description="JSON Schema of `inputs` of `POST /runs/technique`.")
    output_schema: dict[str, Any]
    definition: dict[str, Any] = Field(description="The content that the revision is the hash of.")
    example: dict[str, Any] = Field(description="A body for `POST /runs/technique`.")


class TechniqueList(Answer):
    """A page of techniques, in the order of their ids."""

    techniques: list[Technique]
    meta: Meta


class Revision(Answer):
    """One immutable version of a technique."""

    revision: str
    is_published: bool
    is_draft: bool = Field(description="Whether it is what the technique's file says now, not yet published.")
    created_at: UnixMs | None = Field(None, description="When it was first run or published.")


class RevisionList(Answer):
    """The revisions of a technique, newest first."""

    technique_id: str
    revisions: list[Revision]


class RevisionDetail(Revision):
    """A revision with what it holds."""

    technique_id: str
    definition: dict[str, Any]
