import json
import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
from films import BUNNY, SAMPLES, make_film, numbered, picture, tone
from PIL import Image

from limner.actions.job import Given, Job
from limner.actions.probe import probe, verify
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Kind, Limits

LIMITS = Limits()


def make_sound(path: Path, codec: str, channels: int = 2, *, cover: bool = False) -> Path:
    samples = tone(1.0, channels=channels)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48_000, layout=layout)
        if cover:
            art = container.add_stream("mjpeg", rate=1)
            art.width, art.height, art.pix_fmt = 64, 64, "yuvj420p"
            art.disposition = av.stream.Disposition.attached_pic
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24").reformat(
                format="yuvj420p"
            )
            frame.pts = 0
            container.mux(art.encode(frame))
            container.mux(art.encode(None))
        resampler = av.AudioResampler(
            stream.codec_context.format, layout, 48_000, stream.codec_context.frame_size or 1024
        )
        block = av.AudioFrame.from_ndarray(samples, "fltp", layout)
        block.sample_rate, block.pts = 48_000, 0
        for each in (*resampler.resample(block), *resampler.resample(None)):
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return path


def save(path: Path, **how: object) -> Path:
    Image.fromarray(picture(5, 64, 48)).save(path, **how)
    return path


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
        ("tiff", "image/tiff"),
        ("bmp", "image/bmp"),
        ("avif", "image/avif"),
    ],
)
def test_a_still_is_known_by_its_bytes_whatever_it_is_called(
    tmp_path: Path, suffix: str, media_type: str
) -> None:
    path = save(tmp_path / f"still.{suffix}").rename(tmp_path / "film.mp4")
    info = probe(path, LIMITS)
    assert (info.media_type, info.width, info.height) == (media_type, 64, 48)
    assert info.size_bytes == path.stat().st_size


def test_the_size_is_the_one_shown_after_the_cameras_orientation(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    info = probe(save(tmp_path / "phone.jpg", exif=exif), LIMITS)
    assert (info.width, info.height) == (48, 64)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "tiff", "avif"])
def test_a_still_that_is_cut_off_is_refused_by_name_of_the_field(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    path = tmp_path / f"cut.{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InvalidMedia, match=r"inputs\.logo.*damaged or incomplete") as caught:
        probe(path, LIMITS, "inputs.logo")
    assert caught.value.fields[0].field == "inputs.logo"


def test_a_png_with_a_byte_changed_is_refused(tmp_path: Path) -> None:
    data = bytearray((SAMPLES / "coffee.png").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "coffee.png").write_bytes(data)
    with pytest.raises(InvalidMedia, match="damaged"):
        probe(tmp_path / "coffee.png", LIMITS)


def test_a_picture_over_the_pixel_limit_is_refused_and_the_setting_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="64 x 48") as caught:
        probe(save(tmp_path / "big.png"), Limits(max_pixels=3071))
    assert "LIMNER_MAX_PIXELS" in caught.value.next_step


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "bomb.png")
    data = bytearray((tmp_path / "bomb.png").read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    (tmp_path / "bomb.png").write_bytes(data)
    with pytest.raises(InvalidInput, match="60000 x 60000"):
        probe(tmp_path / "bomb.png", LIMITS)


def test_a_film_is_measured(tmp_path: Path) -> None:
    info = probe(numbered(tmp_path / "film.mp4", 45, sound=tone(1.5)), LIMITS)
    assert (info.media_type, info.width, info.height, info.has_audio) == ("video/mp4", 160, 90, True)
    assert info.duration_seconds == pytest.approx(1.5, abs=0.03)


def test_the_sample_film_is_measured() -> None:
    info = probe(BUNNY, LIMITS)
    assert (info.media_type, info.width, info.height, info.has_audio) == ("video/mp4", 1280, 720, True)
    assert info.duration_seconds == pytest.approx(5.3, abs=0.05)


@pytest.mark.parametrize(
    ("suffix", "codec", "media_type"),
    [
        (".mov", "libx264", "video/quicktime"),
        (".mkv", "libx264", "video/x-matroska"),
        (".webm", "libvpx-vp9", "video/webm"),
        (".avi", "mpeg4", "video/x-msvideo"),
    ],
)
def test_other_containers_are_told_apart(tmp_path: Path, suffix: str, codec: str, media_type: str) -> None:
    info = probe(numbered(tmp_path / f"film{suffix}", 30, codec=codec), LIMITS)
    assert (info.media_type, info.width, info.has_audio) == (media_type, 160, False)
    assert info.duration_seconds == pytest.approx(1.0, abs=0.04)


@pytest.mark.parametrize("turn", [90, -90, 180])
def test_a_turned_film_has_the_size_that_is_shown(tmp_path: Path, turn: int) -> None:
    info = probe(numbered(tmp_path / "phone.mp4", 5, turn=turn), LIMITS)
    assert (info.width, info.height) == ((160, 90) if turn == 180 else (90, 160))


@pytest.mark.parametrize(
    ("name", "codec", "media_type"),
    [
        ("a.m4a", "aac", "audio/mp4"),
        ("a.mp3", "libmp3lame", "audio/mpeg"),
        ("a.wav", "pcm_s16le", "audio/wav"),
        ("a.ogg", "libopus", "audio/ogg"),
        ("a.flac", "flac", "audio/flac"),
    ],
)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_sound_is_measured(tmp_path: Path, name: str, codec: str, media_type: str, channels: int) -> None:
    if codec == "libmp3lame":
        channels = min(channels, 2)  # MP3 has no 5.1
    info = probe(make_sound(tmp_path / name, codec, channels), LIMITS)
    assert (info.media_type, info.width, info.has_audio) == (media_type, None, True)
    assert info.duration_seconds == pytest.approx(1.0, abs=0.06)


def test_a_song_with_a_cover_is_a_sound(tmp_path: Path) -> None:
    info = probe(make_sound(tmp_path / "song.mp3", "libmp3lame", cover=True), LIMITS)
    assert (info.media_type, info.width) == ("audio/mpeg", None)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_film_that_is_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    whole = make_film(
        tmp_path / "whole.mp4",
        list(np.random.default_rng(2).integers(0, 255, (40, 90, 160, 3), np.uint8)),
    )
    for name, source in (("index-last.mp4", whole), ("bunny.mp4", BUNNY)):
        data = source.read_bytes()
        (tmp_path / name).write_bytes(data[: int(len(data) * share)])
        with pytest.raises(InvalidMedia, match=r"inputs\.video"):
            probe(tmp_path / name, LIMITS, "inputs.video")


def test_a_film_over_a_limit_is_refused_and_the_setting_named(tmp_path: Path) -> None:
    path = numbered(tmp_path / "film.mp4", 60)
    with pytest.raises(InvalidInput) as caught:
        probe(path, Limits(max_duration_seconds=1.5))
    assert "LIMNER_MAX_SECONDS" in caught.value.next_step
    with pytest.raises(InvalidInput) as caught:
        probe(path, Limits(max_pixels=160 * 90 - 1))
    assert "LIMNER_MAX_PIXELS" in caught.value.next_step


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!doctype html><html><body>404</body></html>", "web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"just some words", "plain text"),
        (b"#EXTM3U\n#EXTINF:10,\ninner.ts\n#EXT-X-ENDLIST\n", "playlist"),
        (b"ffconcat version 1.0\nfile inner.mp4\n", "playlist"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"PK\x03\x04rest", "ZIP"),
        (bytes(range(256)), "no media type"),
        (b"", "empty"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
    ],
)
def test_something_else_called_mp4_is_refused_with_what_it_looks_like(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "film.mp4").write_bytes(content)
    with pytest.raises(InvalidMedia, match=words):
        probe(tmp_path / "film.mp4", LIMITS)


def test_a_playlist_hidden_in_a_container_name_reads_no_other_file(tmp_path: Path) -> None:
    inner = numbered(tmp_path / "inner.mp4", 5)
    disguised = tmp_path / "evil.mp4"
    disguised.write_bytes(b"\x00\x00\x00\x10ftypmp42\n" + f"ffconcat version 1.0\nfile {inner}\n".encode())
    with pytest.raises(InvalidMedia):
        probe(disguised, LIMITS)


def test_documents_are_recognised(tmp_path: Path) -> None:
    for name, content, media_type in (
        ("a.pdf", b"%PDF-1.7\n...", "application/pdf"),
        ("a.json", b'{"a": [1, 2]}', "text/plain"),
        ("a.txt", "Grüße, 世界".encode(), "text/plain"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>', "image/svg+xml"),
    ):
        (tmp_path / name).write_bytes(content)
        assert probe(tmp_path / name, LIMITS).media_type == media_type
    assert probe(tmp_path / "a.svg", LIMITS).width == 30


@pytest.mark.parametrize(
    "drawing",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>",
        b"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg' width='70000' height='70000'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>",
    ],
)
def test_a_broken_huge_or_entity_laden_drawing_is_refused(tmp_path: Path, drawing: bytes) -> None:
    (tmp_path / "a.svg").write_bytes(drawing)
    with pytest.raises(InvalidInput):
        probe(tmp_path / "a.svg", LIMITS)


def test_verify_answers_with_the_facts_as_json(tmp_path: Path) -> None:
    job = Job({Kind.IMAGE: (Given(SAMPLES / "coffee.png"),)}, {"field": "inputs.image"}, tmp_path, LIMITS)
    (made,) = verify(job)
    facts = json.loads(made.text or "")
    assert (made.kind, facts["media_type"], facts["width"]) == (Kind.TEXT, "image/png", 600)
