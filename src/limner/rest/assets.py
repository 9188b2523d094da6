"""Assets: media files that callers send, point to, or announce."""

import hashlib
import re
import time
from json import JSONDecodeError
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from limner.errors import InvalidInput
from limner.rest import documents
from limner.rest.errors import InvalidJson, documented
from limner.rest.forms import chunks_of, sent_file
from limner.rest.remembered import Remembering
from limner.rest.routing import new_router
from limner.rest.session import Caller, Session
from limner.rest.shapes.assets import Asset, AssetList, NewAsset
from limner.rest.shapes.common import Cursor, Limit
from limner.rest.uploads import upload_form
from limner.types import Asset as Stored
from limner.types import AssetStatus, Json, Upload

router = new_router("Assets")
SIGNED_URL = "signed-url"
MULTIPART = "multipart/form-data"
_JSON = re.compile(r"application/(.+\+)?json")

AssetId = Annotated[
    str, Path(pattern="^asset_", max_length=100, description="The id of an asset: `asset_…`.")
]
_FILE: Any = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
_BODY: Any = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {"schema": _FILE},
            "application/json": {"schema": {"$ref": "#/components/schemas/NewAsset"}},
        },
    }
}


@router.post(
    "/assets",
    response_model=Asset,
    status_code=201,
    responses=documented(409, 422),
    openapi_extra=_BODY,
    operation_id="createAsset",
)
async def create_asset(caller: Caller, remembering: Remembering, request: Request) -> Json:
    """Send a file (multipart, field `file`), or JSON that says where it is, or that it will be sent."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == MULTIPART:
        return await _sent(caller, remembering, request)
    body = await _body(request, kind)
    if body.source == SIGNED_URL:
        return await _announced(caller, remembering, body)
    if body.content_type is not None:
        raise InvalidInput.of("content_type", "goes with `source: signed-url` only; a file says its own type")

    async def fetch() -> Json:
        return _named(await caller.studio.add_asset_from(caller.caller, body.source))

    said = {"source": body.source}
    named = await remembering.answer("assets.create", said, fetch, body_key=body.idempotency_key)
    return await _shown(caller, named["asset_id"])


async def _sent(caller: Session, remembering: Remembering, request: Request) -> Json:
    async with sent_file(request) as file:
        sha256 = hashlib.sha256()
        async for chunk in chunks_of(file):
            sha256.update(chunk)
        await file.seek(0)

        async def keep() -> Json:
            content = chunks_of(file)
            return _named(await caller.studio.add_asset(caller.caller, content, name=file.filename or ""))

        named = await remembering.answer("assets.create", {"sha256": sha256.hexdigest()}, keep)
    return await _shown(caller, named["asset_id"])


async def _announced(caller: Session, remembering: Remembering, body: NewAsset) -> Json:
    content_type = body.content_type
    if content_type is None:
        raise InvalidInput.of("content_type", "is required with `source: signed-url`, such as image/jpeg")

    async def promise() -> Json:
        return _named(await caller.studio.promise_upload(caller.caller, content_type))

    said = {"source": SIGNED_URL, "content_type": content_type}
    named = await remembering.answer("assets.create", said, promise, body_key=body.idempotency_key)
    return await _shown(caller, named["asset_id"])


def _named(asset: Stored | Upload) -> Json:
    """Return what is remembered of an asset: only its id, because links to it expire."""
    return {"asset_id": asset.asset_id}


async def _shown(caller: Session, asset_id: str) -> Json:
    """Return an asset as it stands; with the form to send it by, while it is awaited. Raises: NotFound."""
    found = await caller.studio.get_asset_of(caller.caller, asset_id)
    document = documents.asset(caller, found)
    if isinstance(found, Upload) and _is_awaited(found):
        document["upload"] = upload_form(caller.api, found)
    return document


def _is_awaited(upload: Upload) -> bool:
    return upload.status is not AssetStatus.READY and upload.expires_at > time.time() * 1000


async def _body(request: Request, kind: str) -> NewAsset:
    """Return the JSON body. Raises: InvalidInput; JSONDecodeError, ValidationError as FastAPI has them."""
    if not _JSON.fullmatch(kind):
        raise InvalidInput.of(
            "body",
            "must be a multipart form with the file in the field `file`, or JSON that names a `source`",
        )
    try:
        return NewAsset.model_validate(await request.json())
    except JSONDecodeError as error:
        raise InvalidJson(f"The body is not valid JSON: {error.msg}.") from error
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        ) from error


@router.get("/assets", response_model=AssetList, responses=documented(), operation_id="listAssets")
async def list_assets(caller: Caller, cursor: Cursor = None, limit: Limit = 20) -> Json:
    """Return a page of the caller's assets, newest first."""
    page = await caller.studio.list_assets(caller.caller, limit, cursor)
    return {
        "assets": [documents.asset(caller, each) for each in page.items],
        "meta": {"next_cursor": page.next_cursor},
    }


@router.get("/assets/{asset_id}", response_model=Asset, responses=documented(404), operation_id="getAsset")
async def get_asset(caller: Caller, asset_id: AssetId) -> Json:
    """Return one asset; while its file is awaited, with the form to send it by."""
    return await _shown(caller, asset_id)


@router.post(
    "/assets/{asset_id}/complete",
    response_model=Asset,
    responses=documented(404, 409, 422),
    operation_id="completeAsset",
)
async def complete_asset(caller: Caller, remembering: Remembering, asset_id: AssetId) -> Json:
    """Say that an announced file was sent; it is ready, or the error says why it cannot be used."""

    async def complete() -> Json:
        return _named(await caller.studio.complete_upload(caller.caller, asset_id))

    await remembering.answer("assets.complete", {"asset_id": asset_id}, complete)
    return await _shown(caller, asset_id)
