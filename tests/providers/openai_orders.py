"""What the tests of the adapter for OpenAI's API ask, and how they connect it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from limner.errors import InvalidInput
from limner.providers.openai import OpenAIProvider, connect
from limner.types import Kind, Made, MediaFile, Order, ProviderSettings, Task

from .fakes.openai_server import KEY, OpenAIServer, picture, tone

KEY_OF_REQUEST = "ab" * 32
FUNCTION = {"name": "look", "parameters": {"type": "object", "properties": {"where": {"type": "string"}}}}


async def no_fetch(address: str, name: str, target: Path) -> None:
    """Refuse every foreign address."""
    raise InvalidInput(f"{address} is refused")


@asynccontextmanager
async def connected(server: OpenAIServer | str, **said: Any) -> AsyncIterator[OpenAIProvider]:
    """Yield the adapter, connected to a server, its section completed by `said`."""
    address = server if isinstance(server, str) else server.v1
    own = {name: said.pop(name) for name in ("models", "submit_seconds", "api_key") if name in said}
    settings = ProviderSettings(
        name="test", type="openai", base_url=address, options=said, **{"api_key": KEY, **own}
    )
    provider = connect(settings, fetch=no_fetch)
    try:
        yield provider
    finally:
        await provider.aclose()


async def made(provider: OpenAIProvider, order: Order, folder: Path) -> Made:
    """Return what the provider makes at once."""
    found = await provider.submit(order, KEY_OF_REQUEST, folder)
    assert isinstance(found, Made)
    return found


def prompt(target: str = "gpt-4.1-mini", words: str = "Say hello", **more: Any) -> Order:
    """Return an order of text."""
    return Order(Task.MODEL, target, Kind.TEXT, words, **more)


def drawing(target: str = "gpt-image-2", words: str = "a red mug", **more: Any) -> Order:
    """Return an order of a picture."""
    return Order(Task.MODEL, target, Kind.IMAGE, words, **more)


def speech(target: str = "tts-1", words: str = "Good morning", **params: Any) -> Order:
    """Return an order of a voice."""
    return Order(Task.MODEL, target, Kind.AUDIO, words, {"voice": "alloy", "format": "wav", **params})


def chat(*words: str, target: str = "gpt-4.1-mini", **more: Any) -> Order:
    """Return an order to go on with a conversation."""
    messages = tuple({"role": "user", "content": each} for each in words)
    return Order(Task.CHAT, target, messages=messages, **more)


def image_file(folder: Path, name: str = "given.png", width: int = 64, height: int = 48) -> MediaFile:
    """Return a picture."""
    path = folder / name
    path.write_bytes(picture(name, width, height, "png"))
    return MediaFile(path, "image/png")


def sound_file(folder: Path, seconds: float = 1.5) -> MediaFile:
    """Return a recording."""
    path = folder / "given.wav"
    path.write_bytes(tone(seconds))
    return MediaFile(path, "audio/wav")
