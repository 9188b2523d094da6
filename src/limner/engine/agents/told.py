"""The events of an agent, bounded: what it plans, how it reasons, what it calls and what came back."""

import json
from collections.abc import Sequence
from typing import Any

from limner.engine.agents.tools import Outcome
from limner.types import Json, NewEvent
from limner.types.json import present

MOST_CHARS = 2_000
"""Of each text in an event. Checkpoints hold the whole."""


def thought(path: str, turn: int, message: Json, model_id: str) -> list[NewEvent]:
    """Return the event of a turn that calls tools: the plan for the first one, reasoning for a later one.

    A turn with the result has none: the result is the step's.
    """
    calls = calls_in(message)
    if not calls:
        return []
    text = str(message.get("content") or "").strip()
    if turn > 1 and not text:
        return []
    told = present(step=path, turn=turn, by=model_id, text=shortened(text) or None)
    names = [str(call["function"]["name"])[:80] for call in calls]
    return [NewEvent("planning" if turn == 1 else "reasoning", {**told, "calls": names})]


def called(path: str, agent_path: str, call: Json, outcome: Outcome) -> NewEvent:
    """Return the event of a call, with what it was given and what it came to."""
    function = call["function"]
    came = {"error": outcome.error} if outcome.is_error else {"result": _parsed(outcome.content)}
    return NewEvent(
        "tool_call",
        {
            "step": path,
            "agent": agent_path,
            "tool": str(function["name"])[:80],
            "arguments": _parsed(str(function["arguments"])),
            **came,
        },
    )


def calls_in(message: Json) -> Sequence[Json]:
    """Return the calls of tools in a message."""
    calls: Sequence[Json] = message.get("tool_calls") or ()
    return calls


def shortened(text: str) -> str:
    """Return a text at the length that an event may have."""
    return text if len(text) <= MOST_CHARS else f"{text[:MOST_CHARS]}…"


def _parsed(text: str) -> Any:
    """Return JSON as it is if it is short, else the beginning of its text."""
    if len(text) > MOST_CHARS:
        return shortened(text)
    try:
        return json.loads(text)
    except ValueError:
        return text
