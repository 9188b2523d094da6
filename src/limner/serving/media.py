"""`/media/{asset_id}/{name}`: the files that runs made, behind signed links, with ranges and caching."""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from limner.access.links import ROUNDED_TO_SECONDS, LinkSigner
from limner.app.studio import Studio
from limner.errors import LimnerError, NotFound
from limner.sniff import extension_of
from limner.types import Asset, Json
from limner_tools.door import Door
from limner_tools.options import Locate

INLINE = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "video/", "audio/")
"""What a browser may show in place. Everything else, SVG above all, is a download: it could run scripts."""
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""Lets the page that a browser makes around a picture or a film show it, and nothing else."""
SIGNATURES_KEPT = 1_000
_UNTIL = re.compile(r"[0-9]{1,12}")


def links(signer: LinkSigner, base_url: str, clock: Callable[[], float] = time.time) -> Locate:
    """Return the function that gives an asset's signed link below `base_url`, or says that its file is gone."""
    signed = lru_cache(maxsize=SIGNATURES_KEPT)(signer.sign)

    def locate(studio: Studio, asset: Asset) -> Json:
        try:
            studio.path(asset)
        except NotFound:
            return {"is_missing": True}
        until, signature = signed(asset.asset_id, clock() // ROUNDED_TO_SECONDS * ROUNDED_TO_SECONDS)
        name = quote(f"{asset.asset_id.removeprefix('asset_')[:12]}{extension_of(asset.media_type)}")
        return {"url": f"{base_url}/media/{asset.asset_id}/{name}?until={until}&signature={signature}"}

    return locate


def media_endpoint(door: Door, signer: LinkSigner) -> Callable[[Request], object]:
    """Return the endpoint that serves files."""

    async def serve(request: Request) -> Response:
        asset_id = request.path_params["asset_id"]
        until, signature = request.query_params.get("until", ""), request.query_params.get("signature", "")
        if not _UNTIL.fullmatch(until) or not signer.is_valid(asset_id, int(until), signature, time.time()):
            return _error(403, "The link is not valid, or its time has passed.", "Ask for the run again.")
        try:
            studio = await door.studio()
            asset = await studio.get_asset(asset_id)
            path = studio.path(asset)
        except NotFound as error:
            return _error(404, error.message, error.next_step)
        except LimnerError as error:
            return _error(503, error.message, error.next_step)
        headers = {
            "cache-control": f"private, max-age={max(0, int(until) - int(time.time()))}, immutable",
            "x-content-type-options": "nosniff",
            "content-security-policy": POLICY,
            "etag": f'"{asset.sha256}"',
        }
        if _has_already(request.headers.get("if-none-match", ""), asset.sha256):
            return Response(status_code=304, headers=headers)
        shows = asset.media_type.startswith(INLINE)
        return FileResponse(
            path,
            media_type=asset.media_type,
            filename=request.path_params["name"],
            content_disposition_type="inline" if shows else "attachment",
            headers=headers,
        )

    return serve


def _has_already(if_none_match: str, sha256: str) -> bool:
    """Whether a reader has these bytes. Source: RFC 9110 §13.1.2, where weak tags compare like others."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in ("*", f'"{sha256}"') for tag in tags)


def _error(status: int, message: str, next_step: str) -> Response:
    code = {403: "forbidden", 404: "not_found"}.get(status, "unavailable")
    return JSONResponse({"error": {"code": code, "message": message, "next_step": next_step}}, status)
