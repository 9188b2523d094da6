"""Every error Limner raises on purpose: one tree, a class per decision a caller can make.

LimnerError
├── InvalidInput           the caller can mend the arguments           input_validation_error
│   └── InvalidMedia       … by sending another file                   input_validation_error
├── NotFound               no such thing, or not the caller's          not_found
├── IdempotencyConflict    the key belongs to another request          idempotency_conflict
├── Unavailable            refused before a run exists                 needs_provider, not_published, …
├── BudgetExceeded         the price is over what the caller allows    budget_exceeded
│   └── ConsentNeeded      … until the user agrees to it               consent_needed
├── Unauthorized           no key or token, or one that is not good    unauthorized
├── Forbidden              the token lacks a scope                     forbidden
├── TooManyRequests        the caller's rate is used up; wait          rate_limited
├── IssuerUnavailable      tokens cannot be checked now; wait          issuer_unavailable
├── InvalidTechnique       a technique file has mistakes               invalid_technique
├── InvalidBrandKit        a brand kit has mistakes                    invalid_brand_kit
├── ConfigurationError     a setting is wrong                          configuration_error
├── StoreError             the database cannot be used                 store_error
├── StepFailed             a step of a run ended without a result      step_failed, worker_crashed, …
│   ├── OutcomeUnknown     … and may have been billed                  outcome_unknown
│   └── ProviderFailed     … at a provider that had accepted it        provider_error, safety_blocked, …
├── NotAccepted            a provider took nothing on, billed nothing  provider_unavailable, provider_refused, …
└── LostOwnership          another process owns this run now           lost_ownership
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from limner.money import plain_usd, usd


class FieldError(NamedTuple):
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
    """The key was used for another request; nothing was done."""

    code = "idempotency_conflict"

    def __init__(self, *, key: str, diff: Sequence[Mapping[str, Any]], run_id: str | None = None) -> None:
        """run_id: the run that the key names; None: the first request was for something else than a run."""
        names = ", ".join(str(entry["field"]) for entry in diff) or "the request"
        if run_id is None:
            super().__init__(
                f"idempotency_key {key!r} was used before, with other values of: {names}.",
                fields=[FieldError("idempotency_key", "already used with a different request")],
                next_step=(
                    "To be given the first answer again, repeat the first request exactly. "
                    "For this different request, choose a new idempotency_key."
                ),
            )
        else:
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
        """Return how the requests differ, and the existing run if there is one."""
        return {"diff": self.diff} if self.run_id is None else {"run_id": self.run_id, "diff": self.diff}


class Unavailable(LimnerError):
    """Refused before a run exists: something the technique needs is not here."""

    code = "unavailable"


class BudgetExceeded(LimnerError):
    """The price is above what the caller allows; nothing was started."""

    code = "budget_exceeded"

    def __init__(self, message: str, *, amounts: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.amounts = dict(amounts or {})

    @classmethod
    def over_cap(cls, price_usd: float, max_cost_usd: float) -> "BudgetExceeded":
        """Return the error for a run that costs more than `max_cost_usd`."""
        return BudgetExceeded(
            f"The run would cost {usd(price_usd)}, max_cost_usd is {usd(max_cost_usd)}. Nothing was started.",
            amounts={"estimated_usd": price_usd},
            fields=[FieldError("max_cost_usd", f"must be at least {plain_usd(price_usd)}")],
            next_step="Raise max_cost_usd, or choose a cheaper technique.",
        )

    @classmethod
    def over_day(
        cls,
        price_usd: float,
        *,
        budget_usd: float,
        spent_usd: float,
        reserved_usd: float,
        day_ends_at: int,
    ) -> "BudgetExceeded":
        """Return the error for a run that does not fit into the day's budget. `day_ends_at` in Unix milliseconds."""
        from datetime import UTC, datetime  # not in the workers, which never get here

        day_ends = f"{datetime.fromtimestamp(day_ends_at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
        left = max(0.0, round(budget_usd - spent_usd - reserved_usd, 6))
        return BudgetExceeded(
            f"The run would cost {usd(price_usd)}. Of the daily budget of {usd(budget_usd)}, {usd(spent_usd)} is "
            f"spent and {usd(reserved_usd)} is reserved for runs under way: {usd(left)} is left. Nothing was started.",
            amounts={
                "estimated_usd": price_usd,
                "budget_usd": budget_usd,
                "spent_usd": spent_usd,
                "reserved_usd": reserved_usd,
                "left_usd": left,
                "day_ends_at": day_ends_at,
            },
            next_step=(
                f"Choose a cheaper technique, or call again when the day has ended: {day_ends}."
                if price_usd <= budget_usd
                else "Choose a cheaper technique: this one alone costs more than the daily budget."
            ),
        )

    @classmethod
    def unpriced(cls, known_usd: float, names: Sequence[str], limit: str) -> "BudgetExceeded":
        """Return the error for a run with work whose price is not known. limit: the reason why that matters.

        known_usd: what the rest costs.
        """
        return BudgetExceeded(
            f"The price of {' and '.join(names)} is not known, and {limit}. Nothing was started.",
            amounts={"estimated_usd": known_usd, "unpriced": list(names)},
            next_step=(
                "Name a model with a price: list_models shows them. The operator can set `price_usd` of a model in "
                "limner.toml."
            ),
        )

    def details(self) -> dict[str, Any]:
        """Return the amounts that the decision was made on."""
        return self.amounts


class ConsentNeeded(BudgetExceeded):
    """The price is high enough to ask the user first; `estimated_usd` is what to ask about."""

    code = "consent_needed"

    def __init__(self, estimated_usd: float | None, *, unpriced: Sequence[str] = ()) -> None:
        """estimated_usd: None, when it is not known, for want of the price of what `unpriced` names."""
        self.unpriced_names = tuple(unpriced)
        if estimated_usd is None:
            super().__init__(
                f"The price of {' and '.join(unpriced) or 'the run'} is not known, and the user has not agreed to "
                "that. Nothing was started.",
                amounts={"unpriced": list(unpriced)},
                next_step=(
                    "Name a model with a price: list_models shows them. Or ask the operator to set `price_usd` of this "
                    "one in limner.toml."
                ),
            )
        else:
            super().__init__(
                f"The run would cost {usd(estimated_usd)}, and the user has not agreed to that. Nothing was started.",
                amounts={"estimated_usd": estimated_usd},
                next_step=(
                    "Ask the user; if they agree, call again with the same arguments and idempotency_key, "
                    f"and max_cost_usd of at least {plain_usd(estimated_usd)}."
                ),
            )
        self.estimated_usd = estimated_usd


class Unauthorized(LimnerError):
    """Nobody was let in: a key or a token is missing, or is not good."""

    code = "unauthorized"
    next_step = (
        "Send an API key of this server as `Authorization: Bearer KEY` or `X-API-Key: KEY`; "
        "whoever runs the server makes one with `limner keys new NAME`."
    )

    def __init__(self, message: str, *, is_missing: bool = False, next_step: str | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.is_missing = is_missing
        """Whether nothing was sent at all, rather than something that is not good."""


class Forbidden(LimnerError):
    """The caller is known, and its token lacks a scope. `scopes`: all that are needed."""

    code = "forbidden"

    def __init__(self, message: str, *, scopes: Sequence[str]) -> None:
        super().__init__(
            message, next_step=f"Ask the issuer for a token with the scopes: {' '.join(scopes)}."
        )
        self.scopes = tuple(scopes)

    def details(self) -> dict[str, Any]:
        """Return the scopes that are needed."""
        return {"scopes": list(self.scopes)}


class TooManyRequests(LimnerError):
    """The caller has used up its rate for now."""

    code = "rate_limited"
    is_passing = True

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message, next_step=f"Wait {retry_after_seconds} s, then call again.")
        self.retry_after_seconds = retry_after_seconds

    def details(self) -> dict[str, Any]:
        """Return how long to wait."""
        return {"retry_after_seconds": self.retry_after_seconds}


class IssuerUnavailable(LimnerError):
    """Tokens cannot be checked, because their issuer's keys cannot be had. The token itself may be good."""

    code = "issuer_unavailable"
    is_passing = True
    next_step = "Call again in a minute with the same token; if it lasts, tell whoever runs the server."


class Problem(NamedTuple):
    """One mistake in a technique file or a brand kit: where it stands, what it is, how to mend it."""

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


class InvalidBrandKit(LimnerError):
    """A brand kit has mistakes; `problems` has each with file, line and remedy."""

    code = "invalid_brand_kit"
    next_step = "Mend the lines named, then run `limner brands check FILE`."

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


class OutcomeUnknown(StepFailed):
    """A paid request was sent, and no word came back: it may have been billed, and is never sent again by itself."""

    code = "outcome_unknown"
    next_step = (
        "Look at the provider's own list of jobs. "
        "If nothing is there, start a new run with another idempotency_key."
    )


class ProviderFailed(StepFailed):
    """A provider had accepted the work and ended it without a result."""

    code = "provider_error"
    next_step = "Read the provider's words; change the prompt, the inputs or the model, and start a new run."

    def __init__(self, message: str, *, billed_usd: float | None = 0.0, **more: Any) -> None:
        """billed_usd: what the provider charges all the same; None: its price."""
        super().__init__(message, **more)
        self.billed_usd = billed_usd


class NotAccepted(LimnerError):
    """A provider took nothing on, so that nothing is billed and the request may be sent again or elsewhere."""

    code = "provider_unavailable"
    next_step = "Call again in a while, or name another model: list_models(available_only=true)."

    def __init__(
        self, message: str, *, is_passing: bool = True, retry_after_seconds: float | None = None, **more: Any
    ) -> None:
        """is_passing: whether the same request may be accepted later. retry_after_seconds: when, if it said so."""
        super().__init__(message, **more)
        self.is_passing = is_passing
        self.retry_after_seconds = retry_after_seconds


class LostOwnership(LimnerError):
    """Another process owns this run now (or it has ended): stop working on it."""

    code = "lost_ownership"

    def __init__(self, run_id: str) -> None:
        super().__init__(f"{run_id} is no longer owned by this process")
