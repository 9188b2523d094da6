"""What every answer says beside its result: errors within it, tokens used, the money, and who to ask about it."""

import json
from collections.abc import Mapping
from typing import Any

from limner.errors import OutcomeUnknown, ProviderFailed
from limner.providers.openai.options import TokenPrices
from limner.providers.openai.refusals import OTHER_WORDS, SAFETY_CODES
from limner.providers.wire import MOST_WORDS, Answer
from limner.types import Json
from limner.types.json import present


def object_in(provider: str, answer: Answer) -> Json:
    """Return the JSON object of an accepted answer.

    Raises: OutcomeUnknown, when it is cut short or no JSON; ProviderFailed, when it holds an error (OpenRouter says
    so with status 200 when it had begun to work) or no object.
    """
    try:
        body = answer.json()
    except ValueError as problem:
        raise OutcomeUnknown(
            f"{provider} accepted, and answered with something that is not JSON."
        ) from problem
    if not isinstance(body, dict):
        raise ProviderFailed(f"{provider} answered with JSON that is no object.", billed_usd=None)
    if body.get("error"):
        raise failed_within(provider, body["error"])
    return body


def failed_within(provider: str, error: Any, *, billed_usd: float | None = None) -> ProviderFailed:
    """Return what an error within an accepted answer means."""
    told = error if isinstance(error, dict) else {"message": error}
    words = " ".join(str(told.get("message") or json.dumps(told)).split())[:MOST_WORDS]
    if str(told.get("code")) in SAFETY_CODES:
        return blocked(provider, words, billed_usd=billed_usd)
    return ProviderFailed(f"{provider} began and failed: {words}", billed_usd=billed_usd)


def blocked(provider: str, words: str, *, billed_usd: float | None = None) -> ProviderFailed:
    """Return the error for work that the provider withholds because of what it shows or says."""
    return ProviderFailed(
        f"{provider} withholds the result: {words[:MOST_WORDS]}",
        code="safety_blocked",
        billed_usd=billed_usd,
        next_step=OTHER_WORDS,
    )


def cost_in(body: Json, prices: TokenPrices | None, *, is_free: bool) -> float | None:
    """Return what a call cost, in US dollars: as the answer says it, else tokens x prices; None where unknown.

    OpenRouter says `usage.cost`. Chat counts `prompt_tokens` and `completion_tokens`; the rest `input_tokens` and
    `output_tokens`.
    """
    usage = body.get("usage")
    if is_free:
        return 0.0
    if not isinstance(usage, Mapping):
        return None
    said, asked, answered = (
        _first_amount(usage, names)
        for names in (("cost",), ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
    )
    if said is not None or prices is None or asked is None or answered is None:
        return said
    return prices.of(asked, answered)


def details_in(body: Json, answer: Answer) -> Json:
    """Return what is worth keeping of an answer: what to quote to the provider, the exact model, the tokens."""
    usage = body.get("usage")
    tokens = (
        {name: value for name, value in usage.items() if _is_amount(value)} if isinstance(usage, dict) else {}
    )
    return present(
        request_id=answer.headers.get("x-request-id"),
        response_id=_text(body.get("id")),
        model=_text(body.get("model")),
        system_fingerprint=_text(body.get("system_fingerprint")),
        usage=tokens or None,
    )


def _first_amount(usage: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    return next((float(usage[name]) for name in names if _is_amount(usage.get(name))), None)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _text(value: Any) -> str | None:
    return value[:MOST_WORDS] if isinstance(value, str) and value else None
