"""Sigils: a square loop of four seconds that draws the outline on, and closes."""

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from graphic_jobs import emblem, run, sample
from PIL import Image

from limner.actions.sigil import Glyph, as_frame, color_tables
from limner.actions.sigil_strokes import find_strokes, silhouette
from limner.errors import StepFailed
from limner.types import Kind


def frames(path: Path) -> list[np.ndarray]:
    film = cv2.VideoCapture(str(path))
    assert film.get(cv2.CAP_PROP_FPS) == 30
    found = []
    while True:
        is_read, frame = film.read()
        if not is_read:
            film.release()
            return found
        found.append(frame)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the film of a disc, made once: drawing one takes ten seconds."""
    return run(tmp_path_factory.mktemp("sigil"), "sigil-video", [emblem(160)]).path(Kind.VIDEO)


def test_the_film_is_a_square_loop_that_draws_the_outline_on_and_away(film: Path) -> None:
    shown = frames(film)
    assert len(shown) == 120
    assert shown[0].shape == (1080, 1080, 3)
    closing = cv2.absdiff(shown[-1], shown[0]).mean()
    steps = [cv2.absdiff(after, before).mean() for before, after in itertools.pairwise(shown)]
    assert closing <= max(steps) + 0.2, "the loop closes as smoothly as it runs"
    inner = {number: shown[number][200:-200, 200:-200] for number in (0, 10, 25, 45, 70)}
    bright = {number: (frame.max(axis=2) > 120).mean() for number, frame in inner.items()}
    assert bright[0] < 0.001
    assert bright[70] > 0.015
    assert bright[10] < bright[25] < bright[45]


def test_the_outline_is_that_of_the_subject(tmp_path: Path) -> None:
    whole = frames(run(tmp_path, "sigil-video", [emblem(160)], lines=0, ring=False).path(Kind.VIDEO))[70]
    rows, columns = np.nonzero(whole.max(axis=2) > 200)
    radius = np.hypot(rows - 539.5, columns - 539.5)
    assert radius.std() < 0.02 * radius.mean(), "a disc's outline is a circle"
    turned = {int(turn) % 36 for turn in np.degrees(np.arctan2(rows - 540, columns - 540)) // 10}
    assert len(turned) == 36, "and it is closed"


def test_the_last_moment_is_the_first() -> None:
    strokes, shape = find_strokes(sample("astronaut", 128), 4, lambda text: None)
    glyph = Glyph(strokes, shape, has_ring=True)
    apart = np.abs(glyph.levels(1.0) - glyph.levels(0.0))
    assert apart.mean() < 0.002, "only what turning the ring rounds"


def test_levels_become_the_colours_asked_for() -> None:
    levels = np.repeat(np.array([[0.0, 1.0]], np.float32), 16, axis=0).repeat(16, axis=1)
    frame = as_frame(levels, color_tables((10, 20, 30), (240, 120, 40)))
    pixels = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray().astype(int)
    assert np.abs(pixels[8, 4] - (10, 20, 30)).max() <= 4
    assert np.abs(pixels[8, 28] - (240, 120, 40)).max() <= 6


def test_the_silhouette_of_a_see_through_picture_is_its_alpha() -> None:
    picture = Image.new("RGBA", (80, 80), (200, 40, 40, 0))
    picture.paste((200, 40, 40, 255), (20, 20, 60, 60))
    assert silhouette(picture).getbbox() == (20, 20, 60, 60)


def test_a_picture_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="neither a subject nor lines"):
        run(tmp_path, "sigil-video", [Image.new("RGB", (90, 90), "grey")])


def test_equal_pictures_give_equal_bytes(film: Path, tmp_path: Path) -> None:
    again = run(tmp_path, "sigil-video", [emblem(160)]).path(Kind.VIDEO)
    assert again.read_bytes() == film.read_bytes()


def test_where_the_photo_is_cut_no_line_is_drawn() -> None:
    photo = sample("astronaut")  # the subject reaches the lower border
    strokes, shape = find_strokes(photo, 0, lambda words: None)
    height, width = shape.shape
    points = np.concatenate([line.points for line in strokes])
    assert sum(line.length for line in strokes) > 0.8 * height
    assert points[:, 1].max() < height - 16 and points[:, 0].min() > 16 and points[:, 0].max() < width - 16


def test_an_emblem_on_transparency_keeps_its_outline_even_at_the_border() -> None:
    logo = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    logo.paste((200, 40, 40, 255), (0, 40, 200, 160))
    strokes, _ = find_strokes(logo, 0, lambda words: None)
    assert len(strokes) == 1 and strokes[0].is_closed
