"""Files on their way to a server and back: base64, names, and bytes that are an answer."""

import base64
from pathlib import Path
from uuid import uuid4

import anyio

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


def new_file(folder: Path) -> Path:
    """Return the path of a file that is not there yet."""
    return folder / f"made-{uuid4().hex}"
