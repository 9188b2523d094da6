"""What callers upload, or let the server fetch as an upload, comes in by the same door as all media."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from intake_room import Room
from tls_site import Site, answer

from limner.assets.intake import MAX_SOURCE_BYTES
from limner.errors import InvalidMedia
from limner.types import Asset, Kind, Limits

pytestmark = pytest.mark.anyio

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


async def sent(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def receive(room: Room, content: bytes, name: str = "") -> Asset:
    return await room.over_http.receive(sent(content), field="file", caller="ada", name=name)


async def test_an_upload_and_its_address_are_the_asset_that_an_input_of_the_same_bytes_is(
    tmp_path: Path, site: Site, png: bytes
) -> None:
    room = Room(tmp_path, site)
    site.routes["/mug.png"] = answer(png)
    first = await receive(room, png)
    assert await room.assets.receive_from(site.url("/mug.png"), field="source", caller="ada") == first
    assert await room.image(site.url("/mug.png"), caller="ada") == first
    assert room.probe.fields == ["file"]
    assert room.leftovers() == []


async def test_an_address_names_the_type_of_a_text(tmp_path: Path, site: Site) -> None:
    room = Room(tmp_path, site)
    site.routes |= {"/notes.md": answer(b"# Mugs\n"), "/notes.txt": answer(b"Mugs\n")}
    for path, media_type in (("/notes.md", "text/markdown"), ("/notes.txt", "text/plain")):
        asset = await room.assets.receive_from(site.url(path), field="source", caller="ada")
        assert asset.media_type == media_type


async def test_a_type_that_is_not_uploaded_is_refused_even_when_its_bytes_are_known(
    tmp_path: Path, site: Site
) -> None:
    room = Room(tmp_path, site)
    (room.pictures / "logo.svg").write_bytes(SVG)
    site.routes["/logo.svg"] = answer(SVG)
    await room.assets.ingest("logo.svg", kind=Kind.DOCUMENT, field="inputs.logo", caller="ada")
    with pytest.raises(InvalidMedia, match="file: is image/svg\\+xml, which is not taken"):
        await room.over_http.receive(sent(SVG), field="file", caller="eve")
    with pytest.raises(InvalidMedia, match="source: is image/svg\\+xml, which is not taken"):
        await room.assets.receive_from(site.url("/logo.svg"), field="source", caller="eve")
    assert {caller for caller, _ in room.index.callers} == {"ada"}


@pytest.mark.parametrize("announces", [True, False])
async def test_the_server_fetches_no_upload_of_more_than_fifty_megabytes(
    tmp_path: Path, site: Site, png: bytes, announces: bool
) -> None:
    room = Room(tmp_path, site)
    body = png + bytes(MAX_SOURCE_BYTES + 1 - len(png))
    headers = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    site.routes["/large.png"] = answer(png, length=len(body)) if announces else headers + body
    with pytest.raises(InvalidMedia) as caught:
        await room.assets.receive_from(site.url("/large.png"), field="source", caller="ada")
    assert "the limit is 50 MB" in caught.value.message
    assert "LIMNER" not in caught.value.next_step
    assert room.leftovers() == []


async def test_a_lower_limit_of_the_operator_stays_and_says_whose_it_is(
    tmp_path: Path, site: Site, png: bytes
) -> None:
    room = Room(tmp_path)
    narrow = room.make(None, Room.fetcher(site, Limits(max_input_bytes=1_000_000)))
    site.routes["/large.png"] = answer(png, length=1_000_001)
    with pytest.raises(InvalidMedia, match="the limit is 1 MB") as caught:
        await narrow.receive_from(site.url("/large.png"), field="source", caller="ada")
    assert "LIMNER_MAX_INPUT_MB" in caught.value.next_step
