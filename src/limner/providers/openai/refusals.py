"""What OpenAI's error codes mean beyond their status: rules of content, and an account that is used up."""

from typing import Any

from limner.errors import NotAccepted
from limner.providers.wire import Answer, Refusal

SAFETY_CODES = ("content_policy_violation", "moderation_blocked", "content_filter")
USED_UP_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""`insufficient_quota` comes with 429, which otherwise passes."""
OTHER_WORDS = (
    "Change the prompt or the inputs: the provider's rules forbid this, and the same request fails again."
)


def understood(refusal: Refusal, provider: str) -> NotAccepted:
    """Return what a refusal means; itself, where its status says all."""
    code = _code(refusal.answer)
    if code in SAFETY_CODES:
        return NotAccepted(
            refusal.message,
            is_passing=False,
            code="safety_blocked",
            next_step=OTHER_WORDS,
        )
    if code in USED_UP_CODES:
        return NotAccepted(
            refusal.message,
            is_passing=False,
            code="provider_out_of_credit",
            next_step=f"The account at {provider} has no credit: ask the operator to fill it up.",
        )
    return refusal


def _code(answer: Answer) -> str | None:
    try:
        body: Any = answer.json()
    except ValueError:
        return None
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) else None
