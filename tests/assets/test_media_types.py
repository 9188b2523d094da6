import io
import wave
from pathlib import Path

import av
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.sniff import EXTENSIONS, HEAD_BYTES, extension_of, sniff

PILLOW = {
    "JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "AVIF": "image/avif",
    "BMP": "image/bmp", "TIFF": "image/tiff",
}  # fmt: skip


@pytest.mark.parametrize(("pillow_format", "media_type"), PILLOW.items())
def test_pictures_are_told_by_their_bytes(pillow_format: str, media_type: str) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((40, 30), 50).convert("RGB").save(buffer, pillow_format)
    assert sniff(buffer.getvalue()[:HEAD_BYTES]) == media_type


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("mp4", "mpeg4", "video/mp4"), ("mov", "mpeg4", "video/quicktime"), ("webm", "libvpx", "video/webm"),
        ("matroska", "mpeg4", "video/x-matroska"), ("avi", "mpeg4", "video/x-msvideo"),
        ("ipod", "aac", "audio/mp4"), ("mp3", "libmp3lame", "audio/mpeg"), ("wav", "pcm_s16le", "audio/wav"),
        ("ogg", "libopus", "audio/ogg"), ("flac", "flac", "audio/flac"), ("adts", "aac", "audio/aac"),
    ],
)  # fmt: skip
def test_videos_and_sounds_are_told_by_their_bytes(
    tmp_path: Path, container: str, codec: str, media_type: str
) -> None:
    path = tmp_path / "made"
    with av.open(path, "w", format=container) as output:
        if media_type.startswith("video"):
            stream = output.add_stream(codec, rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            frames = [av.VideoFrame.from_image(Image.new("RGB", (64, 48), "red")) for _ in range(3)]
        else:
            stream = output.add_stream(codec, rate=48000)
            frame = av.AudioFrame(format="s16", layout="mono", samples=4800)
            frame.sample_rate = 48000
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frames = [frame]
        for frame in frames:
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert sniff(path.read_bytes()[:HEAD_BYTES]) == media_type


def test_a_wave_file_of_the_standard_library_is_a_sound() -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(100))
    assert sniff(buffer.getvalue()) == "audio/wav"


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf <?xml version='1.0'?>\n<!-- a > b --><!DOCTYPE svg [<!ENTITY a ''>]>\n<svg>", "image/svg+xml"),
        (b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<!doctype html><p>", "text/html"),
        (b"<!-- saved --><HTML>", "text/html"),
        (b'{"a": [1, 2]}', "application/json"),
        (b"[]", "application/json"),
        (b"[1] a footnote", "text/plain"),
        (b'{"cut": ', "text/plain"),
        (b"[" * 4095, "text/plain"),
        (b'{"long": "' + b"x" * 5000, "application/json"),
        ("# Überschrift\n".encode(), "text/plain"),
        (b"x" * 4095 + "é".encode(), "text/plain"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "image/avif"),
        (b"\x00\x00\x00\x14ftypjp2 \x00\x00\x00\x00jp2 ", None),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "video/quicktime"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02\x00\x00fLaC", "audio/flac"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02", "audio/mpeg"),
        (b"BMW is a car maker, so this is text", "text/plain"),
        (b"", None), (b"  \n", None), (b"PK\x03\x04", None), (b"\x7fELF\x02", None), (b"text\x00", None),
        (b"\xff\xfeh\x00i\x00", None), (b"GIF88a\x01", None), (b"RIFF1234ACON", None), (b"caf\xe9", None),
        (b"%!PS-Adobe\x04", None), (b"\x1a\x45\xdf\xa3nothing", None),
    ],
)  # fmt: skip
def test_other_files_are_told_by_their_bytes(head: bytes, media_type: str | None) -> None:
    assert sniff(head[:HEAD_BYTES]) == media_type


MAGIC = [
    b"", b"\xff\xd8\xff", b"RIFF", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftyp", b"\x1aE\xdf\xa3\x42\x82", b"ID3",
    b"\xff\xfb", b"\xff\xf1", b"BM", b"OggS", b"<?xml", b"<!--", b"<!DOCTYPE", b"{", b"[", b"\xef\xbb\xbf",
    b"\0\0\0\x08mdat",
]  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(MAGIC), st.binary(max_size=HEAD_BYTES))
@example(b"[", b"[" * 4000)
@example(b"", b"9" * 4096)
def test_any_bytes_are_told_or_not_but_never_break_anything(magic: bytes, rest: bytes) -> None:
    media_type = sniff((magic + rest)[:HEAD_BYTES])
    assert media_type is None or media_type in EXTENSIONS


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_text_is_never_taken_for_nothing(text: str) -> None:
    assert sniff(text.encode()[:HEAD_BYTES]) is not None


def test_every_media_type_has_its_own_extension() -> None:
    assert len(set(EXTENSIONS.values())) == len(EXTENSIONS)
    assert extension_of("application/x-unheard-of") == ".bin"
