import cv2
import numpy as np
import pytest
from layout_jobs import run

from limner.errors import InvalidInput

ADDRESS = "https://example.com/menu?table=7"


def decode(made):
    pixels = np.asarray(made.image.convert("RGB"))[:, :, ::-1]
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(pixels))
    return text


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("size", [148, 333, 1024])
def test_codes_scan_at_every_level_and_size(tmp_path, level, size):
    made = run(tmp_path, "qr-code-generator", texts=[ADDRESS], error_correction=level, size=size)
    assert made.image.size == (size, size)
    assert decode(made) == ADDRESS
    assert made.warnings == []


def test_umlauts_and_other_scripts_survive(tmp_path):
    text = "Grüße aus Łódź · Жёлтый"
    assert decode(run(tmp_path, "qr-code-generator", texts=[text], size=600)) == text


def test_modules_are_whole_pixels_in_two_colours_only(tmp_path):
    made = run(
        tmp_path, "qr-code-generator", texts=[ADDRESS], size=500, fg_color="#102a54", bg_color="#faf6e8"
    )
    assert len(np.unique(made.pixels.reshape(-1, 3), axis=0)) == 2
    dark = (made.pixels == (0x10, 0x2A, 0x54)).all(axis=2)
    ys, xs = np.nonzero(dark)
    side = xs.max() + 1 - xs.min()
    assert side == ys.max() + 1 - ys.min()
    runs = np.diff(np.flatnonzero(np.diff(dark[ys.min()].astype(int))))
    scale = np.gcd.reduce(runs)
    assert side % scale == 0 and scale >= 10
    assert decode(made) == ADDRESS


def test_the_border_is_at_least_as_many_modules_as_asked(tmp_path):
    made = run(tmp_path, "qr-code-generator", texts=["a"], size=290, border=4)
    xs = np.nonzero(made.pixels[:, :, 0] == 0)[1]
    assert xs.min() == 40 and xs.max() == 249


def test_low_contrast_is_named_with_its_ratio(tmp_path):
    made = run(tmp_path, "qr-code-generator", texts=["a"], fg_color="#999999", bg_color="#cccccc")
    assert "1.8:1" in made.warnings[0] and "params.fg_color" in made.warnings[0]


def test_inverted_colours_and_a_narrow_border_are_named(tmp_path):
    made = run(tmp_path, "qr-code-generator", texts=["a"], fg_color="white", bg_color="black", border=1)
    assert any("inverted" in warning for warning in made.warnings)
    assert any("params.border" in warning for warning in made.warnings)


@pytest.mark.parametrize(("level", "limit"), [("L", 2953), ("M", 2331), ("Q", 1663), ("H", 1273)])
def test_the_limit_named_for_long_text_is_the_real_one(tmp_path, level, limit):
    run(tmp_path, "qr-code-generator", texts=["ü" * (limit // 2)], error_correction=level, size=800)
    with pytest.raises(InvalidInput, match=f"holds {limit}"):
        run(tmp_path, "qr-code-generator", texts=["é" * (limit // 2 + 1)], error_correction=level, size=800)


@pytest.mark.parametrize(("character", "limit"), [("7", 3057), ("A", 1852)])
def test_digits_and_capitals_have_their_own_limits(tmp_path, character, limit):
    run(tmp_path, "qr-code-generator", texts=[character * limit], error_correction="H", size=800)
    with pytest.raises(InvalidInput, match=f"holds {limit}"):
        run(tmp_path, "qr-code-generator", texts=[character * (limit + 1)], error_correction="H", size=800)


def test_a_size_too_small_for_the_code_is_refused_with_the_size_it_needs(tmp_path):
    with pytest.raises(InvalidInput, match="too small") as refused:
        run(tmp_path, "qr-code-generator", texts=[ADDRESS * 4], size=40)
    needed = int(refused.value.next_step.split("size of ")[1].split(" ")[0])
    assert run(tmp_path, "qr-code-generator", texts=[ADDRESS * 4], size=needed).image.size == (needed, needed)


def test_empty_text_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"inputs\.text"):
        run(tmp_path, "qr-code-generator", texts=[""])


def test_a_see_through_background_warns_and_stays_see_through(tmp_path):
    made = run(tmp_path, "qr-code-generator", texts=["a"], bg_color="transparent")
    assert made.image.mode == "RGBA" and made.image.getpixel((2, 2))[3] == 0
    assert made.warnings


def test_equal_text_gives_equal_bytes(tmp_path):
    first = run(tmp_path, "qr-code-generator", texts=[ADDRESS]).path.read_bytes()
    assert run(tmp_path, "qr-code-generator", texts=[ADDRESS]).path.read_bytes() == first
