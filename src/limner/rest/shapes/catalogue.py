"""Models and actions: what a run can be made of."""

from typing import Any, Literal

from pydantic import Field

from limner.rest.shapes.common import Answer, Meta, Usd
from limner.rest.shapes.runs import KindName


class Option(Answer):
    """One value that a parameter may have."""

    label: str
    value: Any
    description: str | None = None


class ModelParam(Answer):
    """A parameter of a model."""

    name: str
    type: Literal["string", "string[]", "bool", "int", "int?", "seed", "float", "dict"]
    required: bool
    default: Any = None
    label: str | None = None
    description: str | None = None
    min: float | None = None
    max: float | None = None
    options: list[Option] | None = None


class Count(Answer):
    """How many values an action takes; `max` left out: any number."""

    min: int
    max: int | None = None


class ActionPort(Answer):
    """What an action takes or makes, or a model takes."""

    name: str
    type: KindName
    multiple: Count | Literal[True] | None = Field(None, description="How many, where it is a list.")
    optional: bool | None = None
    description: str | None = None


class Model(Answer):
    """Something that generates."""

    model_id: str
    name: str
    description: str
    provider: str
    type: KindName
    fidelity: Literal["model", "layout-draft"] = Field(
        description="`layout-draft`: set out like what the prompt asks for, with placeholders; not a generated picture."
    )
    availability: Literal["ready", "needs_provider"]
    capabilities: list[str]
    estimated_credits: float | None = Field(
        description="US dollars of a call with default parameters; null where that is not known."
    )
    estimated_seconds: float
    inputs: list[ActionPort]
    params: list[ModelParam]


class ModelList(Answer):
    """A page of models."""

    models: list[Model]
    meta: Meta


class ActionParam(Answer):
    """A parameter of an action."""

    key: str
    type: Literal["string", "number", "boolean", "object", "array"]
    label: str
    description: str
    default_value: Any
    available_values: list[Option] | None = None
    min_number_value: float | None = None
    max_number_value: float | None = None
    number_step: float | None = None


class Action(Answer):
    """One deterministic operation on media."""

    action_id: str
    name: str
    description: str
    charged_cost: Usd
    inputs: list[ActionPort]
    outputs: list[ActionPort]
    params: list[ActionParam]


class ActionList(Answer):
    """A page of actions, in public order."""

    actions: list[Action]
    meta: Meta
