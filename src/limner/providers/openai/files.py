"""Files on their way to a server and back: base64, names, and pictures that come within an answer."""

import base64
import binascii
from pathlib import Path
from uuid import uuid4

import anyio

from limner.errors import ProviderFailed
from limner.providers.wire import media_file
from limner.sniff import extension_of
from limner.types import Kind, MediaFile


async def base64_of(path: Path) -> str:
    """Return a file's bytes as base64."""
    return base64.b64encode(await anyio.Path(path).read_bytes()).decode("ascii")


async def data_address(file: MediaFile) -> str:
    """Return a file as a `data:` address."""
    return f"data:{file.media_type};base64,{await base64_of(file.path)}"


async def form_file(file: MediaFile) -> tuple[str, bytes, str]:
    """Return a file as a form carries it: name, bytes, media type. Servers read the format from the name."""
    content = await anyio.Path(file.path).read_bytes()
    return f"input{extension_of(file.media_type)}", content, file.media_type


async def file_of(content: bytes, folder: Path, expected: Kind) -> MediaFile:
    """Return bytes as a new file in `folder`. Raises: ProviderFailed, when they are no such media."""
    target = new_file(folder)
    await anyio.Path(target).write_bytes(content)
    return await media_file(target, expected=expected)


async def file_of_base64(provider: str, text: str, folder: Path, expected: Kind) -> MediaFile:
    """Return what base64, or a `data:` address, holds, as a new file. Raises: ProviderFailed."""
    digits = text.partition("base64,")[2] if text.startswith("data:") else text
    try:
        content = base64.b64decode(digits, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ProviderFailed(f"{provider} sent {expected} that is no base64.", billed_usd=None) from problem
    return await file_of(content, folder, expected)


def new_file(folder: Path) -> Path:
    """Return the path of a file that is not there yet."""
    return folder / f"made-{uuid4().hex}"
