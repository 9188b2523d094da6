import io

import numpy as np
import pytest
from layout_jobs import plain, run, sample
from PIL import Image

FACE = sample("astronaut.png")


def test_the_frame_is_four_to_three_at_twice_vga(tmp_path):
    for source in (FACE, sample("coffee.png"), plain("teal", (30, 500)), plain("teal", (5, 3))):
        assert run(tmp_path, "surveillance-image", [source]).image.size == (1280, 960)


def test_mono_has_no_colour_but_the_recording_mark(tmp_path):
    pixels = run(tmp_path, "surveillance-image", [FACE]).pixels
    spread = np.ptp(pixels, axis=2)
    red = spread > 90
    ys, xs = np.nonzero(red)
    assert 200 < red.sum() < 2000
    assert xs.min() > 1000 and ys.max() < 110
    assert np.percentile(spread[150:], 99) < 30


def test_tint_keeps_some_colour_and_night_is_green(tmp_path):
    tint = run(tmp_path, "surveillance-image", [FACE], color="tint").pixels[200:800]
    night = run(tmp_path, "surveillance-image", [FACE], color="night").pixels[200:800]
    assert np.ptp(tint, axis=2).mean() > 12
    assert night[:, :, 1].mean() > night[:, :, 0].mean() + 5


def test_equal_seeds_give_equal_bytes_and_others_do_not(tmp_path):
    first = run(tmp_path, "surveillance-image", [FACE], seed=4).path.read_bytes()
    assert run(tmp_path, "surveillance-image", [FACE], seed=4).path.read_bytes() == first
    assert run(tmp_path, "surveillance-image", [FACE], seed=5).path.read_bytes() != first


def test_more_strength_leaves_less_of_the_picture(tmp_path):
    def fineness(strength):
        pixels = run(tmp_path, "surveillance-image", [FACE], strength=strength).pixels[:, :, 1].astype(float)
        return pixels[1:-1:2][100:400].mean() / pixels[0:-1:2][100:400].mean()

    assert fineness(0) > 0.97
    assert fineness(100) < fineness(40) < fineness(0)


@pytest.mark.parametrize(("name", "rows"), [("label", (30, 90)), ("time", (870, 930))])
def test_label_and_time_are_written_where_recorders_write_them(tmp_path, name, rows):
    without = run(tmp_path, "surveillance-image", [plain("#404040", (640, 480))], strength=0).pixels
    written = run(
        tmp_path, "surveillance-image", [plain("#404040", (640, 480))], strength=0, **{name: "GATE 12:30"}
    ).pixels
    ys, _ = np.nonzero(np.abs(written - without).max(axis=2) > 60)
    assert len(ys) > 500 and rows[0] <= ys.min() and ys.max() <= rows[1]


def test_no_time_is_made_up(tmp_path):
    pixels = run(tmp_path, "surveillance-image", [plain("#404040", (640, 480))], strength=0).pixels
    assert np.ptp(pixels[800:]) < 30


def test_missing_characters_are_named(tmp_path):
    assert "params.label" in run(tmp_path, "surveillance-image", [FACE], label="\U000f1234 GATE").warnings[0]


def test_long_labels_stay_left_of_the_recording_mark(tmp_path):
    grey = plain("#404040", (640, 480))
    short = run(tmp_path, "surveillance-image", [grey], strength=0).pixels
    long = run(tmp_path, "surveillance-image", [grey], strength=0, label="W" * 60).pixels
    _, xs = np.nonzero(np.abs(long - short).max(axis=2) > 60)
    assert xs.max() < 1100


def test_see_through_and_turned_pictures_work(tmp_path):
    cut_out = Image.new("RGBA", (300, 400))
    cut_out.paste((200, 160, 140, 255), (100, 100, 200, 300))
    made = run(tmp_path, "surveillance-image", [cut_out])
    assert made.image.mode == "RGB" and made.image.size == (1280, 960)
    exif = Image.Exif()
    exif[0x0112] = 3
    source = Image.new("RGB", (640, 480), "black")
    source.paste("white", (0, 0, 640, 240))
    buffer = io.BytesIO()
    source.save(buffer, "JPEG", exif=exif)
    (tmp_path / "turned.jpg").write_bytes(buffer.getvalue())
    pixels = run(tmp_path, "surveillance-image", [tmp_path / "turned.jpg"]).pixels
    assert pixels[700:860, 400:900].mean() > pixels[150:300, 400:900].mean() + 80
