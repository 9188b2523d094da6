"""Colours of films: the same as those of pictures, neutral where nothing is asked, and nothing else touched."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from films import SAMPLES, frames_of, loudness, make_film, numbered, numbers, run, sound_of, tone
from PIL import Image

from limner.actions.catalogue import builtin
from limner.actions.colour_grade import grade
from limner.actions.film_grey import InGrey
from limner.actions.film_table import InTable
from limner.actions.filter_film import planes_of, to_frame
from limner.actions.filters import change_of
from limner.actions.probe import probe
from limner.actions.specs.filters import FILM_FILTERS
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Kind, Limits

NEARLY_LOSSLESS = {"crf": "1", "preset": "ultrafast"}


def still() -> np.ndarray:
    """Return soft, colourful stripes, which 4:2:0 and compression hardly touch."""
    image = Image.open(SAMPLES / "coffee.png").convert("RGB").resize((12, 8), Image.Resampling.BOX)
    return np.asarray(image.resize((192, 128), Image.Resampling.NEAREST))


def still_film(path: Path, count: int = 2, **how: Any) -> Path:
    return make_film(path, [still()] * count, options=NEARLY_LOSSLESS, **how)


def changed(action_id: str, film: Path, folder: Path, **params: Any) -> Path:
    return run(action_id, folder / "out", {Kind.VIDEO: [film]}, **params)


def exact_frames(path: Path) -> list[np.ndarray]:
    """Return every frame of a film in BT.709 as red, green and blue; FFmpeg's own way is two levels too dark."""
    with av.open(str(path)) as container:
        planes = [frame.reformat(format="yuv444p").to_ndarray() for frame in container.decode(video=0)]
    return [_rgb(*each.astype(float)) for each in planes]


def _rgb(luma: np.ndarray, blue: np.ndarray, red: np.ndarray) -> np.ndarray:
    """Source: ITU-R BT.709-6, limited range."""
    y, b, r = (luma - 16) / 219, (blue - 128) / 224, (red - 128) / 224
    rgb = np.stack([y + 1.5748 * r, y - 0.1873 * b - 0.4681 * r, y + 1.8556 * b], axis=-1)
    return np.clip(rgb * 255 + 0.5, 0, 255).astype(np.uint8)


def middles(frame: np.ndarray) -> np.ndarray:
    """Return the colour in the middle of each of the 12 x 8 fields."""
    blocks = frame[:128, :192].reshape(8, 16, 12, 16, 3)[:, 5:11, :, 5:11]
    return blocks.astype(float).mean(axis=(1, 3))


@pytest.mark.parametrize("name", FILM_FILTERS)
def test_a_filter_gives_a_film_the_colours_that_it_gives_a_picture(tmp_path: Path, name: str) -> None:
    film = still_film(tmp_path / "film.mp4")
    # The film as it is decoded is the picture: so only the filters are compared, not the codecs.
    Image.fromarray(exact_frames(changed("color-grade-video", film, tmp_path))[0]).save(
        tmp_path / "still.png"
    )
    picture = run("color-filter-image", tmp_path / "p", {Kind.IMAGE: [tmp_path / "still.png"]}, filter=name)
    expected = middles(np.asarray(Image.open(picture).convert("RGB")))
    shown = middles(exact_frames(changed("color-filter-video", film, tmp_path, filter=name))[0])
    apart = np.abs(shown - expected)
    if name in ("bw", "posterize", "solarize"):  # a level beside a step may fall on either side of it
        assert np.median(apart) <= 1.5
        assert (apart <= 6).mean() > 0.9
    else:
        assert apart.max() <= 5
        assert apart.mean() <= 1


@pytest.mark.parametrize(
    "amounts",
    [{"brightness": 35}, {"brightness": -35}, {"contrast": 50}, {"contrast": -60}, {"saturation": 60}],
    ids=str,
)
def test_a_grade_gives_a_film_the_colours_that_it_gives_a_picture(
    tmp_path: Path, amounts: dict[str, float]
) -> None:
    film = still_film(tmp_path / "film.mp4")
    source = Image.fromarray(exact_frames(changed("color-grade-video", film, tmp_path))[0])
    expected = middles(np.asarray(grade(source, **amounts)))
    shown = middles(exact_frames(changed("color-grade-video", film, tmp_path, **amounts))[0])
    assert np.abs(shown - expected).max() <= 5
    assert np.abs(shown - expected).mean() <= 0.8


def test_a_neutral_grade_changes_no_colour(tmp_path: Path) -> None:
    film = still_film(tmp_path / "film.mp4")
    kept = middles(frames_of(changed("color-grade-video", film, tmp_path))[1])
    assert np.abs(kept - middles(frames_of(film)[1])).max() <= 2


def chart() -> tuple[np.ndarray, np.ndarray]:
    """Return planes of random colours within sRGB, each 2 x 2 pixels large, and the colours they stand for."""
    colours = np.random.default_rng(5).integers(0, 256, (60, 80, 3)).astype(float)
    luma = colours @ [0.2126, 0.7152, 0.0722]
    blue, red = (colours[..., 2] - luma) / 1.8556, (colours[..., 0] - luma) / 1.5748
    planes = luma * 219 / 255 + 16, blue * 224 / 255 + 128, red * 224 / 255 + 128
    coded = np.stack(planes).round().astype(np.uint8)
    return coded, _rgb(*coded.astype(float))


def enlarged(plane: np.ndarray, times: int) -> np.ndarray:
    return plane.repeat(times, 0).repeat(times, 1)


@pytest.mark.parametrize("name", ["sepia", "clarendon", "moon", "nashville", "noir", "fade", "crossprocess"])
def test_a_table_of_a_look_gives_every_colour_as_pictures_have_it(name: str) -> None:
    (luma, blue, red), colours = chart()
    params = {**builtin().get("color-filter-video").defaults(), "filter": name}
    change = change_of(params)
    table = InTable(change, is_smooth=True)
    made = table((enlarged(luma, 2), blue, red), 0)
    expected = np.asarray(change(Image.fromarray(colours)).convert("RGB")).astype(float)
    assert np.array_equal(made[0][::2, ::2], made[0][1::2, 1::2])
    shown = _rgb(made[0][::2, ::2].astype(float), made[1].astype(float), made[2].astype(float))
    assert np.abs(shown - expected).mean() < 1
    assert np.percentile(np.abs(shown - expected), 99) <= 4


def test_grey_is_the_luminance_of_every_colour() -> None:
    (luma, blue, red), colours = chart()
    # Large fields, for colour is spread to its neighbours; each is read in its middle.
    frame = to_frame((enlarged(luma, 8), enlarged(blue, 4), enlarged(red, 4)))
    made = planes_of(InGrey((640, 480))(frame, 0))
    levels = (made[0][4::8, 4::8].astype(float) - 16) * 255 / 219
    linear = np.where(colours <= 10.31475, colours / 3294.6, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    light = linear @ [0.2126, 0.7152, 0.0722]
    expected = 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    assert (made[1] == 128).all() and (made[2] == 128).all()
    assert np.abs(levels - expected).max() <= 5
    assert np.abs(levels - expected).mean() <= 1
    ramp = np.arange(16, 236, dtype=np.uint8)[None].repeat(2, 0)
    neutral = np.full((1, 110), 128, np.uint8)
    assert np.array_equal(planes_of(InGrey((220, 2))(to_frame((ramp, neutral, neutral)), 0))[0], ramp)


def test_saturation_at_its_least_is_grey(tmp_path: Path) -> None:
    film = still_film(tmp_path / "film.mp4")
    grey = frames_of(changed("color-grade-video", film, tmp_path, saturation=-100))[0].astype(int)
    assert np.ptp(grey, axis=-1).max() <= 2


def test_gamma_lightens_above_one_and_darkens_below_and_keeps_black_and_white(tmp_path: Path) -> None:
    bars = np.repeat(np.array([0, 64, 128, 192, 255], np.uint8), 32)
    film = make_film(
        tmp_path / "bars.mp4", [np.tile(bars[None, :, None], (64, 1, 3))] * 2, options=NEARLY_LOSSLESS
    )
    for gamma in (0.5, 1.0, 2.2):
        frame = frames_of(changed("color-grade-video", film, tmp_path, gamma=gamma))[0]
        levels = frame[32, 16::32, 1].astype(float)
        expected = 255 * (np.array([0, 64, 128, 192, 255]) / 255) ** (1 / gamma)
        assert np.abs(levels - expected).max() <= 4


def test_frames_keep_their_order_number_and_rate_and_the_sound_its_length(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 40, rate=Fraction(30_000, 1001), sound=tone(1.3))
    for action_id, params in (("color-grade-video", {"contrast": 10}), ("color-filter-video", {"grain": 10})):
        made = changed(action_id, film, tmp_path, **params)
        assert numbers(made) == list(range(40))
        info = probe(made, Limits())
        assert info.duration_seconds == pytest.approx(40 * 1001 / 30_000, abs=0.04)
        before, after = sound_of(film), sound_of(made)
        assert after.shape[1] == pytest.approx(before.shape[1], abs=2048)
        assert loudness(after[:, 2400:60_000]) == pytest.approx(loudness(before[:, 2400:60_000]), rel=0.05)


def test_a_silent_odd_sized_turned_film_comes_out_upright_and_even(tmp_path: Path) -> None:
    film = numbered(tmp_path / "odd.mp4", 6, size=(161, 91), pixels="yuv444p", turn=90)
    info = probe(changed("color-filter-video", film, tmp_path), Limits())
    assert (info.width, info.height, info.has_audio) == (92, 160, False)


def test_grain_moves_from_frame_to_frame_and_repeats_byte_for_byte(tmp_path: Path) -> None:
    wall = make_film(tmp_path / "wall.mp4", [np.full((96, 128, 3), 128, np.uint8)] * 4)
    one, other = (
        changed("color-filter-video", wall, tmp_path / name, filter="grayscale", grain=60) for name in "ab"
    )
    frames = [frame.astype(float) for frame in frames_of(one)]
    assert frames[0].std() > 5
    assert np.abs(frames[1] - frames[0]).mean() > 3
    assert one.read_bytes() == other.read_bytes()


def test_the_look_is_found_in_a_folder_of_any_name_and_leaves_no_scratch(tmp_path: Path) -> None:
    film = still_film(tmp_path / "film.mp4")
    odd = tmp_path / "it's a folder: [a,b]; c=d"
    made = changed("color-filter-video", film, odd, filter="moon")
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert np.ptp(frames_of(made)[0].astype(int), axis=-1).max() <= 2


def test_a_film_over_the_limit_is_refused_before_the_work(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30)
    limits = Limits(max_frames=10)
    with pytest.raises(InvalidInput, match="the number of frames is 30, the limit is 10"):
        run("color-filter-video", tmp_path / "out", {Kind.VIDEO: [film]}, limits)
    assert not list((tmp_path / "out").iterdir())


def test_a_file_that_is_no_film_is_named(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film at all" * 100)
    with pytest.raises(InvalidMedia, match=r"inputs\.video"):
        changed("color-grade-video", tmp_path / "film.mp4", tmp_path)
