"""What the tests of queues share: a provider of a section, orders, and a folder to collect into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx

from limner.providers.queue import connect
from limner.types import Kind, Made, MediaFile, Order, ProviderSettings, Task, Ticket

KEY = "ab" * 32


class Told:
    """Takes progress in."""

    def __init__(self) -> None:
        self.fractions: list[float] = []
        self.messages: list[str] = []

    def __call__(self, fraction: float, message: str) -> None:
        self.fractions.append(fraction)
        self.messages.append(message)


def queue(base_url: str, api_key: str | None, *models: dict[str, Any], **more: Any) -> Any:
    """Return a provider of type `queue`. more: fields of ProviderSettings, and `fetch`."""
    fetch = more.pop("fetch", no_fetch)
    settings = ProviderSettings("q", "queue", base_url, api_key=api_key, models=models, **more)
    return connect(settings, fetch=fetch)


def order(target: str, kind: Kind = Kind.IMAGE, prompt: str = "A linen chair", **more: Any) -> Order:
    return Order(Task.MODEL, target, kind=kind, prompt=prompt, **more)


async def made(
    provider: Any, ordered: Order, folder: Path, key: str = KEY, told: Callable[..., None] | None = None
) -> Made:
    """Submit, and collect."""
    ticket = await provider.submit(ordered, key, folder)
    return await provider.result(ticket, ordered, folder, told or Told())


def content(made: Made, at: int = 0) -> bytes:
    """Return the bytes of one file that was made."""
    value = made.items[at].value
    assert isinstance(value, MediaFile)
    return value.path.read_bytes()


async def no_fetch(address: str, name: str, target: Path) -> None:
    raise AssertionError(f"{address} is not the provider's own")


async def fetched(address: str, name: str, target: Path) -> None:
    """Bring a file in, as a stranger would."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = (await client.get(address)).raise_for_status()
    await anyio.Path(target).write_bytes(answer.content)


async def until(is_so: Callable[[], bool]) -> None:
    """Return once a server in another thread has come so far; nothing there tells this loop."""
    while not is_so():  # noqa: ASYNC110  # an event of another thread's loop cannot be awaited here
        await anyio.sleep(0.01)


__all__ = ["KEY", "Ticket", "Told", "content", "fetched", "made", "no_fetch", "order", "queue", "until"]
