"""Sends the files that a run is given: as assets, each in one form, streamed from disk."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import anyio

from limner.errors import NotAccepted
from limner.providers.flora.reading import text_in
from limner.providers.wire import CHUNK_BYTES, READ_SECONDS, Refusal, Wire
from limner.sniff import EXTENSIONS
from limner.types import Json, MediaFile

MOST_FORM_BYTES = 4_000_000
"""The longest file that the API takes in a form of its own; longer ones go to an address that it signs."""
FORMS_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
"""What a server answers that takes files at signed addresses only, or none of this length in a form."""
SIGNED_URL = "signed-url"
FIELD = "file"
KEY = "idempotency-key"


class Outbox:
    """Sends files to one account."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def send(self, file: MediaFile, workspace_id: str, key: str, *, is_limner: bool) -> str:
        """Return what a run's input names a file by; the file is there from now on.

        key: of the run; a file that is sent again for the same run is the same asset. is_limner: whether assets go
        by their ids, because links to them change.
        Raises: NotAccepted. Sending a file starts no run and costs nothing.
        """
        own_key = await _key_of(file, key)
        size = (await anyio.Path(file.path).stat()).st_size
        extra = {} if is_limner else {"workspace_id": workspace_id}
        asset = await self._in_a_form(file, extra, own_key) if size <= MOST_FORM_BYTES else None
        if asset is None:
            asset = await self._to_a_signed_address(file, extra, _second(own_key))
        return self._named(asset, is_limner=is_limner)

    async def _in_a_form(self, file: MediaFile, extra: Mapping[str, str], key: str) -> Json | None:
        """Send a short file at once; return its asset, or None where the server takes no forms."""
        try:
            return await self._asked("/assets", key, form=await Form.of(extra, FIELD, file))
        except Refusal as refusal:
            if refusal.answer.status not in FORMS_REFUSED:
                raise
            return None

    async def _to_a_signed_address(self, file: MediaFile, extra: Mapping[str, str], key: str) -> Json:
        """Announce a file, send it where the answer says, say that it was sent; return its asset."""
        said: Json = {"source": SIGNED_URL, "content_type": file.media_type, **extra}
        if extra:
            said["file_name"] = _name(file)
        asset = await self._asked("/assets", key, json=said)
        if asset.get("status") == "ready":
            return asset  # the key was used before, and the file was sent then
        upload = asset.get("upload")
        address = text_in(upload, "url")
        if not isinstance(upload, Mapping) or not address:
            raise NotAccepted(f"{self._wire.settings.name} does not say where a file is to be sent.")
        fields = upload.get("form_fields") or upload.get("formFields")
        name = text_in(upload, "file_field") or text_in(upload, "fileField") or FIELD
        form = await Form.of(fields if isinstance(fields, Mapping) else {}, name, file)
        await self._wire.ask(
            "POST",
            address,
            read_seconds=self._wire.settings.result_seconds,
            content=form.content(),
            headers=form.headers,
        )
        return await self._asked(f"/assets/{asset['asset_id']}/complete", None, json={})

    async def _asked(self, path: str, key: str | None, *, form: "Form | None" = None, **more: Any) -> Json:
        """Return the asset that an answer describes. A key that is refused as used before is left out then."""
        headers = dict(form.headers) if form else {}
        if key is not None:
            headers[KEY] = key
        body = {"content": form.content()} if form else more
        seconds = max(READ_SECONDS, self._wire.settings.submit_seconds)
        try:
            answer = await self._wire.ask_json("POST", path, read_seconds=seconds, headers=headers, **body)
        except Refusal as refusal:
            if refusal.answer.status != HTTPStatus.CONFLICT or key is None:
                raise
            return await self._asked(path, None, form=form, **more)
        if not isinstance(answer, dict) or not isinstance(answer.get("asset_id"), str):
            raise NotAccepted(f"{self._wire.settings.name} does not name the asset that it was sent.")
        return answer

    def _named(self, asset: Json, *, is_limner: bool) -> str:
        if asset.get("status") == "failed":
            problem = asset.get("failure_message") or asset.get("error") or "no reason given"
            raise NotAccepted(
                f"{self._wire.settings.name} cannot use a file that it was sent: {problem}.",
                is_passing=False,
                code="provider_refused",
                next_step="Give another file, or the same in another format.",
            )
        url = asset.get("url")
        return url if isinstance(url, str) and url and not is_limner else str(asset["asset_id"])


class Form:
    """A multipart form with one file, read from disk while it is sent; its length is known before."""

    def __init__(self, *, head: bytes, path: Path, tail: bytes, size_bytes: int, boundary: str) -> None:
        self._head, self._path, self._tail = head, path, tail
        self.headers = {
            "content-type": f"multipart/form-data; boundary={boundary}",
            "content-length": str(len(head) + size_bytes + len(tail)),
        }

    @classmethod
    async def of(cls, fields: Mapping[str, Any], file_field: str, file: MediaFile) -> "Form":
        """Return the form; the file comes last, as signed addresses of object stores want it."""
        boundary = secrets.token_hex(16)
        parts = [f'{_disposition(boundary, name)}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
        parts.append(
            f'{_disposition(boundary, file_field)}"; filename="{_name(file)}"\r\n'
            f"content-type: {file.media_type}\r\n\r\n"
        )
        return cls(
            head="".join(parts).encode(),
            path=file.path,
            tail=f"\r\n--{boundary}--\r\n".encode(),
            size_bytes=(await anyio.Path(file.path).stat()).st_size,
            boundary=boundary,
        )

    async def content(self) -> AsyncIterator[bytes]:
        """Yield the form's bytes."""
        yield self._head
        async with await anyio.open_file(self._path, "rb") as file:
            while chunk := await file.read(CHUNK_BYTES):
                yield chunk
        yield self._tail


def _disposition(boundary: str, name: str) -> str:
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return f'--{boundary}\r\ncontent-disposition: form-data; name="{quoted}'


async def _key_of(file: MediaFile, key: str) -> str:
    """Return the key under which one file is sent for one run: the same whenever it is sent for it again."""
    sha256 = hashlib.sha256(key.encode())
    async with await anyio.open_file(file.path, "rb") as opened:
        while chunk := await opened.read(CHUNK_BYTES):
            sha256.update(chunk)
    return sha256.hexdigest()


def _second(key: str) -> str:
    """Return the key of the same file's announcement, which is another request than the form."""
    return hashlib.sha256(key.encode()).hexdigest()


def _name(file: MediaFile) -> str:
    """Return a name that says the type and nothing of this machine."""
    return f"input{EXTENSIONS.get(file.media_type, '')}"
