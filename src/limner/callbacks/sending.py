"""One try to deliver a message: one POST, bounded in time, whose answer counts by its status alone."""

import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from limner.assets.public_address import PinnedClient, Timeouts
from limner.callbacks.rules import FIELD, CallbackRules
from limner.errors import LimnerError

if TYPE_CHECKING:
    import httpx

WHOLE_SECONDS = 10.0
CONNECT_SECONDS = 3.0
"""Short, so that an address which does not answer leaves time for the next one of the host."""
DRAIN_SECONDS = 1.0
DRAIN_BYTES = 4096
MOST_ERROR_CHARS = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a try came to. `error` is None when the receiver has the message."""

    status: int | None
    error: str | None


class Sender:
    """Posts messages to addresses that the rules allow, and to no other."""

    def __init__(
        self,
        *,
        rules: CallbackRules,
        ssl_context: ssl.SSLContext | None = None,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._rules = rules
        self._whole_seconds = whole_seconds
        times = Timeouts(min(CONNECT_SECONDS, whole_seconds), whole_seconds, whole_seconds)
        self._client = PinnedClient(timeouts=times, ssl_context=ssl_context)

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a message; whatever goes wrong is in what is returned."""
        import httpx

        try:
            with anyio.fail_after(self._whole_seconds):
                status = await self._status(address, body, headers)
        except TimeoutError:
            return Outcome(None, f"no answer within {self._whole_seconds:g} s")
        except LimnerError as error:
            return Outcome(None, error.message.removeprefix(f"{FIELD}: ")[:MOST_ERROR_CHARS])
        except httpx.TransportError as error:
            return Outcome(None, (str(error) or type(error).__name__)[:MOST_ERROR_CHARS])
        return Outcome(status, _problem_of(status))

    async def _status(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Ask the first address of the host that can be connected to; return the status of its answer."""
        import httpx

        url = self._rules.parse(address)
        refused = httpx.ConnectError("no address answered")
        for pinned in await self._rules.addresses(url):
            try:
                async with self._client.answer("POST", url, pinned, headers=headers, content=body) as answer:
                    await _drain(answer)
                    return answer.status_code
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refused = httpx.ConnectError(f"cannot connect: {error}")
        raise refused


async def _drain(answer: "httpx.Response") -> None:
    """Read what a short answer holds, so that its sender is not cut off while it writes."""
    import httpx

    received = 0
    with anyio.move_on_after(DRAIN_SECONDS), suppress(httpx.TransportError):
        async for chunk in answer.aiter_raw():
            received += len(chunk)
            if received >= DRAIN_BYTES:
                return


def _problem_of(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"answered {status}; redirects are not followed"
    return f"answered {status}"
