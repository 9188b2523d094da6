"""A profile: how one provider's queue is spoken to, as data; every key that it may have, and what each means."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from limner.providers.slots import is_place, slots_in
from limner.types import Json, Kind

MEDIA_SLOTS = frozenset({"image", "images", "video", "videos", "audio", "audios"})
INPUT_SLOTS = frozenset({"prompt", "model", "seed", *MEDIA_SLOTS})
"""What the input may name beside the model's parameters."""
_JOB_SLOTS = frozenset({"model", "id"})


def _place(value: str) -> str:
    if not is_place(value):
        raise ValueError("must be a place in the answer, such as output.0.url or images.*.url")
    return value


def _slots(*known: str) -> AfterValidator:
    def check(value: Any) -> Any:
        if unknown := slots_in(value) - set(known):
            raise ValueError(
                f"has the unknown slot {{{{{min(unknown)}}}}}; known: {', '.join(sorted(known))}"
            )
        return value

    return AfterValidator(check)


def _below(value: str) -> str:
    if "://" in value or value.startswith("//"):
        raise ValueError("must be an address below base_url: the key goes nowhere else")
    return value


Place = Annotated[str, AfterValidator(_place)]
Below = Annotated[str, AfterValidator(_below)]
JobAddress = Annotated[Below, _slots(*_JOB_SLOTS)]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
State = Literal["waiting", "working", "done", "failed", "cancelled"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Auth(_Section):
    """The header that proves who asks."""

    header: str = "Authorization"
    value: Annotated[str, _slots("key")] = "Bearer {{key}}"


class Check(_Section):
    """A question that costs nothing, and is answered only to who has a good key."""

    url: Below


class Submit(_Section):
    """The request that makes something."""

    method: Method = "POST"
    url: Annotated[Below, _slots("model")]
    encoding: Literal["json", "multipart"] = "json"
    body: Annotated[Json | str, _slots("model", "input")] = "{{input}}"
    input: Json = Field(default_factory=lambda: {"prompt": "{{prompt}}"})
    """Where a model says nothing else: what it is given. Parameters that have no slot are added under their names."""
    params_map: dict[str, str] = Field(default_factory=dict)
    """Their names of parameters, by ours."""
    headers: dict[str, str] = Field(default_factory=dict)
    key_header: str | None = None
    """The header that takes an idempotency key; only of a provider that promises one job for one key."""


class Inputs(_Section):
    """Files that go out."""

    inline_bytes: int = Field(default=4_000_000, ge=0, le=64_000_000)
    """Files up to this size stand in the body as `data:` URIs; larger ones are uploaded."""


class Upload(_Section):
    """How a file is brought to the provider before it is named in a request."""

    method: Method = "POST"
    url: str
    """Below base_url; or an address of its own, and then `is_trusted` must say that the key may go there."""
    is_trusted: bool = False
    field: str = "file"
    """Of the form, where the file goes in one step."""
    body: Annotated[Json, _slots("file_name", "media_type")] | None = None
    """Of the request for a place, where it goes in two."""
    put: Place | None = None
    """Where in the answer the address stands to which the file is then PUT."""
    address: Place
    """Where in the answer the address stands that goes into the request."""
    max_bytes: int = Field(default=100_000_000, ge=1)

    @model_validator(mode="after")
    def _is_whole(self) -> "Upload":
        if "://" in self.url and not self.is_trusted:
            raise ValueError("url is not below base_url: is_trusted = true lets the key go there")
        if (self.put is None) != (self.body is None):
            raise ValueError("put and body belong together: both, for an upload in two steps, or neither")
        return self


class Accepted(_Section):
    """What stands in the answer that says yes."""

    id: Place
    status_url: Place | None = None
    result_url: Place | None = None
    cancel_url: Place | None = None


class Status(_Section):
    """The question how the work stands."""

    method: Method = "GET"
    url: JobAddress | None = None
    """Where the acceptance names no address."""
    state: Place
    states: dict[str, State]
    progress: Place | None = None
    progress_end: float = Field(default=1.0, gt=0)
    """The value of `progress` that means: all done."""
    position: Place | None = None
    """How much else is before it."""

    @model_validator(mode="after")
    def _ends(self) -> "Status":
        if "done" not in self.states.values():
            raise ValueError('states must say which word means "done"')
        return self


class Result(_Section):
    """Where what was made stands: in the last answer on the status, or behind an address of its own."""

    url: JobAddress | None = None
    content_url: JobAddress | None = None
    """The address of the file itself."""
    image: list[Place] = Field(default_factory=list)
    video: list[Place] = Field(default_factory=list)
    audio: list[Place] = Field(default_factory=list)
    text: list[Place] = Field(default_factory=list)
    cost: Place | None = None
    """What it charges, in US dollars."""

    def places(self, kind: Kind) -> list[str]:
        """Return where results of a kind may stand, the likeliest first."""
        return {
            Kind.IMAGE: self.image,
            Kind.VIDEO: self.video,
            Kind.AUDIO: self.audio,
            Kind.TEXT: self.text,
            Kind.DOCUMENT: [],
        }[kind]


class Failure(_Section):
    """What stands in an answer when the work has failed."""

    message: Place | None = None
    code: Place | None = None
    header: str | None = None
    """An answer with this header tells of the work's failure, whatever its status."""
    safety: list[str] = Field(default_factory=list)
    """Words in the code or the message of work that was refused for what it shows."""
    is_billed: bool = False


class Cancel(_Section):
    """How work is stopped."""

    method: Method = "POST"
    url: JobAddress | None = None
    answer: Place | None = None
    unbilled: list[str] = Field(default_factory=list)
    """Values at `answer` that say: stopped before it cost anything."""


class Profile(_Section):
    """How one provider is spoken to."""

    base_url: str = ""
    auth: Auth = Auth()
    check: Check | None = None
    submit: Submit
    inputs: Inputs = Inputs()
    upload: Upload | None = None
    accepted: Accepted
    status: Status
    result: Result = Result()
    failure: Failure = Failure()
    cancel: Cancel | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "Profile":
        if self.status.url is None and self.accepted.status_url is None:
            raise ValueError("status.url or accepted.status_url must say where to ask")
        places = any(self.result.places(kind) for kind in Kind)
        if not places and self.result.content_url is None:
            raise ValueError("result must say where the result is: image, video, audio, text or content_url")
        if self.cancel and self.cancel.url is None and self.accepted.cancel_url is None:
            raise ValueError("cancel.url or accepted.cancel_url must say where to cancel")
        return self
