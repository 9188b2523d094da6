"""What is known of a value before a run: its kind, whether it is a list, whether it can be missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from limner.techniques.narrowing import item_schema, list_bounds
from limner.techniques.references import parse_reference
from limner.types import Action, Json, Kind, Port, Technique

Count: TypeAlias = tuple[int, int | None]
"""The least and the most number of values; None: no upper bound."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes through a reference."""

    kind: Kind | None
    """None: only the run knows (brand kits)."""
    is_list: bool | None = False
    is_nullable: bool = False
    count: Count | None = None
    """Of a list; None: only the run knows."""
    schema: Json = field(default_factory=dict)
    """What narrows each text."""
    is_open: bool = False
    """How far a text is narrowed is not known."""
    members: Mapping[str, "Flow"] | None = None
    """Of an element of a zip."""

    @property
    def noun(self) -> str:
        """The value in words: `an image`, `a list of texts`."""
        if self.members is not None:
            return f"{'a list of objects' if self.is_list else 'an object'} of {', '.join(self.members)}"
        return noun(self.kind, bool(self.is_list))

    def element(self) -> "Flow":
        """Return what goes through one element of the list."""
        return replace(
            self, is_list=False if self.is_list is not None else None, is_nullable=False, count=None
        )

    def mapped(self, over: "Flow") -> "Flow":
        """Return the list that a step makes of this result when it runs for each element of `over`."""
        count = None if self.is_list or self.is_nullable or not over.is_list else over.count
        return replace(self, is_list=True, count=count, is_nullable=over.is_nullable)


def noun(kind: Kind | None, is_list: bool) -> str:
    """Return a kind in words."""
    if kind is None:
        return "a list" if is_list else "a value"
    if is_list:
        return f"a list of {kind}s" if kind is not Kind.AUDIO else "a list of audio"
    return ("an " if kind in (Kind.IMAGE, Kind.AUDIO) else "a ") + kind


def input_flow(port: Port) -> Flow:
    """Return what goes through an input of the technique."""
    return Flow(
        kind=port.type.kind,
        is_list=port.allow_multiple,
        is_nullable=port.optional and "default" not in port.schema,
        count=list_bounds(port) if port.allow_multiple else None,
        schema=item_schema(port),
    )


def action_flows(action: Action) -> dict[str, Flow]:
    """Return an action's results by name."""
    return {
        str(port.kind): Flow(
            port.kind, is_list=port.is_list, is_nullable=port.least == 0 and not port.is_list
        )
        for port in action.outputs
    }


def technique_flows(technique: Technique) -> dict[str, Flow]:
    """Return a nested technique's results by name."""
    return {port.id: _output_flow(port) for port in technique.outputs}


def remote_flows(step_id: str, outputs: Iterable[Port]) -> dict[str, Flow]:
    """Return the results of a provider's technique: those that the outputs read, under the provider's own ids."""
    read = [(port, parse_reference(port.source)) for port in outputs]
    return {
        str(reference.path[1]): _output_flow(port)
        for port, reference in read
        if reference is not None and reference.step == step_id and len(reference.path) == 2
    }


def _output_flow(port: Port) -> Flow:
    return Flow(
        port.type.kind, is_list=port.allow_multiple, is_nullable=port.optional, schema=item_schema(port)
    )


@dataclass(frozen=True, slots=True)
class Target:
    """What a step or an output takes at one place."""

    what: str
    """In words, for messages: `image of blur-image`."""
    kind: Kind | None
    takes_list: bool = False
    bounds: Count = (0, None)
    schema: Json = field(default_factory=dict)
    is_text_key: bool = False
    """Whether a literal text is a template here: under `text` and `prompt`."""
    takes_literal: bool = True


def port_target(port: Port, what: str) -> Target:
    """Return what an input of a nested technique takes."""
    return Target(
        what=what,
        kind=port.type.kind,
        takes_list=port.allow_multiple,
        bounds=list_bounds(port) if port.allow_multiple else (0, None),
        schema=item_schema(port),
        is_text_key=port.id in TEXT_KEYS,
    )


TEXT_KEYS = ("text", "prompt")
