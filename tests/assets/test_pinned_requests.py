"""Requests to an address that was checked, beyond what fetching uses: with a body, under the host's own name."""

import anyio
import httpx
import pytest
from anyio.abc import ByteStream
from tls_site import Site, answer

from limner.assets.public_address import PinnedClient, Timeouts

pytestmark = pytest.mark.anyio


async def post(site: Site, host: str, body: bytes) -> int:
    client = PinnedClient(timeouts=Timeouts(5, 5, 20), ssl_context=site.client_context)
    url = httpx.URL(site.url("/hook", host))
    with anyio.fail_after(30):
        async with client.answer("POST", url, "127.0.0.1", headers={"X-Test": "1"}, content=body) as response:
            return response.status_code


async def test_a_body_goes_to_the_pinned_address_under_the_hosts_name(site: Site) -> None:
    received = b""

    async def take(stream: ByteStream) -> None:
        nonlocal received
        while len(received) < 10_000:
            received += await stream.receive()
        await stream.send(answer(b"", status="202 Accepted"))

    site.routes["/hook"] = take
    assert await post(site, "media.example", b"y" * 10_000) == 202
    ((_, headers),) = site.requests
    assert received == b"y" * 10_000
    assert (headers["host"], headers["x-test"]) == (f"media.example:{site.port}", "1")
    assert headers["content-length"] == "10000"


async def test_a_body_is_not_sent_to_who_cannot_prove_the_name(site: Site) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate"):
        await post(site, "stranger.example", b"secret")
    assert site.requests == []
