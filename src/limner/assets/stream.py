"""Write what a caller sends to disk as it comes, no more of it than is allowed."""

import os
from collections.abc import AsyncIterable
from pathlib import Path

import anyio.to_thread

from limner.assets.scratch import create, storage_errors
from limner.assets.size import too_large
from limner.errors import InvalidMedia


async def write_stream(content: AsyncIterable[bytes], target: Path, most_bytes: int, field: str) -> None:
    """Write a stream to the new file `target`, which stays behind on failure too.

    Raises: InvalidMedia, naming `field`, when it is empty or over `most_bytes`; LimnerError, code `storage_full`.
    """
    size_bytes = 0
    with storage_errors(target.parent), os.fdopen(create(target), "wb") as file:
        async for chunk in content:
            size_bytes += len(chunk)
            if size_bytes > most_bytes:
                raise too_large(field, None, most_bytes)
            await anyio.to_thread.run_sync(file.write, chunk)
        await anyio.to_thread.run_sync(file.flush)
    if size_bytes == 0:
        raise InvalidMedia.of(field, "is empty")
