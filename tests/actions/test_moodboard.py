"""Mood boards: their size, what is in their tiles, their words, and chance that is the same each time."""

from pathlib import Path

import numpy as np
import pytest
from graphic_jobs import emblem, run, sample
from PIL import Image

from limner.actions.moodboard import layout
from limner.types import Kind


@pytest.mark.parametrize(("ratio", "size"), [("3:2", (2400, 1600)), ("4:5", (1920, 2400))])
@pytest.mark.parametrize("seed", range(6))
def test_tiles_fill_the_board_without_touching_each_other(
    ratio: str, size: tuple[int, int], seed: int
) -> None:
    boxes = layout(size, np.random.default_rng(seed))
    assert len(boxes) == 8
    taken = np.zeros(size[::-1], int)
    for left, top, right, bottom in boxes.values():
        taken[top:bottom, left:right] += 1
    assert taken.max() == 1
    inside = taken[56:-56, 56:-56]
    assert inside.mean() > 0.93, "only the gaps are left free"
    assert not taken[:50].any()
    assert not taken[:, -50:].any()


def test_a_board_has_the_ratio_and_shows_the_photos_own_colours(tmp_path: Path) -> None:
    board = run(tmp_path, "compose-moodboard", [emblem(480)], aspect_ratio="16:9", format="png").image()
    assert board.size == (2400, 1350)
    counts = {color: count for count, color in board.getcolors(1 << 24) or ()}
    for color in ((0x1C, 0x3F, 0x5E), (0xD8, 0x58, 0x2B), (0xF4, 0xEF, 0xE6)):
        assert counts.get(color, 0) > 20_000, f"{color} is in the chips and the crops"


def test_the_paper_shows_between_the_tiles(tmp_path: Path) -> None:
    board = run(tmp_path, "compose-moodboard", [sample("coffee")], background="#123456", format="png")
    pixels = board.pixels()
    for edge in (pixels[:50], pixels[-50:], pixels[:, :50], pixels[:, -50:]):
        assert (edge == (0x12, 0x34, 0x56)).all()


def test_words_are_set_and_other_words_change_only_their_card(tmp_path: Path) -> None:
    first = run(tmp_path, "compose-moodboard", [sample("coffee")], words="Slow, warm", format="png").pixels()
    second = run(tmp_path, "compose-moodboard", [sample("coffee")], words="Fast, cold", format="png").pixels()
    rows, columns = np.nonzero(np.abs(first - second).max(axis=2))
    box = (columns.min(), rows.min(), columns.max(), rows.max())
    cards = [layout((2400, 1600), np.random.default_rng((0, 0)))["type"]]
    assert any(c[0] <= box[0] and c[1] <= box[1] and c[2] > box[2] and c[3] > box[3] for c in cards)


def test_equal_seeds_give_equal_bytes_and_others_another_board(tmp_path: Path) -> None:
    made = [
        run(tmp_path, "compose-moodboard", [sample("astronaut")], seed=2).path(Kind.IMAGE).read_bytes()
        for _ in range(2)
    ]
    assert made[0] == made[1]
    other = run(tmp_path, "compose-moodboard", [sample("astronaut")], seed=3)
    assert other.path(Kind.IMAGE).read_bytes() != made[0]


@pytest.mark.parametrize("size", [(1, 1), (900, 4), (5, 700)])
def test_tiny_and_thin_pictures_make_a_board_with_a_warning(tmp_path: Path, size: tuple[int, int]) -> None:
    result = run(tmp_path, "compose-moodboard", [Image.new("RGB", size, "teal")])
    assert result.image().size == (2400, 1600)
    assert result.warnings == ["inputs.image: is small for a board; its close crops look soft."]
