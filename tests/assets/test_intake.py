import base64
import hashlib
from pathlib import Path

import anyio
import av
import pytest
from intake_room import Room
from PIL import Image
from tls_site import Site, answer, redirect

from limner.assets.fetch import Fetcher
from limner.assets.intake import asset_id_of
from limner.assets.roots import InputRoots
from limner.errors import InvalidInput, InvalidMedia, NotFound
from limner.types import Asset, Kind, MediaInfo

pytestmark = pytest.mark.anyio


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_the_same_picture_by_path_address_data_url_and_id_is_one_asset_probed_once(
    tmp_path: Path, site: Site, png: bytes
) -> None:
    room = Room(tmp_path, site)
    path = room.pictures / "mug.png"
    path.write_bytes(png)
    site.routes |= {"/mug": answer(png), "/moved": redirect("/mug")}
    first = await room.image("mug.png")
    values = [
        str(path),
        "~/Pictures/mug.png",
        f"file://{path}",
        f" {site.url('/mug')}\n",
        site.url("/moved"),
        f"data:text/html;base64,{base64.b64encode(png).decode()}",
        first.asset_id,
    ]
    assert [await room.image(value) for value in values] == [first] * len(values)
    sha256 = hashlib.sha256(png).hexdigest()
    size = len(png)
    assert first == Asset(f"asset_{sha256[:32]}", sha256, "image/png", size, 1_790_000_000_000, 48, 32)
    assert room.assets.path(first).read_bytes() == png
    assert path.exists()
    assert room.probe.fields == ["inputs.image"]
    assert room.leftovers() == []


async def test_what_is_refused_leaves_nothing_behind(room: Room, png: bytes) -> None:
    (room.pictures / "broken.png").write_bytes(png[:200])
    (room.pictures / "page.png").write_bytes(b"<html>not a picture</html>")
    for name in ("broken.png", "page.png", "none.png"):
        with pytest.raises(InvalidInput):
            await room.image(name)
    assert room.leftovers() == []
    assert room.index.assets == {}
    assert not list(room.folder.root.rglob("*.*"))


@pytest.mark.parametrize(
    ("content", "kind", "says", "way_out"),
    [
        (b"%PDF-1.4 x", Kind.IMAGE, "is application/pdf, expects an image", "Send a file of the kind"),
        (b"<svg/>", Kind.IMAGE, "is image/svg+xml, expects an image", "Render the drawing to PNG first"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", Kind.IMAGE, "is video/mp4, expects an image", "extract-video-frames"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", Kind.AUDIO, "is video/mp4, expects a sound", "split-audio-from-video"),
        (b"<html>", Kind.DOCUMENT, "is text/html, expects a document (PDF, SVG, Markdown", ""),
        (b"PK\x03\x04" + bytes(9), Kind.VIDEO, "is no media of a known type, expects a video", "video/mp4, "),
    ],
)  # fmt: skip
async def test_a_file_of_another_kind_is_refused_with_what_it_is(
    room: Room, content: bytes, kind: Kind, says: str, way_out: str
) -> None:
    (room.pictures / "thing").write_bytes(content)
    with pytest.raises(InvalidMedia) as caught:
        await room.assets.ingest("thing", kind=kind, field="inputs.x", caller="local")
    assert caught.value.message.startswith(f"inputs.x: {says}")
    assert way_out in caught.value.next_step


async def test_a_gif_is_an_image_that_may_stand_for_a_video_too(room: Room) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(room.pictures / "wave.gif", save_all=True, append_images=frames[1:])
    asset = await room.image("wave.gif")
    assert (asset.media_type, asset.kind) == ("image/gif", Kind.IMAGE)
    for value in ("wave.gif", asset.asset_id):
        film = await room.assets.ingest(value, kind=Kind.VIDEO, field="inputs.video", caller="local")
        assert film.asset_id == asset.asset_id
        with pytest.raises(InvalidMedia, match="is image/gif, expects a sound"):
            await room.assets.ingest(value, kind=Kind.AUDIO, field="inputs.audio", caller="local")


async def test_an_animated_webp_is_no_video(room: Room) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(room.pictures / "wave.webp", save_all=True, append_images=frames[1:])
    with pytest.raises(InvalidMedia, match="is image/webp, expects a video") as caught:
        await room.assets.ingest("wave.webp", kind=Kind.VIDEO, field="inputs.video", caller="local")
    assert "GIF" in caught.value.next_step


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.md", b"# Title\n", "text/markdown"),
        ("a.txt", b"plain\n", "text/plain"),
        ("a.json", b'{"a": 1}', "application/json"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("a.pdf", b"%PDF-1.4\n", "application/pdf"),
    ],
)
async def test_documents_come_in_with_their_type(
    room: Room, name: str, content: bytes, media_type: str
) -> None:
    (room.pictures / name).write_bytes(content)
    asset = await room.assets.ingest(name, kind=Kind.DOCUMENT, field="inputs.brief", caller="local")
    assert asset.media_type == media_type
    assert room.assets.path(asset).suffix == Path(name).suffix


@pytest.mark.parametrize(
    ("value", "says", "way_out"),
    [
        ("http://media.example/a.png", "http:// addresses are not fetched", "https://"),
        ("ftp://media.example/a.png", "ftp:// addresses are not read", "https://"),
        ("s3://bucket/a.png", "s3:// addresses are not read", "https://"),
        ("", "is empty", "https://"),
        ("data:;base64,", "without data", ""),
        ("C:\\Users\\me\\a.png", "no file at", "Correct the fields"),
        ("https://169.254.169.254/latest", "not on the public internet", "public https://"),
    ],
)
async def test_a_value_that_cannot_be_read_is_refused_with_the_way_out(
    room: Room, value: str, says: str, way_out: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await room.image(value)
    assert caught.value.message.startswith("inputs.image: ")
    assert says in caught.value.message
    assert way_out in caught.value.next_step


@pytest.mark.parametrize("value", ["mug.png", "file:///etc/passwd", "~/x.png"])
async def test_without_roots_no_local_file_is_read_and_the_message_says_what_is(
    room: Room, value: str
) -> None:
    (room.pictures / "mug.png").write_bytes(b"x")
    with pytest.raises(InvalidInput) as caught:
        await room.over_http.ingest(value, kind=Kind.IMAGE, field="inputs.image", caller="ann")
    assert "local files are not read over this transport" in caught.value.message
    assert "https://" in caught.value.message and "asset_…" in caught.value.message


async def test_an_asset_of_another_caller_is_not_found_until_its_content_is_sent(
    room: Room, png: bytes
) -> None:
    (room.pictures / "mug.png").write_bytes(png)
    asset = await room.image("mug.png", "ann")
    with pytest.raises(NotFound) as caught:
        await room.image(asset.asset_id, "bob")
    assert caught.value.fields[0].field == "inputs.image"
    assert await room.image("mug.png", "bob") == asset
    assert await room.image(asset.asset_id, "bob") == asset
    assert len(room.probe.fields) == 1


async def test_a_lost_file_is_named_and_mended_by_sending_it_again(room: Room, png: bytes) -> None:
    (room.pictures / "mug.png").write_bytes(png)
    asset = await room.image("mug.png")
    room.assets.path(asset).unlink()
    with pytest.raises(NotFound, match="is gone from the asset storage"):
        await room.image(asset.asset_id)
    assert await room.image("mug.png") == asset
    assert room.assets.path(asset).read_bytes() == png


async def test_a_result_is_moved_in_and_keeps_the_type_it_was_first_stored_with(
    room: Room, tmp_path: Path, png: bytes
) -> None:
    info = MediaInfo("image/png", len(png), 48, 32)
    for number, media_type in enumerate(("image/png", "image/apng")):
        made = tmp_path / f"made-{number}"
        made.write_bytes(png)
        asset = await room.assets.adopt(made, info._replace(media_type=media_type), "local")
        assert not made.exists()
        assert (asset.media_type, asset.width) == ("image/png", 48)
        assert asset.asset_id == asset_id_of(asset.sha256)
    assert room.assets.path(asset).read_bytes() == png
    assert room.probe.fields == []


async def test_many_at_once_end_as_one_asset(room: Room, png: bytes) -> None:
    (room.pictures / "mug.png").write_bytes(png)
    found: list[Asset] = []

    async def ingest() -> None:
        found.append(await room.image("mug.png"))

    async with anyio.create_task_group() as tasks:
        for _ in range(12):
            tasks.start_soon(ingest)
    assert len(set(found)) == 1
    assert len(list(room.folder.root.rglob("*.png"))) == 1
    assert room.leftovers() == []


async def test_a_cancelled_ingest_leaves_nothing_behind(tmp_path: Path, site: Site, png: bytes) -> None:
    room = Room(tmp_path, site)
    has_begun = anyio.Event()

    async def stall(stream: anyio.abc.ByteStream) -> None:
        await stream.send(answer(png, length=900_000))
        has_begun.set()
        await anyio.sleep_forever()

    site.routes["/stall"] = stall
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(room.image, site.url("/stall"))
        with anyio.fail_after(10):
            await has_begun.wait()
        tasks.cancel_scope.cancel()
    assert room.leftovers() == []


async def test_content_is_hashed_without_bringing_it_in(room: Room, png: bytes) -> None:
    (room.pictures / "mug.png").write_bytes(png)
    sha256 = hashlib.sha256(png).hexdigest()
    packed = base64.b64encode(png).decode()
    for value in ("mug.png", "~/Pictures/mug.png", f"data:;base64,{packed}"):
        assert await room.assets.hash_file(value, field="inputs.image") == sha256
    for value in ("https://media.example/a.png", "http://a/b.png", "asset_1234", "/etc/passwd", "none.png"):
        with pytest.raises(InvalidInput, match=r"^inputs\.image: "):
            await room.assets.hash_file(value, field="inputs.image")
    assert room.index.assets == {}


def test_only_web_addresses_are_remote(room: Room) -> None:
    assert all(map(room.assets.is_remote, ["https://a/b", "HTTPS://a", " https://a\n"]))
    assert not any(
        map(room.assets.is_remote, ["a.png", "data:,x", "file:///a", "asset_12", "https.png", "", "http://a"])
    )


async def test_a_container_with_sound_only_is_taken_as_a_sound(room: Room) -> None:
    path = room.pictures / "voice.mp4"
    with av.open(path, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=48000)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=4800)
        frame.sample_rate = 48000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))

    async def probe(path: Path, field: str) -> MediaInfo:
        with av.open(path) as container:
            has_picture = bool(container.streams.video)
            return MediaInfo("video/mp4" if has_picture else "audio/mp4", container.size)

    room.probe = probe  # type: ignore[assignment]  # the test room is a plain holder
    assets = room.make(InputRoots([room.pictures], room.home, working=room.pictures), Fetcher())
    asset = await assets.ingest("voice.mp4", kind=Kind.AUDIO, field="inputs.audio", caller="local")
    assert (asset.media_type, assets.path(asset).suffix) == ("audio/mp4", ".m4a")
