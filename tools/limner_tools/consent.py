"""Asks the user before money is spent, where the host can ask (MCP elicitation, both eras)."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import anyio
import mcp_types as t
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from limner.errors import ConsentNeeded, LimnerError
from limner.money import plain_usd, usd

log = logging.getLogger(__name__)

ASK_SECONDS = 240.0
"""How long a user may take on hosts of the handshake eras; most have given up on the call by then."""

Context = ServerRequestContext[Any]


class Consent(Protocol):
    """A way to ask the user of one call."""

    async def settle(self, needed: ConsentNeeded, what: str) -> t.InputRequiredResult | None:
        """Return None when the user agrees to the price of `what`, or the question for the client to ask.

        Raises: ConsentNeeded, when nobody can be asked; LimnerError, code `consent_declined`.
        """


class AskTheUser:
    """Asks through the client of one request."""

    def __init__(self, ctx: Context, answers: Mapping[str, Any] | None) -> None:
        """answers: what the client's user has answered to the questions of the call before this one."""
        self._ctx = ctx
        self._answers = answers or {}

    async def settle(self, needed: ConsentNeeded, what: str) -> t.InputRequiredResult | None:
        """Ask on the connection, or through the next call of a client of 2026-07-28."""
        if not _takes_forms(self._ctx):
            raise needed
        price = "an amount that is not known" if needed.estimated_usd is None else usd(needed.estimated_usd)
        question = _question(price, what, needed.unpriced_names)
        # The price is part of the name: an answer about another price answers nothing.
        name = f"spend_{'unknown' if needed.estimated_usd is None else plain_usd(needed.estimated_usd)}_usd"
        if self._ctx.protocol_version in MODERN_PROTOCOL_VERSIONS:
            answer = self._answers.get(name)
            if not isinstance(answer, t.ElicitResult):
                return t.InputRequiredResult(input_requests={name: t.ElicitRequest(params=question)})
        else:
            answer = await self._asked_now(needed, question)
        if answer.action != "accept" or (answer.content or {}).get("agree", True) is not True:
            raise LimnerError(
                f"The user did not agree to spend {price}. Nothing was started.",
                code="consent_declined",
                next_step="Do not start it again unless the user asks for it. A cheaper technique may do.",
            )
        return None

    async def _asked_now(self, needed: ConsentNeeded, question: t.ElicitRequestFormParams) -> t.ElicitResult:
        """Return what the user says. Raises: ConsentNeeded, when the host fails to ask, or nobody answers."""
        try:
            with anyio.fail_after(ASK_SECONDS):
                return await self._ctx.session.elicit_form(
                    question.message, question.requested_schema, related_request_id=self._ctx.request_id
                )
        except (MCPError, ValidationError, TimeoutError) as problem:
            log.warning("user_not_asked", extra={"reason": str(problem)[:200]})
            raise needed from problem


def _takes_forms(ctx: Context) -> bool:
    known = ctx.session.client_capabilities
    asks = known.elicitation if known else None
    if asks is None:
        return False
    can_be_asked = ctx.protocol_version in MODERN_PROTOCOL_VERSIONS or ctx.session.can_send_request
    # Before 2025-11-25 an empty capability meant forms; naming only `url` means no forms.
    return can_be_asked and (asks.form is not None or asks.url is None)


def _question(price: str, what: str, unpriced: Sequence[str]) -> t.ElicitRequestFormParams:
    costs = (
        f"costs what {' and '.join(unpriced)} asks for, which is not known" if unpriced else f"costs {price}"
    )
    return t.ElicitRequestFormParams(
        message=f"Limner: {what} {costs}. What a provider accepts is charged even if the run then fails.",
        requested_schema={
            "type": "object",
            "properties": {
                "agree": {"type": "boolean", "title": f"Spend {price}", "default": True},
            },
        },
    )
