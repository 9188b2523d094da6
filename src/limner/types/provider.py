"""Providers: how one is reached, what it is asked for, its word that it has accepted, and what it made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from limner.types.json import Json
from limner.types.media import Kind
from limner.types.model import Model
from limner.types.technique import Port


@dataclass(frozen=True, slots=True)
class ProviderProblem:
    """Why a configured provider cannot be asked, and how its operator mends that. Names no secret."""

    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One section `[providers.NAME]` of `limner.toml`, its secrets already read."""

    name: str
    """Stands before the ids of its models: `NAME/their-id`."""
    type: str
    """Which adapter speaks to it: `openai`, `flora`, `queue`, `comfyui`, or one of an entry point."""
    base_url: str
    """Without a slash at its end; as the section has it it may be empty, and then its adapter knows one."""
    api_key: str | None = field(default=None, repr=False)
    api_key_env: str | None = None
    """The variable that holds the key."""
    api_key_keyring: tuple[str, str] | None = None
    """(service, user): where the key is in the system's keyring, which is asked when the provider is connected."""
    enabled: bool = True
    """Whether it is there at all."""
    problem: ProviderProblem | None = None
    """What is missing here, so that it cannot be asked; None: nothing known."""
    options: Json = field(default_factory=dict)
    """What the adapter alone understands, and checks; secrets in it are named by the variables that hold them."""
    models: tuple[Json, ...] = ()
    """What the section says of models: `{id, type, name, price_usd, …}`; the adapter reads and checks it."""
    max_jobs: int = 4
    """So much is asked of it at once."""
    connect_seconds: float = 10.0
    submit_seconds: float = 120.0
    """Until it has answered a request that makes something."""
    result_seconds: float = 1800.0
    """Until what it has accepted must be there."""
    max_download_bytes: int = 1_000_000_000
    folder: Path = Path()
    """Where the relative paths in its options start: the folder of `limner.toml`."""


class Task(StrEnum):
    """What is asked of a provider."""

    MODEL = "model"
    """Make something of a prompt."""
    TECHNIQUE = "technique"
    """Run a technique of the provider's own."""
    CHAT = "chat"
    """Continue a conversation in which tools may be called."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file on this machine that a provider is given, or that it has made."""

    path: Path
    media_type: str

    @property
    def kind(self) -> Kind:
        """The kind of media, from its media type; an SVG is a document, as everywhere in Limner."""
        head = self.media_type.partition("/")[0]
        is_media = head in ("image", "video", "audio", "text") and self.media_type != "image/svg+xml"
        return Kind(head) if is_media else Kind.DOCUMENT


Given: TypeAlias = MediaFile | str
"""A value that goes to a provider or comes from it: a file, or text."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider is asked to make: all that it needs, and nothing that names the caller."""

    task: Task
    target: str
    """The provider's own id of the model or the technique, without the provider's name."""
    kind: Kind = Kind.TEXT
    """What a model is to make."""
    prompt: str = ""
    params: Json = field(default_factory=dict)
    inputs: Mapping[str, Sequence[Given]] = field(default_factory=dict)
    """By kind (`image`, `video`, `audio`) for a model; by the id of the input for a technique."""
    seed: int = 0
    messages: tuple[Json, ...] = ()
    """Of a chat: as in OpenAI's chat completions."""
    tools: tuple[Json, ...] = ()
    """Of a chat: the functions that may be called, as in OpenAI's chat completions."""
    result_schema: Json | None = None
    """JSON Schema that the text is to satisfy; None: plain text."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A provider's word that it has accepted: with it, any process can collect the result, after a crash too."""

    job_id: str
    handle: Json = field(default_factory=dict)
    """What the adapter needs to ask again, such as addresses. JSON; no secrets."""


@dataclass(frozen=True, slots=True)
class MadeItem:
    """One thing that a provider made."""

    output_id: str
    """The kind (`image` …) for a model, the id of the output for a technique, `text` for a chat."""
    value: Given


@dataclass(frozen=True, slots=True)
class Made:
    """What a provider made, downloaded."""

    items: tuple[MadeItem, ...]
    cost_usd: float | None = None
    """What it says that it charges; None: it does not say, and the price counts."""
    message: Json | None = None
    """Of a chat: the assistant's message, with its `tool_calls` if there are any."""
    details: Json = field(default_factory=dict)
    """What is worth keeping in the log: its request id, the model's exact version, tokens used. No secrets."""


@dataclass(frozen=True, slots=True)
class RemoteTechnique:
    """A technique of a provider's own, as the provider describes it."""

    native_id: str
    """The provider's own id, as `Order.target` has it."""
    name: str
    description: str
    inputs: tuple[Port, ...]
    """Their ids are those of `Order.inputs`: the provider's own."""
    outputs: tuple[Port, ...]
    """Their ids are those of `MadeItem.output_id`: letters, digits, `_` and `-`, beginning with a letter or `_`."""
    price_usd: float
    """What a run costs."""
    estimated_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Offers:
    """What a provider offers now."""

    models: tuple[Model, ...] = ()
    techniques: tuple[RemoteTechnique, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to have something made, and why it was chosen."""

    provider: str
    target: str
    """The provider's own id of the model or technique."""
    price_usd: float | None
    """Of this order; None: not known."""
    params: Json = field(default_factory=dict)
    """What was asked for, in the model's own parameters."""
    model: Model | None = None
    """None: a technique of the provider's."""
    why: str = ""
    warnings: tuple[str, ...] = ()
    """What of the wishes it cannot do."""


class Preference(StrEnum):
    """What decides between models that fit equally."""

    PRICE = "price"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """What the operator says of which model serves a request that names none."""

    prefer: Preference = Preference.PRICE
    order: tuple[str, ...] = ()
    """Providers, and models as `provider/model`: one that stands here goes before what follows, and the rest."""
    never: tuple[str, ...] = ()
    """Providers, and models as `provider/model`, that are never chosen. A request may still name them."""
