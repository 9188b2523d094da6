from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from films import loudness, make_film, numbered, run, run_loud, sound_of, strongest_hertz, tone

from limner.actions.fit import Fitter, Frame
from limner.actions.keying_colour import PRESETS, backdrop, key_of
from limner.actions.probe import probe
from limner.actions.video import survey, timed_frames
from limner.errors import InvalidInput
from limner.types import Kind, Limits

WIDTH, HEIGHT = 320, 180
GREEN, DULL_GREEN, BLUE = (0, 177, 64), (70, 150, 80), (20, 60, 190)


@dataclass
class Keyed:
    """One frame of a film with transparency."""

    rgb: np.ndarray
    alpha: np.ndarray

    def over(self, color: tuple[int, int, int]) -> np.ndarray:
        share = self.alpha[..., None] / 255
        return self.rgb * share + np.array(color) * (1 - share)


def keyed_frames(path: Path) -> list[Keyed]:
    """Decode with libvpx, which reads alpha; FFmpeg's own decoder of VP9 drops it."""
    frames = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoder: Any = av.CodecContext.create("libvpx-vp9", "r")
        for packet in container.demux(stream):
            for frame in decoder.decode(packet):
                assert frame.format.name == "yuva420p"
                plane = np.frombuffer(memoryview(frame.planes[3]), np.uint8).reshape(frame.height, -1)
                opaque = frame.reformat(format="yuv420p")
                rgb = opaque.to_ndarray(format="rgb24").astype(int)
                frames.append(Keyed(rgb, plane[:, : frame.width].astype(int)))
    return frames


def scene(color: tuple[int, int, int], *, noise: float = 0.0, spill: float = 0.0) -> np.ndarray:
    """Return a frame: a figure of six colours before an unevenly lit backdrop, with soft edges."""
    big = np.zeros((HEIGHT * 4, WIDTH * 4, 3), np.uint8)
    mask = np.zeros((HEIGHT * 4, WIDTH * 4), np.uint8)
    patches = [(215, 165, 140), (120, 120, 125), (235, 200, 40), (250, 250, 250), (20, 20, 22), (180, 40, 40)]
    for number, patch in enumerate(patches):
        left = 320 + number * 107
        big[160:560, left : left + 107] = patch
    mask[160:560, 320:962] = 255
    cv2.circle(mask, (640, 160), 100, 255, -1)
    big[:160][mask[:160] > 0] = (70, 45, 30)
    cover = cv2.resize(mask, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)[..., None] / 255
    figure = cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(float)
    light = 0.85 + 0.25 * np.linspace(0, 1, WIDTH)[None, :, None]
    lit = np.array(color) * light * np.ones((HEIGHT, 1, 1))
    frame = figure * 1.0 * (cover > 0) + np.array(color) * spill
    frame = frame * cover + lit * (1 - cover)
    frame += np.random.default_rng(3).normal(0, noise, (HEIGHT, WIDTH, 1))
    return np.clip(frame, 0, 255).astype(np.uint8)


def film_of(path: Path, color: tuple[int, int, int], count: int = 4, **how: Any) -> Path:
    sound = how.pop("sound", None)
    return make_film(path, [scene(color, **how)] * count, options={"crf": "16"}, sound=sound)


def key(path: Path, folder: Path, **params: Any) -> Path:
    return run("greenscreen-video", folder / "out", {Kind.VIDEO: [path]}, **params)


INSIDE = (slice(50, 130), slice(86, 234))
OUTSIDE = np.ones((HEIGHT, WIDTH), bool)
OUTSIDE[8:148, 72:248] = False


@pytest.mark.parametrize(
    ("color", "params"),
    [
        (GREEN, {}),
        (DULL_GREEN, {}),
        (BLUE, {"color_preset": "blue"}),
        ((255, 0, 200), {"color_preset": "custom", "custom_color": "#ff00c8"}),
    ],
)
def test_the_backdrop_vanishes_and_the_figure_stays_whole(
    tmp_path: Path, color: tuple[int, int, int], params: dict[str, Any]
) -> None:
    film = film_of(tmp_path / "film.mp4", color, noise=3)
    for frame in keyed_frames(key(film, tmp_path, **params)):
        assert frame.alpha[OUTSIDE].mean() < 1.5
        assert (frame.alpha[OUTSIDE] > 20).mean() < 0.002
        assert frame.alpha[INSIDE].min() > 235
        assert frame.alpha[INSIDE].mean() > 252


def test_the_result_is_a_webm_that_says_it_has_alpha(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", GREEN, 15, sound=tone(0.5, 600))
    made = key(film, tmp_path)
    info = probe(made, Limits())
    assert (info.media_type, info.width, info.height, info.has_audio) == ("video/webm", 320, 180, True)
    assert info.duration_seconds == pytest.approx(0.5, abs=0.034)
    with av.open(str(made)) as container:
        assert container.streams.video[0].metadata["alpha_mode"] == "1"
    assert len(keyed_frames(made)) == 15
    heard = sound_of(made)
    assert heard.shape[1] / 48_000 == pytest.approx(0.5, abs=1 / 30)
    assert strongest_hertz(heard[:, 2400:-2400]) == pytest.approx(600, abs=5)
    assert loudness(heard[:, 4800:-4800]) == pytest.approx(loudness(tone(0.5)), rel=0.03)


def test_alpha_follows_its_formula(tmp_path: Path) -> None:
    """Against NumPy, on the chroma that the source really has."""
    film = film_of(tmp_path / "film.mp4", GREEN, 1)
    made = keyed_frames(key(film, tmp_path, similarity=35, blend=40))[0].alpha[::2, ::2]
    clip = survey(film)
    fit = Fitter(clip.shape, Frame(WIDTH, HEIGHT))
    frames = [fit(frame) for _, frame in timed_frames(clip)]
    wanted = backdrop(frames, key_of(PRESETS["green"]))
    assert wanted is not None
    blue, red = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width] - 128.0
        for plane in frames[0].planes[1:3]
    )
    along = (blue * wanted.blue + red * wanted.red) / wanted.chroma
    aside = (red * wanted.blue - blue * wanted.red) / wanted.chroma
    distance = np.hypot(np.maximum(0, wanted.chroma - along), aside) / wanted.chroma
    expected = np.clip((distance - 0.35) / 0.40, 0, 1) * 255
    calm = cv2.dilate(expected, np.ones((5, 5))) - cv2.erode(expected, np.ones((5, 5))) < 8
    assert np.abs(made - expected)[calm].max() < 12
    assert np.abs(made - expected).mean() < 4


def test_spill_is_taken_off_and_the_figures_own_colours_stay(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", GREEN, spill=0.15)
    lit, clean = (
        keyed_frames(key(film, tmp_path / str(spill), spill=spill))[1].rgb for spill in (False, True)
    )

    def green_cast(frame: np.ndarray, left: int) -> float:
        red, green, blue = frame[70:130, left : left + 14].mean(axis=(0, 1))
        return float(green - (red + blue) / 2)

    grey = 80 + 27 + 6
    assert green_cast(lit, grey) > 15
    assert abs(green_cast(clean, grey)) < 5
    plain = keyed_frames(key(film_of(tmp_path / "plain.mp4", GREEN), tmp_path / "plain"))[1].rgb
    for number, patch in enumerate([(215, 165, 140), (120, 120, 125), (235, 200, 40)]):
        left = 80 + round(26.75 * number) + 6
        mean = plain[70:130, left : left + 14].mean(axis=(0, 1))
        assert np.abs(mean - patch).max() < 9, patch


def test_the_edge_has_no_fringe_of_the_backdrops_colour(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", GREEN)
    frame = keyed_frames(key(film, tmp_path))[1]
    shown = frame.over((128, 128, 128))
    cast = shown[..., 1] - shown[..., [0, 2]].max(axis=2)
    assert cast.max() < 30
    assert (cast > 12).mean() < 0.004


def test_players_without_transparency_show_black(tmp_path: Path) -> None:
    made = key(film_of(tmp_path / "film.mp4", GREEN), tmp_path)
    frame = keyed_frames(made)[1]
    assert frame.rgb[:, :48].mean() < 4 and frame.rgb[:, -48:].mean() < 4


def test_more_similarity_removes_more_and_blend_softens(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", GREEN)

    def alpha(**params: float) -> np.ndarray:
        name = "-".join(str(value) for value in params.values())
        return keyed_frames(key(film, tmp_path / name, **params))[1].alpha

    means = [alpha(similarity=each).mean() for each in (10, 40, 80)]
    assert means == sorted(means, reverse=True) and means[0] > means[2] + 5
    soft, hard = ((a > 0) & (a < 255) for a in (alpha(blend=60), alpha(blend=0)))
    assert soft.sum() > hard.sum()


def test_a_film_without_the_backdrop_stays_opaque_and_says_so(tmp_path: Path) -> None:
    frame = np.full((HEIGHT, WIDTH, 3), (180, 60, 50), np.uint8)
    film = make_film(tmp_path / "film.mp4", [frame] * 3)
    made, told = run_loud("greenscreen-video", tmp_path / "out", {Kind.VIDEO: [film]})
    assert all(frame.alpha.min() > 250 for frame in keyed_frames(made))
    assert any("no green backdrop" in line.get("warning", "") for line in told)


@pytest.mark.parametrize("color", ["#808080", "white", "black"])
def test_a_grey_cannot_be_the_backdrop(tmp_path: Path, color: str) -> None:
    film = numbered(tmp_path / "film.mp4", 2)
    with pytest.raises(InvalidInput, match=r"params\.custom_color.*too grey"):
        key(film, tmp_path, color_preset="custom", custom_color=color)


def test_a_turned_odd_sized_film_is_keyed_upright(tmp_path: Path) -> None:
    frame = np.full((91, 161, 3), GREEN, np.uint8)
    frame[30:60, 60:100] = (200, 180, 170)
    film = make_film(tmp_path / "film.mp4", [frame] * 3, turn=90, pixels="yuv444p")
    info = probe(made := key(film, tmp_path), Limits())
    assert (info.width, info.height, info.has_audio) == (92, 160, False)
    assert keyed_frames(made)[0].alpha[60:100].max() > 250


def test_a_tiny_film_is_keyed_too(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", [np.full((16, 16, 3), GREEN, np.uint8)] * 2)
    assert keyed_frames(key(film, tmp_path))[0].alpha.max() < 10


def test_taking_off_the_sound_keeps_the_transparency(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", GREEN, 10, sound=tone(1 / 3))
    keyed = key(film, tmp_path)
    silent = run("split-audio-from-video", tmp_path / "silent", {Kind.VIDEO: [keyed]})
    assert probe(silent, Limits()).has_audio is False
    before, after = keyed_frames(keyed), keyed_frames(silent)
    assert len(after) == 10
    assert all(np.array_equal(one.alpha, other.alpha) for one, other in zip(before, after, strict=True))


def test_keying_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", GREEN, 20, noise=4, sound=tone(0.6))
    one, other = (key(film, tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()
