"""Opening and saving still pictures: every mode, turned, broken, forged or huge."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from limner.actions.job import Job
from limner.actions.stills import open_image, parse_color, save_image
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Limits

LIMITS = Limits()


def ramp(width: int = 32, height: int = 24) -> Image.Image:
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=-1).astype(np.uint8))


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def job(folder: Path) -> Job:
    return Job(inputs={}, params={}, folder=folder, limits=LIMITS)


def test_a_png_opens_with_its_exact_pixels(tmp_path: Path) -> None:
    opened = open_image(saved(ramp(), tmp_path / "a.png"), LIMITS)
    assert opened.mode == "RGB"
    assert np.array_equal(np.asarray(opened), np.asarray(ramp()))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tiff", "bmp", "avif"])
def test_every_allowed_format_opens_as_rgb_near_its_colours(tmp_path: Path, suffix: str) -> None:
    flat = Image.new("RGB", (40, 30), (200, 90, 30))
    opened = open_image(saved(flat, tmp_path / f"a.{suffix}"), LIMITS)
    assert (opened.mode, opened.size) == ("RGB", (40, 30))
    assert np.abs(np.asarray(opened, int) - (200, 90, 30)).max() <= 6


@pytest.mark.parametrize("size", [(1, 1), (17, 13), (200, 131)])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_opens_with_pillows_own_pixels_at_full_size_and_smaller(
    tmp_path: Path, size: tuple[int, int], subsampling: int, progressive: bool
) -> None:
    path = saved(ramp(*size), tmp_path / "a.jpg", subsampling=subsampling, progressive=progressive)
    for enough in (None, 20):
        with Image.open(path) as expected:
            expected.draft(None, (enough or size[0], enough or size[1]))
            opened = open_image(path, LIMITS, enough=enough)
            # The fourth byte, which Pillow holds beside red, green and blue, is compared by some of its functions.
            assert opened.tobytes("raw", "RGBX") == expected.tobytes("raw", "RGBX")


def test_a_format_outside_the_list_is_refused(tmp_path: Path) -> None:
    path = saved(ramp(), tmp_path / "a.ppm")
    with pytest.raises(InvalidMedia, match=r"inputs\.image: 'a\.ppm' does not decode"):
        open_image(path, LIMITS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_upright(tmp_path: Path, orientation: int) -> None:
    corner = np.zeros((16, 24, 3), np.uint8)
    corner[:8, :8] = 255
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = Image.fromarray(corner)
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    opened = open_image(saved(stored, tmp_path / "a.png", exif=exif), LIMITS)
    assert np.array_equal(np.asarray(opened), corner)


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    opened = open_image(saved(cyan, tmp_path / "a.tiff"), LIMITS)
    red, green, blue = opened.getpixel((4, 4))
    assert opened.mode == "RGB"
    assert red < 40
    assert min(green, blue) > 200


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_sixteen_bit_grey_keeps_its_tones(tmp_path: Path, suffix: str) -> None:
    deep = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, axis=0)
    opened = open_image(saved(Image.fromarray(deep), tmp_path / f"a.{suffix}"), LIMITS)
    assert np.abs(np.asarray(opened)[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_float_grey_keeps_its_tones(tmp_path: Path) -> None:
    path = saved(Image.fromarray(np.full((4, 4), 0.5, np.float32)), tmp_path / "a.tiff")
    assert open_image(path, LIMITS).getpixel((0, 0)) == (128, 128, 128)


def test_a_palette_with_a_transparent_colour_becomes_rgba(tmp_path: Path) -> None:
    picture = Image.new("P", (4, 2))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putdata([0, 1] * 4)
    opened = open_image(saved(picture, tmp_path / "a.png", transparency=1), LIMITS)
    assert opened.mode == "RGBA"
    assert opened.getpixel((0, 0)) == (255, 0, 0, 255)
    assert opened.getpixel((1, 0))[3] == 0


def test_grey_with_alpha_becomes_rgba(tmp_path: Path) -> None:
    path = saved(Image.new("LA", (4, 4), (90, 128)), tmp_path / "a.png")
    assert open_image(path, LIMITS).getpixel((0, 0)) == (90, 90, 90, 128)


def test_alpha_without_a_transparent_pixel_is_dropped(tmp_path: Path) -> None:
    path = saved(Image.new("RGBA", (4, 4), (1, 2, 3, 255)), tmp_path / "a.png")
    assert open_image(path, LIMITS).mode == "RGB"


def test_an_animation_opens_at_its_first_frame(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second], duration=100)
    assert open_image(tmp_path / "a.gif", LIMITS).getpixel((4, 4)) == (255, 0, 0)


def test_a_colour_profile_is_converted_and_a_broken_one_ignored(tmp_path: Path) -> None:
    lab = ImageCms.applyTransform(
        Image.new("RGB", (4, 4), (180, 60, 40)),
        ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"),
    )
    through = open_image(saved(lab, tmp_path / "lab.tiff"), LIMITS).getpixel((0, 0))
    assert np.abs(np.subtract(through, (180, 60, 40))).max() <= 3
    broken = saved(Image.new("RGB", (4, 4), (1, 2, 3)), tmp_path / "broken.png", icc_profile=b"nonsense")
    assert open_image(broken, LIMITS).getpixel((0, 0)) == (1, 2, 3)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tiff", "bmp", "avif"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.7])
def test_a_file_that_is_cut_off_is_refused_by_name(tmp_path: Path, suffix: str, part: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    whole = saved(Image.fromarray(noise), tmp_path / f"a.{suffix}").read_bytes()
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(InvalidMedia, match=r"inputs\.image\[1\]: .*does not decode") as caught:
        open_image(cut, LIMITS, "inputs.image[1]")
    assert caught.value.fields[0].field == "inputs.image[1]"


@settings(max_examples=100, deadline=None)
@given(data=st.data(), suffix=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"]))
def test_forged_bytes_open_or_are_refused_but_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, suffix: str
) -> None:
    buffer = io.BytesIO()
    ramp(12, 9).save(buffer, suffix)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("forged") / "a"
    path.write_bytes(content)
    try:
        assert open_image(path, Limits(max_pixels=1_000_000)).mode in ("RGB", "RGBA")
    except InvalidInput as error:
        assert error.fields[0].field == "inputs.image"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_small_file_that_claims_many_pixels_is_refused_before_decoding(tmp_path: Path) -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    with pytest.raises(InvalidInput, match=r"60000 x 60000.*limit is 6\.4e\+07") as caught:
        open_image(bomb, LIMITS)
    assert "LIMNER_MAX_PIXELS" in caught.value.next_step


def test_the_limit_is_ours_and_not_the_librarys(tmp_path: Path) -> None:
    path = saved(Image.new("1", (15_000, 13_000)), tmp_path / "a.png")
    before = Image.MAX_IMAGE_PIXELS
    with pytest.raises(InvalidInput, match="15000 x 13000"):
        open_image(path, LIMITS)
    small = saved(ramp(10, 10), tmp_path / "b.png")
    with pytest.raises(InvalidInput, match="limit is 99"):
        open_image(small, Limits(max_pixels=99))
    assert open_image(small, Limits(max_pixels=100)).size == (10, 10)
    assert before == Image.MAX_IMAGE_PIXELS


@settings(max_examples=40, deadline=None)
@given(
    mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr", "LAB", "F"]),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
)
def test_any_mode_and_size_opens_as_rgb_or_rgba(
    tmp_path_factory: pytest.TempPathFactory, mode: str, width: int, height: int
) -> None:
    path = tmp_path_factory.mktemp("modes") / "a.tiff"
    Image.new(mode, (width, height)).save(path)
    opened = open_image(path, LIMITS)
    assert opened.size == (width, height)
    assert opened.mode in ("RGB", "RGBA")


def test_photographs_are_saved_as_jpeg_and_the_rest_as_png(tmp_path: Path) -> None:
    photo, graphic = ramp(), ramp()
    clear = ramp().convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    assert save_image(photo, job(tmp_path), "a").name == "a.jpg"
    assert save_image(photo.convert("RGBA"), job(tmp_path), "b").name == "b.jpg"
    assert save_image(clear, job(tmp_path), "c").name == "c.png"
    assert save_image(Image.new("RGB", (65_501, 1)), job(tmp_path), "wide").name == "wide.png"
    exact = save_image(graphic, job(tmp_path), "d", graphic=True)
    assert np.array_equal(np.asarray(Image.open(exact)), np.asarray(graphic))


def test_saved_files_are_reproducible_and_carry_no_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(ramp(), tmp_path / "in.jpg", exif=exif, icc_profile=profile, comment=b"secret")
    for graphic in (False, True):
        image = open_image(path, LIMITS)
        first = save_image(image, job(tmp_path), "first", graphic=graphic).read_bytes()
        assert first == save_image(image, job(tmp_path), "second", graphic=graphic).read_bytes()
        for trace in (b"where I live", b"secret", b"Exif", b"ICC_PROFILE", b"iCCP"):
            assert trace not in first


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#fff", (255, 255, 255, 255)),
        ("#1a2B3c", (26, 43, 60, 255)),
        ("1a2b3c", (26, 43, 60, 255)),
        ("#1a2b3c80", (26, 43, 60, 128)),
        ("#f008", (255, 0, 0, 136)),
        (" Teal ", (0, 128, 128, 255)),
        ("rebeccapurple", (102, 51, 153, 255)),
        ("transparent", (0, 0, 0, 0)),
    ],
)
def test_colours_are_read_in_every_documented_form(text: str, color: tuple[int, ...]) -> None:
    assert parse_color(text, "params.color") == color


@pytest.mark.parametrize("text", ["", "#12", "#12345", "blurple", "rgb(1,2,3)", "#gggggg"])
def test_a_bad_colour_names_the_field_and_the_forms(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"params\.color: .*is not a colour") as caught:
        parse_color(text, "params.color")
    assert "#rrggbb" in caught.value.next_step
