"""What an action's code gets to work with: inputs, parameters, limits, a folder to write in, and a voice."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from limner.errors import InvalidInput, StepFailed
from limner.types import Json, Kind, Limits

BY_RULES = "rules"
"""Who thought, in the events of an action: nobody, measurements and rules."""


class Given(NamedTuple):
    """One input value: a file with its media type, or text."""

    path: Path | None = None
    media_type: str | None = None
    text: str | None = None


class Made(NamedTuple):
    """One result: a file below the job's folder, or text."""

    kind: Kind
    path: Path | None = None
    text: str | None = None


class Job(NamedTuple):
    """One execution of an action inside a worker process."""

    inputs: Mapping[Kind, tuple[Given, ...]]
    params: Json
    """Every parameter, defaults filled in, already validated."""
    folder: Path
    limits: Limits
    seed: int = 0
    tell: Callable[[Json], None] = lambda line: None

    def progress(self, fraction: float, message: str = "") -> None:
        """Report how far the work is, 0 to 1. Cheap to call often: the parent conflates."""
        self.tell({"progress": round(min(1.0, max(0.0, fraction)), 4), "message": message})

    def warn(self, message: str) -> None:
        """Tell the user about something that is not as asked, without failing."""
        self.tell({"warning": message})

    def explain(self, kind: str, **told: Any) -> None:
        """Log how the result is come to. kind: `planning`, `reasoning` or `tool_call`, as of an agent.

        Every such event says that no model was asked.
        """
        self.tell({"event": {"type": kind, "by": BY_RULES, **told}})

    def path(self, kind: Kind, index: int = 0) -> Path:
        """Return the path of the nth input of a kind."""
        path = self.inputs[kind][index].path
        if path is None:
            raise InvalidInput.of(kind.value, "expects a file, got text")
        return path

    def paths(self, kind: Kind) -> tuple[Path, ...]:
        """Return the paths of all inputs of a kind, in order."""
        return tuple(self.path(kind, index) for index in range(len(self.inputs.get(kind, ()))))

    def text(self, index: int = 0) -> str:
        """Return the nth text input."""
        text = self.inputs[Kind.TEXT][index].text
        if text is None:
            raise InvalidInput.of("text", "expects text, got a file")
        return text

    def new_file(self, name: str) -> Path:
        """Return a path to write a result to; `name` is a plain file name with its extension."""
        return self.folder / name


Handler = Callable[[Job], tuple[Made, ...]]


def over_limit(field_name: str, what: str, value: float, limit: float, setting: str) -> InvalidInput:
    """Return the error that names a limit, the value that broke it, and the setting that moves it."""
    return InvalidInput.of(
        field_name,
        f"{what} is {value:,.6g}, the limit is {limit:,.6g}",
        next_step=f"Send something smaller, or ask the operator to raise {setting}.",
    )


def no_result(action_id: str, reason: Any) -> StepFailed:
    """Return the error of an action that could not make its result."""
    return StepFailed(f"{action_id}: {reason}")
