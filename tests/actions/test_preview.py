from pathlib import Path

import numpy as np
import pytest
from films import BUNNY, SAMPLES, make_film, numbered, read_number
from PIL import Image

from limner.actions.job import Given, Job
from limner.actions.preview import MAX_BYTES, preview
from limner.types import Kind, Limits


def preview_of(path: Path, kind: Kind, folder: Path, max_pixels: int = 768) -> Image.Image:
    job = Job({kind: (Given(path=path),)}, {"max_pixels": max_pixels}, folder, Limits())
    (made,) = preview(job)
    assert made.kind is Kind.IMAGE and made.path is not None
    assert made.path.stat().st_size <= MAX_BYTES
    return Image.open(made.path)


def test_a_photo_becomes_a_small_jpeg(tmp_path: Path) -> None:
    with preview_of(SAMPLES / "coffee.png", Kind.IMAGE, tmp_path, 300) as small:
        assert (small.format, small.size) == ("JPEG", (300, 200))


def test_a_small_picture_is_not_enlarged(tmp_path: Path) -> None:
    with preview_of(SAMPLES / "chelsea.png", Kind.IMAGE, tmp_path, 2000) as small:
        assert small.size == (451, 300)


def test_transparency_is_kept(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (900, 400), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (100, 100, 500, 300))
    picture.save(tmp_path / "logo.png")
    with preview_of(tmp_path / "logo.png", Kind.IMAGE, tmp_path) as small:
        assert small.format in ("PNG", "WEBP") and small.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("channels", [3, 4])
def test_noise_that_does_not_compress_still_stays_within_the_bytes(tmp_path: Path, channels: int) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (800, 1000, channels), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png", compress_level=1)
    with preview_of(tmp_path / "noise.png", Kind.IMAGE, tmp_path, 4000) as small:
        assert max(small.size) <= 1000


def test_a_film_shows_its_frame_at_thirty_percent(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 100, size=(640, 360))
    with preview_of(film, Kind.VIDEO, tmp_path, 320) as still:
        assert (still.format, still.size) == ("JPEG", (320, 180))
        assert read_number(np.asarray(still)) == pytest.approx(30, abs=1)


def test_a_turned_film_shows_upright_and_one_of_a_single_frame_shows_that(tmp_path: Path) -> None:
    frame = np.full((90, 160, 3), 120, np.uint8)
    with preview_of(make_film(tmp_path / "phone.mp4", [frame], turn=90), Kind.VIDEO, tmp_path) as still:
        assert still.size == (90, 160)


def test_the_sample_film_is_shown(tmp_path: Path) -> None:
    with preview_of(BUNNY, Kind.VIDEO, tmp_path) as still:
        assert still.size == (768, 432) and np.asarray(still).std() > 30
