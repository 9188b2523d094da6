"""Every error Limner raises on purpose: one tree, a class per decision a caller can make.

LimnerError
├── InvalidInput           the caller can mend the arguments           input_validation_error
│   └── InvalidMedia       … by sending another file                   input_validation_error
├── NotFound               no such thing, or not the caller's          not_found
├── IdempotencyConflict    the key belongs to another request          idempotency_conflict
├── Unavailable            refused before a run exists                 needs_provider, not_published, …
├── BudgetExceeded         the price is over what the caller allows    budget_exceeded
├── InvalidTechnique       a technique file has mistakes               invalid_technique
├── ConfigurationError     a setting is wrong                          configuration_error
├── StoreError             the database cannot be used                 store_error
├── StepFailed             a step of a run ended without a result      step_failed, worker_crashed, …
└── LostOwnership          another process owns this run now           lost_ownership
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class LimnerError(Exception):
    """The root. `code` is stable and machine-readable; `next_step` tells an agent the way out."""

    code = "internal_error"
    is_passing = False
    """Whether the same work, done again unchanged, may succeed."""
    next_step = "Try again; if it fails again, report the message."

    def __init__(
        self,
        message: str,
        *,
        fields: Sequence[FieldError] = (),
        next_step: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = tuple(fields)
        if next_step is not None:
            self.next_step = next_step
        if code is not None:
            self.code = code

    def details(self) -> dict[str, Any]:
        """Return what this class adds to the error document beyond code, message and fields."""
        return {}

    def document(self) -> dict[str, Any]:
        """Return `{code, message, fields?, next_step, …}`, the shape every face sends."""
        document: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            document["fields"] = [{"field": f.field, "message": f.message} for f in self.fields]
        return {**document, **self.details(), "next_step": self.next_step}


class InvalidInput(LimnerError):
    """The caller can mend the arguments; `fields` names each one."""

    code = "input_validation_error"
    next_step = "Correct the fields named in `fields` and call again."

    @classmethod
    def of(cls, field: str, problem: str, *, next_step: str | None = None) -> Self:
        """Return the error for one field; its message is `field: problem`."""
        return cls(f"{field}: {problem}", fields=[FieldError(field, problem)], next_step=next_step)

    @classmethod
    def of_all(cls, problems: Sequence[FieldError]) -> Self:
        """Return the error for several fields; its message names them all."""
        said = "; ".join(f"{problem.field}: {problem.message.removesuffix('.')}" for problem in problems)
        return cls(said, fields=problems)


class InvalidMedia(InvalidInput):
    """A file that cannot be read as media, or is over a limit."""

    next_step = "Send another file: check that it opens in a viewer and is within the limit named."


class NotFound(LimnerError):
    """There is no such thing, or the caller may not see it."""

    code = "not_found"


class IdempotencyConflict(LimnerError):
    """The key was used for another request; nothing was started."""

    code = "idempotency_conflict"

    def __init__(self, *, key: str, run_id: str, diff: Sequence[Mapping[str, Any]]) -> None:
        names = ", ".join(str(entry["field"]) for entry in diff) or "the request"
        super().__init__(
            f"idempotency_key {key!r} already names {run_id}, started with other values of: {names}.",
            fields=[FieldError("idempotency_key", f"already used by {run_id} with a different request")],
            next_step=(
                f"To read the existing result call get_run(run_id={run_id!r}). "
                "To start this different request, choose a new idempotency_key."
            ),
        )
        self.run_id = run_id
        self.diff = [dict(entry) for entry in diff]

    def details(self) -> dict[str, Any]:
        """Return the existing run and how the requests differ."""
        return {"run_id": self.run_id, "diff": self.diff}


class Unavailable(LimnerError):
    """Refused before a run exists: something the technique needs is not here."""

    code = "unavailable"


class BudgetExceeded(LimnerError):
    """The price is above what the caller allows, or unknown while a cap is given."""

    code = "budget_exceeded"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a technique file: where it stands, what it is, how to mend it."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.remedy}"


class InvalidTechnique(LimnerError):
    """A technique file has mistakes; `problems` has each with file, line and remedy."""

    code = "invalid_technique"
    next_step = "Mend the lines named, then run `limner techniques check FILE`."

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ConfigurationError(LimnerError):
    """A setting has a bad value, named in the message with what is allowed."""

    code = "configuration_error"
    next_step = "Correct the setting and start Limner again."


class StoreError(LimnerError):
    """The database cannot be used: wrong place, newer schema, damaged file."""

    code = "store_error"


class StepFailed(LimnerError):
    """A step ended without a result. `charged` says whether money was spent on it."""

    code = "step_failed"
    next_step = "Read the message; mend the input or the parameters and start again."


class LostOwnership(LimnerError):
    """Another process owns this run now (or it has ended): stop working on it."""

    code = "lost_ownership"

    def __init__(self, run_id: str) -> None:
        super().__init__(f"{run_id} is no longer owned by this process")
