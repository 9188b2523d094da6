"""Pictures enlarged: by Lanczos everywhere, by the model of the extra `vision` where it is installed."""

import hashlib

import numpy as np
import pytest
from layout_jobs import run, sample
from PIL import Image, ImageDraw

from limner.actions import upscale, vision_extra
from limner.actions.catalogue import builtin
from limner.errors import InvalidInput
from limner.library import model_folder
from limner.types import Limits

draws = pytest.mark.skipif(not vision_extra.is_installed(), reason=f"{vision_extra.EXTRA} is not installed")
LANCZOS, BICUBIC, BOX = Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX
MODEL = "realesr_animevideov3.tflite"


def photo(name="coffee", box=(150, 20, 390, 200)):
    with Image.open(sample(f"{name}.png")) as image:
        return image.convert("RGB").crop(box)


def type_on_paper():
    """Return words and a disc, drawn large and made smaller, so that nothing of them is drawn by what is tested."""
    page = Image.new("RGB", (960, 720), "#f4efe6")
    pen = ImageDraw.Draw(page)
    pen.text((60, 60), "Breakfast", fill="#16262b", font_size=150)
    pen.text((60, 300), "until eleven", fill="#c8452d", font_size=90)
    pen.ellipse((560, 380, 900, 690), fill="#1d5c8a")
    return page.resize((240, 180), BOX)


def emblem():
    """Return a disc on transparency whose hidden pixels are green."""
    image = Image.new("RGBA", (60, 44), (0, 255, 0, 0))
    ImageDraw.Draw(image).ellipse((8, 6, 48, 38), fill=(220, 60, 30, 255))
    return image


def noise_db(made, original):
    """Return the peak signal-to-noise ratio in decibels: more is nearer."""
    apart = np.asarray(made, float) - np.asarray(original, float)
    return 10 * np.log10(255**2 / (apart**2).mean())


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("method", ["lanczos", pytest.param("model", marks=draws)])
@pytest.mark.parametrize("size", [(1, 1), (5, 90), (37, 23)], ids=str)
def test_a_picture_is_as_many_times_as_large_as_asked(tmp_path, factor, method, size):
    given = photo().resize(size)
    made = run(tmp_path, "upscale-image", [given], factor=factor, method=method)
    assert made.image.size == (size[0] * factor, size[1] * factor)
    assert made.path.suffix == ".png" and made.warnings == []


@pytest.mark.parametrize("image", [photo(), emblem()], ids=["photograph", "with transparency"])
def test_lanczos_is_what_pillow_makes(tmp_path, image):
    made = run(tmp_path, "upscale-image", [image], factor=3, method="lanczos").image
    expected = image.resize((image.width * 3, image.height * 3), LANCZOS)
    assert made.mode == expected.mode
    assert made.tobytes() == expected.tobytes()


def test_without_the_extra_auto_is_lanczos_and_says_so_and_the_model_is_refused(tmp_path, without_extra):
    small = photo().resize((40, 30))
    made = run(tmp_path, "upscale-image", [small])
    assert made.image.tobytes() == small.resize((80, 60), LANCZOS).tobytes()
    (warning,) = made.warnings
    assert "auto took lanczos" in warning and "pip install 'limner[vision]'" in warning
    with pytest.raises(InvalidInput) as refused:
        run(tmp_path, "upscale-image", [small], method="model")
    assert refused.value.fields[0].field == "params.method"
    assert (
        "limner[vision]" in refused.value.message
        and "pip install 'limner[vision]'" in refused.value.next_step
    )


def test_a_result_over_the_limit_of_pixels_is_refused_before_it_is_made(tmp_path):
    limits = Limits(max_pixels=39_999)
    image = Image.new("RGB", (100, 100))
    for method in ("auto", "lanczos"):
        with pytest.raises(InvalidInput) as refused:
            run(tmp_path, "upscale-image", [image], limits=limits, method=method)
        assert refused.value.fields[0].field == "params.factor"
        assert "200 x 200" in refused.value.message and "40,000" in refused.value.message
        assert "39,999" in refused.value.message and "LIMNER_MAX_PIXELS" in refused.value.next_step
    assert run(
        tmp_path, "upscale-image", [image], limits=Limits(max_pixels=40_000), method="lanczos"
    ).path.exists()


def test_the_model_is_the_one_that_the_readme_names():
    told = (model_folder() / "README.md").read_text(encoding="utf-8")
    line = next(line for line in told.splitlines() if line.startswith(f"| `{MODEL}`"))
    assert hashlib.sha256((model_folder() / MODEL).read_bytes()).hexdigest() in line
    licence = (model_folder() / "LICENSE-BSD-3-Clause.txt").read_text(encoding="utf-8")
    assert "BSD 3-Clause License" in licence and "Xintao Wang" in licence


def test_only_upscaling_and_finding_people_know_the_edition(monkeypatch):
    monkeypatch.setattr(vision_extra, "edition", lambda: "eyes 1")
    assert builtin().get("upscale-image").edition == "eyes 1"
    assert builtin().get("resize-video").edition == ""


@draws
def test_auto_takes_the_model_for_small_pictures_and_lanczos_for_large_ones(tmp_path, monkeypatch):
    small = photo().resize((40, 30))
    made, asked = (run(tmp_path, "upscale-image", [small], method=each) for each in ("auto", "model"))
    assert "auto took model" in made.warnings[0] and asked.warnings == []
    assert made.image.tobytes() != small.resize((80, 60), LANCZOS).tobytes()
    monkeypatch.setattr(upscale, "MOST_UNASKED", 1199)
    large = run(tmp_path, "upscale-image", [small])
    assert large.image.tobytes() == small.resize((80, 60), LANCZOS).tobytes()
    assert "auto took lanczos" in large.warnings[0] and "1,200 pixels" in large.warnings[0]


@draws
@pytest.mark.parametrize(
    ("original", "factor", "better_by"),
    [
        (photo(), 2, 1.0),
        (photo(), 4, 1.0),
        (photo("astronaut", (120, 20, 300, 200)), 2, 0.8),
        (type_on_paper(), 2, 3.0),
        (type_on_paper(), 3, 3.0),
    ],
    ids=["cup", "cup by 4", "portrait", "type", "type by 3"],
)
def test_the_model_is_nearer_to_what_a_picture_was_made_smaller_from(tmp_path, original, factor, better_by):
    small = original.resize((original.width // factor, original.height // factor), BOX)
    made = run(tmp_path, "upscale-image", [small], factor=factor, method="model").image
    plain = noise_db(small.resize(original.size, BICUBIC), original)
    assert noise_db(made, original) > plain + better_by


@draws
def test_made_smaller_again_it_is_the_picture_and_plain_colours_stay(tmp_path):
    for given in (photo(), Image.new("RGB", (50, 40), "#1d5c8a")):
        made = run(tmp_path, "upscale-image", [given], factor=4, method="model").image
        back = np.asarray(made.resize(given.size, BOX), int)
        assert np.abs(back - np.asarray(given, int)).mean() < 1
    assert np.abs(np.asarray(made, int) - (0x1D, 0x5C, 0x8A)).max() <= 1


@draws
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_tiles_leave_no_seams(monkeypatch, factor):
    from limner.actions import upscale_model

    image = photo(box=(150, 20, 240, 90))
    told = []
    whole = np.asarray(upscale_model.enlarged(image, factor, told.append), int)
    assert told == [1.0]
    monkeypatch.setattr(upscale_model, "TILE", 37)
    tiled = np.asarray(upscale_model.enlarged(image, factor, told.append), int)
    assert np.abs(tiled - whole).max() <= 1
    assert told[1:] == [number / 6 for number in range(1, 7)]


@draws
def test_transparency_is_enlarged_by_itself_and_hidden_colours_never_show(tmp_path):
    made = np.asarray(run(tmp_path, "upscale-image", [emblem()], factor=4, method="model").image, int)
    alpha = made[..., 3]
    expected = np.asarray(emblem().getchannel("A").resize((240, 176), LANCZOS), int)
    assert (alpha[:20] == 0).all() and (alpha[:, :28] == 0).all() and (alpha[60:120, 80:150] == 255).all()
    assert np.abs(alpha - expected).mean() < 6
    seen = made[alpha > 8][:, :3]
    assert np.abs(seen - (220, 60, 30)).max() <= 12


@draws
def test_what_is_all_but_transparent_leaves_no_specks_of_its_colour(tmp_path):
    dotted = emblem()
    for x in range(9, 48, 3):
        dotted.putpixel((x, 3), (255, 255, 255, 1))
        dotted.putpixel((x, 5), (255, 255, 255, 2))
    made = np.asarray(run(tmp_path, "upscale-image", [dotted], factor=3, method="model").image, int)
    seen = made[made[..., 3] > 8][:, :3]
    assert np.abs(seen - (220, 60, 30)).max() <= 24


@draws
def test_the_same_picture_gives_the_same_bytes(tmp_path):
    image = photo(box=(0, 0, 60, 50))
    made = [run(tmp_path, "upscale-image", [image], method="model").path.read_bytes() for _ in range(2)]
    assert made[0] == made[1]
