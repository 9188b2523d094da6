"""Connects the FLORA adapter to the server of the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from limner.errors import InvalidInput
from limner.providers.flora import FloraProvider, connect
from limner.types import Given, Kind, Made, Order, ProviderSettings, Task

from .fakes.flora_server import KEY

RUN_KEY = "a" * 64


async def no_fetch(address: str, name: str, target: Path) -> None:
    """Fetch nothing: no address but the provider's own may be asked."""
    raise InvalidInput(f"{name} is at {address}")


@asynccontextmanager
async def connected(base_url: str, **said: Any) -> AsyncIterator[FloraProvider]:
    """Yield the adapter. said: of its section."""
    settings = ProviderSettings(name="flora", type="flora", base_url=base_url, **{"api_key": KEY, **said})
    provider = connect(settings, fetch=no_fetch)
    try:
        yield provider
    finally:
        await provider.aclose()


def grid(prompt: str = "a mug", **inputs: list[Given]) -> Order:
    """Return an order of the technique `tech_grid`."""
    return Order(Task.TECHNIQUE, "tech_grid", inputs={"prompt": [prompt], **inputs}, seed=7)


def flux(prompt: str = "a mug", **more: Any) -> Order:
    """Return an order of the picture model."""
    return Order(Task.MODEL, "t2i-flux-2-pro", kind=Kind.IMAGE, prompt=prompt, seed=7, **more)


async def made(provider: FloraProvider, order: Order, folder: Path, key: str = RUN_KEY) -> Made:
    """Submit, and collect."""
    ticket = await provider.submit(order, key, folder)
    return await provider.result(ticket, order, folder, lambda share, message: None)
