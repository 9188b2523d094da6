"""How a run stands, in the words of the public API: four states, and six codes of what went wrong."""

from limner.types import Run, Status

CANCELLED = "cancelled"
INTERNAL_ERROR = "internal_error"
ERROR_CODES = (
    "provider_error",
    "model_timeout",
    "safety_blocked",
    "input_unreachable",
    INTERNAL_ERROR,
    CANCELLED,
)
_CODES = {
    "input_validation_error": "input_unreachable",  # found while composing: what an address held is no such media
    "needs_provider": "provider_error",
    "not_found": "input_unreachable",
    "outcome_unknown": "provider_error",
    "step_timeout": "model_timeout",
}
"""Ours → theirs, where it is not the same word; what stands in neither is an internal error."""


def public_status(run: Run) -> str:
    """Return `pending`, `running`, `completed` or `failed`: the public API has no cancelled runs."""
    return (Status.FAILED if run.status is Status.CANCELLED else run.status).value


def public_error(run: Run) -> tuple[str, str] | None:
    """Return one of ERROR_CODES and a message for a run that did not end well; None for every other."""
    match run.status:
        case Status.CANCELLED:
            return CANCELLED, "The run was cancelled."
        case Status.FAILED:
            error = run.error or {}
            code = str(error.get("code", INTERNAL_ERROR))
            code = _CODES.get(code, code if code in ERROR_CODES else INTERNAL_ERROR)
            return code, str(error.get("message") or "The run failed.")
        case Status.PENDING | Status.RUNNING | Status.COMPLETED:
            return None
