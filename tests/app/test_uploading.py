import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from limner.app.requests import StartRequest
from limner.app.studio import Studio
from limner.assets.wanted import MAX_UPLOAD_PIXELS, UPLOADS, Uploadable
from limner.config import read_settings
from limner.errors import InvalidInput, InvalidMedia, NotFound, Unavailable
from limner.library import sample
from limner.server import open_studio
from limner.types import Asset, AssetStatus, Upload

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


async def sent(content: bytes, piece: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), piece):
        yield content[start : start + piece]


def picture(format_name: str = "PNG", size: tuple[int, int] = (48, 32)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(buffer, format_name)
    return buffer.getvalue()


def film(container: str, codec: str, folder: Path) -> bytes:
    path = folder / f"film.{container}"
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, np.uint8), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path.read_bytes()


def sound(container: str, codec: str, folder: Path) -> bytes:
    path = folder / f"sound.{container}"
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=48_000, layout="stereo")
        wave = np.sin(np.arange(24_000) / 20).astype(np.float32) * 0.2
        for start in range(0, 24_000, 960):
            samples = np.tile(wave[start : start + 960], (2, 1))
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
            frame.rate, frame.pts = 48_000, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path.read_bytes()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A file of each type that may be uploaded."""
    folder = tmp_path_factory.mktemp("files")
    stills = {f"image/{name.lower()}": picture(name) for name in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")}
    return {
        **stills,
        "video/mp4": film("mp4", "libx264", folder),
        "video/webm": film("webm", "libvpx-vp9", folder),
        "video/quicktime": film("mov", "libx264", folder),
        "audio/mpeg": sound("mp3", "libmp3lame", folder),
        "audio/wav": sound("wav", "pcm_s16le", folder),
        "audio/ogg": sound("ogg", "libopus", folder),
        "application/pdf": PDF,
        "application/json": b'{"headline": "Mugs"}',
        "text/plain": b"Mugs are back.\n",
        "text/markdown": b"# Mugs\n\nThey are back.\n",
    }


def leftovers(home: Path) -> list[Path]:
    return [path for path in (home / "incoming").rglob("*") if path.is_file()]


async def test_every_type_that_may_be_uploaded_becomes_an_asset_with_its_bytes(
    studio: Studio, files: dict[str, bytes], home: Path
) -> None:
    assert set(files) == UPLOADS
    stored: list[Asset] = []
    for media_type, content in files.items():
        name = "notes.md" if media_type == "text/markdown" else "photo.exe"
        asset = await studio.add_asset("ada", sent(content), name=name)
        assert (asset.media_type, asset.size_bytes) == (media_type, len(content))
        assert studio.path(asset).read_bytes() == content
        assert await studio.get_asset_of("ada", asset.asset_id) == asset
        stored.append(asset)
    picture_asset = stored[0]
    assert (picture_asset.width, picture_asset.height) == (48, 32)
    listed = (await studio.list_assets("ada", 100)).items
    assert {each.asset_id for each in listed} == {each.asset_id for each in stored}
    assert (await studio.list_assets("eve", 100)).items == ()
    with pytest.raises(NotFound):
        await studio.get_asset_of("eve", picture_asset.asset_id)
    assert leftovers(home) == []


async def test_the_same_bytes_are_the_same_asset_for_each_who_sends_them(studio: Studio) -> None:
    content = picture()
    first = await studio.add_asset("ada", sent(content))
    assert await studio.add_asset("ada", sent(content, 17)) == first
    assert await studio.add_asset("eve", sent(content)) == first
    assert (await studio.list_assets("ada", 10)).items == (first,)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (SVG, "is image/svg+xml, which is not taken"),
        (b"<!doctype html><script>alert(1)</script>", "is text/html, which is not taken"),
        (picture("TIFF"), "is image/tiff, which is not taken"),
        (picture("BMP"), "is image/bmp, which is not taken"),
        (b"PK\x03\x04" + bytes(100), "is no media of a known type"),
        (picture()[:200], "file: "),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "file: "),
    ],
)
async def test_what_may_not_be_uploaded_is_refused_and_leaves_nothing(
    studio: Studio, home: Path, content: bytes, says: str
) -> None:
    with pytest.raises(InvalidMedia) as caught:
        await studio.add_asset("ada", sent(content))
    assert says in caught.value.message
    assert [each.field for each in caught.value.fields] == ["file"]
    assert caught.value.next_step
    assert (await studio.list_assets("ada", 10)).items == ()
    assert leftovers(home) == []


async def test_an_upload_without_end_is_cut_off_at_the_limit(home: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield picture()
        while True:
            taken += 100_000
            yield bytes(100_000)

    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_MAX_INPUT_MB": "1"})
    async with open_studio(settings, works=False) as studio:
        with pytest.raises(InvalidMedia, match="is too large, the limit is 1 MB"):
            await studio.add_asset("ada", endless())
    assert taken <= 1_100_000
    assert leftovers(home) == []


async def test_the_servers_own_limit_of_pixels_holds_for_uploads(home: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_MAX_PIXELS": "10000"})
    async with open_studio(settings, works=False) as studio:
        await studio.add_asset("ada", sent(picture(size=(100, 100))))
        with pytest.raises(InvalidInput, match="file: "):
            await studio.add_asset("ada", sent(picture(size=(101, 100))))


def test_no_picture_of_more_than_150_megapixels_is_taken_whatever_the_server_allows() -> None:
    most = Asset("asset_1", "ab" * 32, "image/png", 9, 0, width=MAX_UPLOAD_PIXELS // 10_000, height=10_000)
    Uploadable().require(most, "file")
    with pytest.raises(InvalidMedia, match="the limit is 150"):
        Uploadable().require(replace(most, height=10_001), "file")
    Uploadable().require(replace(most, height=10_001, media_type="video/mp4"), "file")


async def test_an_upload_that_breaks_off_leaves_nothing(studio: Studio, home: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield picture()[:1000]
        raise ConnectionResetError

    upload = await studio.promise_upload("ada", "image/png")
    with pytest.raises(ConnectionResetError):
        await studio.add_asset("ada", broken())
    with pytest.raises(ConnectionResetError):
        await studio.receive_upload(upload.asset_id, broken())
    assert leftovers(home) == []
    assert await studio.get_asset_of("ada", upload.asset_id) == upload


async def test_a_promised_file_is_awaited_received_and_completed(studio: Studio) -> None:
    upload = await studio.promise_upload("ada", "image/png")
    assert upload.expires_at - upload.created_at == 3_600_000
    assert await studio.get_asset_of("ada", upload.asset_id) == upload
    with pytest.raises(Unavailable) as early:
        await studio.complete_upload("ada", upload.asset_id)
    assert early.value.code == "conflict"

    content = picture()
    received = await studio.receive_upload(upload.asset_id, sent(content))
    done = await studio.complete_upload("ada", upload.asset_id)

    assert isinstance(done, Upload)
    assert done == received
    assert (done.asset_id, done.status) == (upload.asset_id, AssetStatus.READY)
    assert done.asset is not None
    assert studio.path(done.asset).read_bytes() == content
    assert await studio.complete_upload("ada", upload.asset_id) == done
    assert (await studio.list_assets("ada", 10)).items == (done.asset,)
    for attempt in (
        studio.get_asset_of("eve", upload.asset_id),
        studio.complete_upload("eve", upload.asset_id),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(Unavailable) as second:
        await studio.receive_upload(upload.asset_id, sent(picture()))
    assert second.value.code == "conflict"


async def test_a_promised_id_stands_for_its_file_in_a_run(studio: Studio) -> None:
    upload = await studio.promise_upload("ada", "image/png")

    async def start(asset_id: str, caller: str = "ada") -> Any:
        request = StartRequest(action_id="blur-image", inputs={"image": asset_id})
        return (await studio.start_run(caller, request)).run

    with pytest.raises(NotFound) as early:
        await start(upload.asset_id)
    assert early.value.message == f"inputs.image: the file of {upload.asset_id} was not uploaded yet"
    assert [each.field for each in early.value.fields] == ["inputs.image"]
    with pytest.raises(NotFound, match="there is no asset"):
        await start(upload.asset_id, caller="eve")
    done = await studio.receive_upload(upload.asset_id, sent(picture()))
    assert done.asset is not None

    run = await start(upload.asset_id)
    assert run.request["inputs"] == {"image": [done.asset.asset_id]}
    assert (await start(done.asset.asset_id)).run_id == run.run_id
    with pytest.raises(NotFound):
        await start(upload.asset_id, caller="eve")


async def test_a_promise_broken_by_another_kind_of_file_fails_and_can_be_mended(
    studio: Studio, files: dict[str, bytes]
) -> None:
    upload = await studio.promise_upload("ada", "image/jpeg")
    with pytest.raises(InvalidMedia, match="is video/mp4, expects an image"):
        await studio.receive_upload(upload.asset_id, sent(files["video/mp4"]), name="film.mp4")
    failed = await studio.complete_upload("ada", upload.asset_id)
    assert isinstance(failed, Upload)
    assert (failed.status, failed.asset) == (AssetStatus.FAILED, None)
    assert failed.error is not None
    assert failed.error["message"] == "file: is video/mp4, expects an image"
    assert (await studio.list_assets("ada", 10)).items == ()

    await studio.receive_upload(upload.asset_id, sent(files["image/png"]))
    mended = await studio.complete_upload("ada", upload.asset_id)
    assert isinstance(mended, Upload)
    assert (mended.status, mended.error) == (AssetStatus.READY, None)
    assert mended.asset is not None
    assert mended.asset.media_type == "image/png"  # an image was announced, and an image came


@pytest.mark.parametrize(
    ("announced", "kept"),
    [("image/png", "image/png"), ("IMAGE/JPG; q=1", "image/jpeg"), ("audio/x-wav", "audio/wav"),
     ("text/plain; charset=utf-8", "text/plain")],
)  # fmt: skip
async def test_a_type_may_be_announced_as_browsers_do(studio: Studio, announced: str, kept: str) -> None:
    assert (await studio.promise_upload("ada", announced)).media_type == kept


@pytest.mark.parametrize(
    "announced", ["", "image", "image/svg+xml", "text/html", "application/zip", "x" * 999]
)
async def test_a_type_that_is_not_uploaded_is_not_promised(studio: Studio, announced: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await studio.promise_upload("ada", announced)
    assert [each.field for each in caught.value.fields] == ["content_type"]
    assert "image/webp" in caught.value.message
    assert len(json.dumps(caught.value.document())) < 1500


async def test_local_paths_are_no_source(studio: Studio) -> None:
    for address in (
        str(sample("coffee.png")),
        f"file://{sample('coffee.png')}",
        "data:text/plain,x",
        "ftp://a/b",
    ):
        with pytest.raises(InvalidInput) as caught:
            await studio.add_asset_from("ada", address)
        assert [each.field for each in caught.value.fields] == ["source"]
