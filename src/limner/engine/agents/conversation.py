"""The messages between an agent and its model, as chat completions have them, within a bound."""

from limner.engine.agents.opening import Opening, enclosed, first_message
from limner.types import Json

MOST_CHARS = 96_000
"""Of what tools have answered; beyond it the oldest answers are cut to their beginning."""
KEPT_CHARS = 400


class Conversation:
    """Grows turn by turn; the same from the same checkpoints."""

    def __init__(self, opened: Opening, secret: str) -> None:
        self._opened = opened
        self._secret = secret
        self._messages: list[Json] = []

    def add_turn(self, message: Json) -> None:
        """Add what the model said."""
        self._messages.append(message)

    def add_answer(self, call_id: str, tool: str, content: str) -> None:
        """Add what a call came to, as data."""
        text = enclosed(content, self._secret, f"answer of {tool[:80]}")
        self._messages.append({"role": "tool", "tool_call_id": call_id, "content": text})

    def add_note(self, text: str) -> None:
        """Add words of ours."""
        self._messages.append({"role": "user", "content": text})

    def messages(self, *, sees: bool) -> tuple[Json, ...]:
        """Return all messages. sees: whether the model takes pictures."""
        system = {"role": "system", "content": self._opened.system}
        return (system, first_message(self._opened, sees=sees), *self._bounded())

    def _bounded(self) -> list[Json]:
        room = MOST_CHARS
        kept: list[Json] = []
        for message in reversed(self._messages):
            content = message.get("content")
            if message["role"] == "tool" and isinstance(content, str):
                if len(content) > room:
                    message = {**message, "content": self._cut(content)}
                room = max(0, room - len(content))
            kept.append(message)
        return kept[::-1]

    def _cut(self, content: str) -> str:
        return enclosed(
            f"{content[:KEPT_CHARS]}… (the rest of this older answer is left out)", self._secret, "cut"
        )
