"""Gets a JSON document from an OAuth issuer: no redirects, bounded in size and time."""

import json
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from limner.config.addresses import is_this_machine
from limner.errors import IssuerUnavailable
from limner.types import Json

if TYPE_CHECKING:
    import httpx  # imported on first use: a server without an issuer need not pay for it

MOST_BYTES = 512_000
WHOLE_SECONDS = 10.0


class NoDocument(IssuerUnavailable):
    """The issuer is there and has no such document: another place may have it."""


async def fetch_document(address: str, *, whole_seconds: float = WHOLE_SECONDS) -> Json:
    """Return the JSON object at an address.

    Raises: NoDocument, when the answer is 404 or the like; IssuerUnavailable, when none comes or it is no such object.
    """
    import httpx

    try:
        with anyio.fail_after(whole_seconds):
            body = await _get(address)
    except TimeoutError as error:
        raise IssuerUnavailable(f"{address} did not answer within {whole_seconds:g} s.") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise IssuerUnavailable(f"{address} cannot be reached: {error or type(error).__name__}.") from error
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise IssuerUnavailable(f"{address} does not answer with JSON.") from error
    if not isinstance(document, dict):
        raise IssuerUnavailable(f"{address} does not answer with a JSON object.")
    return document


async def _get(address: str) -> bytes:
    import httpx

    # Blocking: it reads the certificate authorities from disk.
    verify = await anyio.to_thread.run_sync(partial(httpx.create_ssl_context, trust_env=True))
    body = bytearray()
    async with (
        # A proxy of the environment is for the issuers of a company, not for one on this machine.
        httpx.AsyncClient(
            verify=verify, trust_env=not is_this_machine(address), timeout=WHOLE_SECONDS
        ) as client,
        client.stream(
            "GET", address, headers={"Accept": "application/json", "User-Agent": "limner"}
        ) as response,
    ):
        _require_good(response, address)
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise IssuerUnavailable(f"{address} answers with more than {MOST_BYTES} bytes.")
    return bytes(body)


def _require_good(response: "httpx.Response", address: str) -> None:
    code = response.status_code
    if code == HTTPStatus.OK:
        return
    told = f"{address} answered {code} {response.reason_phrase}".strip()
    is_absent = HTTPStatus.BAD_REQUEST <= code < HTTPStatus.INTERNAL_SERVER_ERROR
    raise NoDocument(f"{told}.") if is_absent else IssuerUnavailable(f"{told}.")
