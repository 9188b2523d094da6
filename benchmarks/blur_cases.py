"""The rows of `blur-image`."""

from typing import Any

from cases import still


def _blur(kind: str, radius: float = 12, **more: Any) -> dict[str, Any]:
    return {"blur_type": kind, "radius": radius, **more}


DISC = (
    "kernel = ((yy := np.arange(-{0}, {0} + 1)[:, None]) ** 2 + yy.T ** 2 <= {0} ** 2).astype(np.float32)\n"
)
LINE = "kernel = cv2.warpAffine(np.eye(41, dtype=np.float32), cv2.getRotationMatrix2D((20, 20), 15, 1), (41, 41))\n"
FILTERED = "light = cv2.filter2D(light, -1, kernel / kernel.sum())\n"
LINEAR = (
    "levels, lights = (np.arange(size) / (size - 1) for size in (256, 65536))\n"
    "decode = np.where(levels > 0.04045, ((levels + 0.055) / 1.055) ** 2.4, levels / 12.92).astype(np.float32)\n"
    "coded = np.where(lights > 0.0031308, 1.055 * lights ** (1 / 2.4) - 0.055, lights * 12.92) * 255\n"
    "encode, light = np.round(coded).astype(np.uint8), cv2.LUT(im, decode)\n"
)
"""Makes `light` of `im`, and `encode`, the table of what 16 bits of linear light are in sRGB."""
ENCODED = "out = encode.take((light * 65535 + 0.5).astype(np.uint16), mode='clip')"
NEAR_COLOUR = "near = ((30 - im.dE76(im.new_from_image([138, 59, 28]))) * 25.5).cast('uchar')\n"

BLUR = (
    still(
        "blur-image",
        _blur("gaussian"),
        pillow="out = im.filter(ImageFilter.GaussianBlur(12))",
        vips="out = rows.gaussblur(12)",
    ),
    still(
        "blur-image",
        _blur("gaussian", 60),
        pillow="out = im.filter(ImageFilter.GaussianBlur(60))",
        vips="out = rows.gaussblur(60)",
    ),
    still("blur-image", _blur("box"), pillow="out = im.filter(ImageFilter.BoxBlur(12))"),
    still(
        "blur-image",
        _blur("motion", 20),
        vips=(
            "line = pyvips.Image.new_from_array([[1] * 41], scale=41)\n"
            "out = rows.colourspace('scrgb').conv(line, precision='float').colourspace('srgb')"
        ),
        opencv=LINEAR + "light = cv2.blur(light, (41, 1))\n" + ENCODED,
    ),
    still(
        "blur-image",
        _blur("motion", 20, angle=30),
        opencv=LINEAR + LINE + FILTERED + ENCODED,
    ),
    still("blur-image", _blur("radial", radial_mode="zoom", radial_strength=30)),
    still("blur-image", _blur("radial", radial_mode="spin", radial_strength=30)),
    still("blur-image", _blur("bilateral", 8), opencv="out = cv2.bilateralFilter(im, 0, 19, 8)"),
    still(
        "blur-image",
        _blur("bokeh", 10),
        opencv=LINEAR + DISC.format(10) + FILTERED + ENCODED,
        remark="highlights not weighted",
    ),
    still(
        "blur-image",
        _blur("bokeh", 40),
        opencv=LINEAR + DISC.format(40) + FILTERED + ENCODED,
        remark="highlights not weighted",
    ),
    still(
        "blur-image",
        _blur("tiltshift"),
        pillow=(
            "line = Image.linear_gradient('L').point([min(255, abs(v - 128) * 3) for v in range(256)])\n"
            "out = Image.composite(im.filter(ImageFilter.GaussianBlur(12)), im, line.resize(im.size))"
        ),
        remark="one blur faded in, which ghosts, not a growing one",
    ),
    still(
        "blur-image",
        _blur("targetcolor", target_color="#8a3b1c"),
        vips=NEAR_COLOUR + "out = near.ifthenelse(im.gaussblur(12), im, blend=True)",
        remark="surroundings smear in",
    ),
)
