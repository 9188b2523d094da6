"""Where announced files are sent: behind a signed address, so that no key has to leave its owner's server."""

import re
import time

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from limner.access.links import LinkSigner
from limner.errors import LimnerError
from limner.rest.errors import LinkEnded, TooLarge, answer
from limner.rest.forms import chunks_of, sent_file
from limner.rest.limits import BodyLimit
from limner.rest.session import Api
from limner.types import Json, Upload

FORM_BYTES = 100_000
"""What a form adds to the file that it carries, at most."""
_UNTIL = re.compile(r"[0-9]{1,12}")


def upload_form(api: Api, upload: Upload) -> Json:
    """Return the form that sends an announced file."""
    until, signature = api.signer.sign(_name(upload.asset_id), time.time())
    address = f"{api.media_url}/uploads/{upload.asset_id}?until={until}&signature={signature}"
    return {
        "method": "POST",
        "url": address,
        "file_field": "file",
        "expires_at": min(until * 1000, upload.expires_at),
        "max_bytes": api.max_upload_bytes,
    }


def upload_routes(api: Api) -> list[BaseRoute]:
    """Return the route that takes announced files. It stands beside the files that are read, not in the API."""

    async def receive(request: Request) -> Response:
        asset_id = request.path_params["asset_id"]
        until, signature = request.query_params.get("until", ""), request.query_params.get("signature", "")
        if not _is_valid(api.signer, asset_id, until, signature):
            return answer(LinkEnded("The link is not valid, or its time has passed."))
        try:
            studio = await api.door.studio()
            async with sent_file(request) as file:
                content = chunks_of(file)
                upload = await studio.receive_upload(asset_id, content, name=file.filename or "")
        except LimnerError as error:
            return answer(error)
        except HTTPException as error:
            return answer(TooLarge(error.detail))  # the only one that can be: see limits.py
        return JSONResponse({"asset_id": upload.asset_id, "status": upload.status.value})

    limited = Middleware(BodyLimit, max_bytes=api.max_upload_bytes + FORM_BYTES)
    return [Route("/media/uploads/{asset_id}", receive, methods=["POST"], middleware=[limited])]


def _is_valid(signer: LinkSigner, asset_id: str, until: str, signature: str) -> bool:
    if not _UNTIL.fullmatch(until):
        return False
    return signer.is_valid(_name(asset_id), int(until), signature, time.time())


def _name(asset_id: str) -> str:
    """Return what is signed: a link to read a file must not let anybody write one."""
    return f"upload:{asset_id}"
