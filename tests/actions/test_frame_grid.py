from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import BUNNY, numbered, read_number, run, run_loud, some_frames
from PIL import Image

from limner.errors import InvalidInput
from limner.types import Kind, Limits


def grid_of(path: Path, folder: Path, **params: Any) -> np.ndarray:
    with Image.open(run("video-to-frame-grid", folder, {Kind.VIDEO: [path]}, **params)) as image:
        return np.asarray(image)


def cells(grid: np.ndarray, columns: int, rows: int, size: tuple[int, int], gap: int) -> list[np.ndarray]:
    width, height = size
    return [
        grid[top : top + height, left : left + width]
        for top in range(gap, gap + rows * (height + gap), height + gap)
        for left in range(gap, gap + columns * (width + gap), width + gap)
    ]


@pytest.mark.parametrize(
    ("columns", "rows", "gap"),
    [(3, 3, 8), (4, 2, 0), (1, 5, 20), (2, 1, 3)],
)
def test_frames_of_the_whole_film_stand_in_reading_order(
    tmp_path: Path, columns: int, rows: int, gap: int
) -> None:
    film = numbered(tmp_path / "film.mp4", 90)
    grid = grid_of(film, tmp_path / "out", cols=columns, rows=rows, gap=gap, cell_width=160)
    assert grid.shape == (gap + rows * (90 + gap), gap + columns * (160 + gap), 3)
    shown = [read_number(cell) for cell in cells(grid, columns, rows, (160, 90), gap)]
    count = columns * rows
    assert shown == [int((n + 0.5) * 90 / count) for n in range(count)]


def test_the_background_shows_between_and_around_the_frames(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20)
    grid = grid_of(film, tmp_path / "out", cols=2, rows=2, gap=30, cell_width=160, background="#c04010")
    for y, x in ((5, 5), (15, 100), (135, 205), (265, 370), (100, 205)):
        assert np.abs(grid[y, x].astype(int) - (0xC0, 0x40, 0x10)).max() <= 4
    see_through = grid_of(film, tmp_path / "clear", gap=30, background="transparent")
    assert see_through.shape[2] == 4
    assert (see_through[5, 5, 3], see_through[60, 100, 3]) == (0, 255)


def test_an_upright_film_gives_upright_cells(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20, turn=90)
    grid = grid_of(film, tmp_path / "out", cols=2, rows=1, gap=0, cell_width=90)
    assert grid.shape == (160, 180, 3)
    assert [read_number(np.rot90(cell, -1)) for cell in cells(grid, 2, 1, (90, 160), 0)] == [5, 15]


def test_a_real_film_in_small_cells_looks_like_its_frames_made_small(tmp_path: Path) -> None:
    grid = grid_of(BUNNY, tmp_path / "out", cols=2, rows=2, gap=4, cell_width=320)
    _, frames = some_frames(BUNNY, 16, 49, 82, 115)
    for frame, cell in zip(frames, cells(grid, 2, 2, (320, 180), 4), strict=True):
        small = Image.fromarray(frame).resize((320, 180), Image.Resampling.BICUBIC)
        assert np.abs(cell.astype(int) - np.asarray(small)).mean() < 6


def test_a_short_film_repeats_frames_and_says_so(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 4)
    _, told = run_loud("video-to-frame-grid", tmp_path / "out", {Kind.VIDEO: [film]})
    assert [line["warning"] for line in told if "warning" in line] == [
        "frames repeat in the grid: it has 9 cells, the video 4 frames"
    ]


def test_a_grid_over_the_limit_of_pixels_is_refused_by_name(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 4)
    with pytest.raises(InvalidInput, match=r"params.cell_width: .* 1472 x 842; .* the limit is 100"):
        run("video-to-frame-grid", tmp_path / "out", {Kind.VIDEO: [film]}, Limits(max_pixels=100_000))
    with pytest.raises(InvalidInput, match=r"params.background"):
        run("video-to-frame-grid", tmp_path / "out", {Kind.VIDEO: [film]}, background="bluish")
