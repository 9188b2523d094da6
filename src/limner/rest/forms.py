"""The one file of a multipart form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from limner.errors import InvalidInput

CHUNK_BYTES = 1 << 18
_NEXT_STEP = "Send a multipart form with the file in the field `file`, as `curl -F file=@picture.jpg` does."


@asynccontextmanager
async def sent_file(request: Request) -> AsyncIterator[UploadFile]:
    """Yield the file in the field `file`; it is on disk when it is long. Raises: InvalidInput."""
    form = await _form(request)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidInput.of("file", "is required, as a file", next_step=_NEXT_STEP)
        yield file
    finally:
        await form.close()


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=4)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        problem = f"is no multipart form that can be read: {error.detail.rstrip('.')}"
        raise InvalidInput.of("body", problem, next_step=_NEXT_STEP) from error


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """Yield a file's bytes."""
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk
