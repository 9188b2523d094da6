"""What a run came to in short, and what made its outputs."""

from typing import Any

from pydantic import Field

from limner.rest.shapes.common import Answer, UnixMs, Usd
from limner.rest.shapes.techniques import PortTypeName


class BrandKitUsed(Answer):
    """The brand kit of a run, bound to its revision."""

    brand_kit: str
    revision: str


class MadeFile(Answer):
    """A file or text, named by its content."""

    sha256: str = Field(description="Of the file's bytes; of a text, of its UTF-8.")
    size_bytes: int
    asset_id: str | None = Field(None, description="Not of a text.")
    media_type: str | None = None


class InputFile(MadeFile):
    """A file that went into a run; of an address, what was fetched from it."""

    input: str
    index: int | None = None


class MadeOutput(MadeFile):
    """One output of a run."""

    output_id: str
    type: PortTypeName
    index: int | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


class RunSummary(Answer):
    """A completed run in short."""

    outputs: list[MadeOutput]
    score: float | None = Field(None, description="From 0 to 1, of a run that was scored.")
    seed: int
    revision: str | None = Field(None, description="Of the technique.")
    brand_kit: BrandKitUsed | None = None
    seconds: float = Field(description="From the start of work to the end.")
    charged_usd: Usd
    provenance: str | None = Field(None, description="Where the whole of it is.")


class MadeStep(Answer):
    """One step that was executed. Runs of earlier versions have the action's id only."""

    step: str
    action_id: str
    version: int | None = Field(None, description="The action's version, which changes when its outputs do.")
    edition: str | None = Field(
        None, description="What else the action's outputs depend on here, such as fonts."
    )
    params: dict[str, Any] | None = Field(None, description="With defaults filled in.")
    params_sha256: str | None = Field(None, description="In place of parameters that are long.")


class Bought(Answer):
    """One request to a provider that was accepted, or may have been."""

    step: str
    provider: str
    model: str = Field(description="The provider's own id of the model or technique.")
    state: str = Field(description="`settled`, or `unknown`: nobody knows whether it was accepted.")
    charged_usd: Usd
    job_id: str | None = Field(None, description="The provider's own name of the work.")
    details: dict[str, Any] | None = Field(
        None, description="What else the provider says, such as the model's exact version and tokens used."
    )


class Provenance(Answer):
    """What made a run's outputs. Of two runs of one request, only `run_id`, times and `cached_steps` differ."""

    limner_version: str | None = None
    run_id: str
    technique: dict[str, Any] | None = Field(None, description="Id, name and revision.")
    action: dict[str, Any] | None = Field(None, description="Id and parameters.")
    generation: dict[str, Any] | None = Field(None, description="Model, prompt and parameters.")
    inputs: dict[str, Any] = Field(description="As the request gave them.")
    input_files: list[InputFile]
    seed: int
    brand_kit: BrandKitUsed | None = None
    evaluation: dict[str, Any] | None = Field(None, description="The score with all its evidence.")
    created_at: UnixMs
    started_at: UnixMs | None = None
    completed_at: UnixMs
    engine: dict[str, str] | None = Field(
        None,
        description="Versions of Limner, Python and the packages that make media, when the run completed.",
    )
    steps: list[MadeStep]
    cached_steps: list[str] = Field(description="Steps whose results were there from an earlier run.")
    purchases: list[Bought] | None = Field(None, description="What providers were asked for, and charged.")
    outputs: list[MadeOutput]
