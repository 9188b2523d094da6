"""The rows of actions that change the colours of pictures."""

from typing import Any

from cases import Case, still


def _look(name: str) -> dict[str, str]:
    return {"pillow": f"out = im.filter(cube({name!r}))"}


def _filter(name: str, **more: Any) -> Case:
    return still("color-filter-image", {"filter": name, **more.pop("params", {})}, **more)


FILTERS = (
    _filter(
        "grayscale",
        pillow="out = im.convert('L').convert('RGB')",
        vips="out = rows.colourspace('b-w').colourspace('srgb')",
    ),
    _filter(
        "sepia",
        pillow="out = ImageOps.colorize(im.convert('L'), 'black', '#fff7e6', '#98734c')",
        vips="out = rows.recomb([[.393, .769, .189], [.349, .686, .168], [.272, .534, .131]]).cast('uchar')",
        remark="libvips: linear, without a curve; Pillow: of luma, rounded to 8 bits",
    ),
    _filter("invert", pillow="out = ImageOps.invert(im)", vips="out = rows.invert()"),
    _filter(
        "bw",
        pillow="out = im.convert('L').point([0] * 128 + [255] * 128).convert('RGB')",
        vips="out = (rows.colourspace('b-w') >= 128).colourspace('srgb')",
        saved="png",
    ),
    _filter(
        "posterize",
        pillow="out = im.point([v // 64 * 85 for v in range(256)] * 3)",
        vips="out = rows.maplut(((identity / 64).floor() * 85).cast('uchar'))",
        saved="png",
    ),
    _filter(
        "solarize",
        pillow="out = ImageOps.solarize(im, 128)",
        vips="out = rows.maplut((identity >= 128).ifthenelse(255 - identity, identity).cast('uchar'))",
    ),
    _filter(
        "duotone",
        pillow="out = ImageOps.colorize(im.convert('L'), '#250d5e', '#ff9f7a')",
        remark="of luma, rounded to 8 bits",
    ),
    *(_filter(name, **_look(name)) for name in ("clarendon", "moon", "nashville", "noir", "fade")),
    _filter("crossprocess", **_look("crossprocess")),
    _filter("colorpop", **_look("colorpop")),
    _filter(
        "vignette",
        pillow=(
            "dark = Image.radial_gradient('L').point([255 - v * v // 400 for v in range(256)]).resize(im.size)\n"
            "out = ImageChops.multiply(im, Image.merge('RGB', [dark] * 3))"
        ),
        vips=(
            "place = (pyvips.Image.xyz(im.width, im.height) - [2000, 1500]) / [2000, 1500]\n"
            "away = (place * place).bandmean()\n"
            "out = (rows * (1 - away * away * 0.6)).cast('uchar')"
        ),
    ),
    _filter("halftone"),
    _filter(
        "fade",
        params={"grain": 30},
        pillow=(
            "noise = Image.effect_noise(im.size, 12).convert('RGB')\n"
            "out = ImageChops.add(im.filter(cube('fade')), noise, offset=-128)"
        ),
        remark="grain without a size",
    ),
)

COLOUR = (
    still(
        "color-grade-image",
        {"contrast": 40},
        pillow="out = ImageEnhance.Contrast(im).enhance(1.4)",
        vips="out = rows.linear([1.4] * 3, [-51] * 3, uchar=True)",
        remark="clips where the action bends",
    ),
    still(
        "color-grade-image",
        {"brightness": 10, "contrast": 20, "saturation": 15, "warmth": 30},
        **_look("warm"),
    ),
    still(
        "color-tint-image",
        {"blend_mode": "multiply", "color": "#d8582b", "intensity": 100},
        pillow="out = ImageChops.multiply(im, Image.new('RGB', im.size, '#d8582b'))",
        vips="out = rows.linear([216 / 255, 88 / 255, 43 / 255], [0] * 3, uchar=True)",
    ),
    still(
        "color-tint-image",
        {"blend_mode": "screen", "color": "#d8582b", "intensity": 60},
        pillow="out = Image.blend(im, ImageChops.screen(im, Image.new('RGB', im.size, '#d8582b')), 0.6)",
        vips="out = rows.linear([1 - 0.6 * v / 255 for v in (216, 88, 43)], [130, 53, 26], uchar=True)",
    ),
    still(
        "color-tint-image",
        {"blend_mode": "overlay"},
        pillow="out = Image.blend(im, ImageChops.overlay(im, Image.new('RGB', im.size, '#ff7a18')), 0.6)",
    ),
    still(
        "color-tint-image",
        {"blend_mode": "soft_light"},
        pillow="out = Image.blend(im, ImageChops.soft_light(im, Image.new('RGB', im.size, '#ff7a18')), 0.6)",
    ),
    still("color-tint-image", {"blend_mode": "color"}),
    still(
        "filter-color-image",
        {"mode": "remove"},
        vips=(
            "apart = rows.dE76(rows.new_from_image([255, 255, 255]))\n"
            "out = rows.bandjoin(((apart - 12) * (255 / 12)).cast('uchar'))"
        ),
        saved="png",
        remark="leaves the colour on soft edges",
    ),
    still(
        "filter-color-image",
        {"mode": "keep", "target_color": "#8a3b1c"},
        vips=(
            "near = 255 - ((im.dE76(im.new_from_image([138, 59, 28])) - 12) * (255 / 12)).cast('uchar')\n"
            "out = near.ifthenelse(im, im.colourspace('b-w').colourspace('srgb'), blend=True)"
        ),
        remark="shades of the colour not matched",
    ),
    still("filter-color-image", {"mode": "replace", "target_color": "#8a3b1c"}),
)
