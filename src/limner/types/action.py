"""Actions: the contract of one deterministic operation on media."""

from dataclasses import dataclass

from limner.types.json import Json
from limner.types.media import Kind


@dataclass(frozen=True, slots=True)
class ActionPort:
    """What an action takes or makes, of one kind. `most` None: no upper bound."""

    kind: Kind
    least: int = 1
    most: int | None = 1
    description: str = ""

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return self.most != 1


@dataclass(frozen=True, slots=True)
class Action:
    """One deterministic operation on media: its contract, not its code."""

    action_id: str
    name: str
    description: str
    inputs: tuple[ActionPort, ...]
    outputs: tuple[ActionPort, ...]
    params: Json
    """JSON Schema properties by parameter name; each has `type`, `description` and `default`."""
    handler: str
    """`module:function` that a worker process imports; never imported by the server."""
    version: int = 1
    """Goes up when the result for equal input changes; part of the cache key."""
    sets_text: bool = False
    """Whether the result depends on which fonts are installed."""
    finds_people: bool = False
    """Whether the result depends on what finds people in pictures, if anything is installed that does."""
    reads_text: bool = False
    """Whether the result depends on what reads words in pictures, if anything is installed that does."""
    enlarges: bool = False
    """Whether the result depends on what draws pictures larger, if anything is installed that does."""
    speaks: bool = False
    """Whether the result depends on what speaks, and needs something installed that does."""
    edition: str = ""
    """What outside the code the result depends on, such as extra fonts; part of the cache key, empty for nothing."""
    estimated_seconds: float = 1.0
    timeout_seconds: float = 300.0

    def params_schema(self) -> Json:
        """Return the JSON Schema (2020-12) of the parameters object."""
        return {"type": "object", "properties": self.params, "additionalProperties": False}

    def defaults(self) -> Json:
        """Return every parameter's default value."""
        return {name: schema["default"] for name, schema in self.params.items()}
