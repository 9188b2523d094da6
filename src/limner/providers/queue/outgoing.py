"""Files and bodies on their way to a queue: inline as `data:` URIs, uploaded first, or parts of a form."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import anyio

from limner.errors import NotAccepted
from limner.providers.queue.profile import Profile, Upload
from limner.providers.slots import filled, first
from limner.providers.wire import Wire
from limner.sniff import extension_of
from limner.types import Given, Json, Kind, MediaFile

UPLOAD_SECONDS = 300.0
_MEDIA = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)


class Part:
    """A file as a part of a form."""

    def __init__(self, name: str, content: bytes, media_type: str) -> None:
        self.triple = (name, content, media_type)


async def files_for(profile: Profile, wire: Wire, inputs: Mapping[str, Sequence[Given]]) -> Json:
    """Return what stands for each media slot, uploading what is too large to be sent inline.

    Raises: NotAccepted: a file is too large, or could not be uploaded. Nothing was asked for then.
    """
    values: Json = {}
    for kind in _MEDIA:
        given = [file for file in inputs.get(kind, ()) if isinstance(file, MediaFile)]
        if given:
            sent = [await _sent(profile, wire, file, number) for number, file in enumerate(given, 1)]
            values |= {kind.value: sent[0], f"{kind.value}s": sent}
    return values


async def _sent(profile: Profile, wire: Wire, file: MediaFile, number: int) -> Any:
    size = (await anyio.Path(file.path).stat()).st_size
    name = f"{file.kind}-{number}{extension_of(file.media_type)}"
    upload, is_form = profile.upload, profile.submit.encoding == "multipart"
    inline_bytes = profile.inputs.inline_bytes
    most = inline_bytes if upload is None and not is_form else upload.max_bytes if upload else size
    if size > most:
        raise NotAccepted(
            f"{wire.settings.name} takes files of up to {most / 1e6:g} MB; {name} has {size / 1e6:.1f} MB.",
            is_passing=False,
            code="provider_refused",
            next_step="Send a smaller file: resize or shorten it first.",
        )
    content = await anyio.Path(file.path).read_bytes()
    if is_form:
        return Part(name, content, file.media_type)
    if upload is None or size <= inline_bytes:
        return f"data:{file.media_type};base64,{base64.b64encode(content).decode()}"
    return await _uploaded(profile, upload, wire, Part(name, content, file.media_type))


async def _uploaded(profile: Profile, upload: Upload, wire: Wire, part: Part) -> str:
    """Bring a file to the provider; return its address there. Uploading costs nothing, so that it is a question."""
    name, content, media_type = part.triple
    headers = {}
    if upload.is_trusted and (key := wire.settings.api_key):
        headers = {profile.auth.header: filled(profile.auth.value, {"key": key})}
    if upload.body is None or upload.put is None:
        answer = await wire.ask_json(
            upload.method,
            upload.url,
            headers=headers,
            files={upload.field: part.triple},
            read_seconds=UPLOAD_SECONDS,
        )
        return _address(wire, upload.address, answer)
    body = filled(upload.body, {"file_name": name, "media_type": media_type})
    answer = await wire.ask_json(upload.method, upload.url, headers=headers, json=body)
    await wire.ask(
        "PUT",
        _address(wire, upload.put, answer),
        content=content,
        headers={"content-type": media_type},
        read_seconds=UPLOAD_SECONDS,
    )
    return _address(wire, upload.address, answer)


def _address(wire: Wire, place: str, answer: Any) -> str:
    address = first(place, answer)
    own = wire.settings.base_url
    if not isinstance(address, str) or not address.startswith(("https://", own)):
        raise NotAccepted(f"{wire.settings.name} named no https:// address for a file at {place}.")
    return address


def request_of(profile: Profile, model: str, given: Json, key: str) -> Json:
    """Return the arguments of the request that makes something, for `Wire.send`."""
    body = filled(profile.submit.body, {"model": model, "input": given})
    headers = dict(profile.submit.headers)
    if profile.submit.key_header:
        headers[profile.submit.key_header] = key
    if profile.submit.encoding == "json":
        return {"json": body, "headers": headers}
    fields = [(name, each) for name, value in body.items() for each in _listed(value)]
    return {"files": [(name, _field(each)) for name, each in fields], "headers": headers}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _field(value: Any) -> tuple[str | None, bytes] | tuple[str, bytes, str]:
    if isinstance(value, Part):
        return value.triple
    text = value if isinstance(value, str) else json.dumps(value)
    return None, text.encode()
