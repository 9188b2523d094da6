"""The rows of actions that turn, join, draw on and copy pictures, and of those on texts."""

from blur_cases import BLUR
from cases import Case, still
from filter_cases import COLOUR, FILTERS

START = "a job of milliseconds: mostly the start of the process"

TURNS = (
    still(
        "rotate-image",
        {"angle": 90},
        pillow="out = im.transpose(Image.Transpose.ROTATE_270)",
        vips="out = im.rot90()",
    ),
    still(
        "rotate-image",
        {"angle": 7},
        pillow="out = im.rotate(-7, Image.Resampling.BICUBIC, expand=True, fillcolor='white')",
        vips="out = im.rotate(7, interpolate=pyvips.Interpolate.new('bicubic'), background=[255] * 3)",
        remark="jagged edges with Pillow",
    ),
    still(
        "rotate-image",
        {"angle": 7, "transparent": True},
        pillow="out = im.convert('RGBA').rotate(-7, Image.Resampling.BICUBIC, expand=True)",
        vips="out = im.addalpha().rotate(7, interpolate=pyvips.Interpolate.new('bicubic'))",
        saved="png",
        remark="jagged edges with Pillow",
    ),
    still(
        "flip-image",
        {"direction": "horizontal"},
        pillow="out = im.transpose(Image.Transpose.FLIP_LEFT_RIGHT)",
        vips="out = rows.fliphor()",
    ),
    still(
        "flip-image",
        {"direction": "vertical"},
        pillow="out = im.transpose(Image.Transpose.FLIP_TOP_BOTTOM)",
        vips="out = im.flipver()",
    ),
    still(
        "flip-image",
        {"direction": "both"},
        pillow="out = im.transpose(Image.Transpose.ROTATE_180)",
        vips="out = im.rot180()",
    ),
)

LAYOUT = (
    still(
        "change-image-ar",
        {"aspect_ratio": "1:1", "fit": "crop"},
        pillow="out = im.crop((500, 0, 3500, 3000))",
        vips="out = rows.crop(500, 0, 3000, 3000)",
    ),
    still(
        "change-image-ar",
        {"aspect_ratio": "1:1", "fit": "pad", "background_mode": "solid"},
        pillow="out = ImageOps.pad(im, (4000, 4000), color='black')",
        vips="out = rows.gravity('centre', 4000, 4000)",
    ),
    still(
        "change-image-ar",
        {"aspect_ratio": "1:1", "fit": "pad", "background_mode": "blur"},
        pillow=(
            "small = ImageOps.fit(im.reduce(16), (250, 250)).filter(ImageFilter.GaussianBlur(20))\n"
            "out = small.resize((4000, 4000), Image.Resampling.BICUBIC)\n"
            "out.paste(im, (0, 500))"
        ),
        vips=(
            "small = pyvips.Image.thumbnail(str(picture), 250, height=250, crop='centre').gaussblur(20)\n"
            "out = small.resize(16).insert(im, 0, 500)"
        ),
    ),
    still(
        "side-by-side-composite",
        {"gap": 40},
        given=("picture.jpg", "portrait.jpg"),
        pillow=(
            "other = Image.open(portrait).resize((2250, 3000), Image.Resampling.LANCZOS)\n"
            "out = Image.new('RGB', (6290, 3000), 'white')\n"
            "out.paste(im, (0, 0))\nout.paste(other, (4040, 0))"
        ),
        vips=(
            "other = pyvips.Image.new_from_file(str(portrait), access='sequential').resize(0.75)\n"
            "out = rows.join(other, 'horizontal', shim=40, background=[255] * 3)"
        ),
    ),
    still(
        "side-by-side-composite",
        {"layout": "grid-2x2"},
        given=("picture.jpg",) * 4,
        pillow=(
            "out = Image.new('RGB', (8000, 6000), 'white')\n"
            "for place in ((0, 0), (4000, 0), (0, 3000), (4000, 3000)):\n"
            "    out.paste(Image.open(picture), place)"
        ),
        vips=(
            "four = [pyvips.Image.new_from_file(str(picture), access='sequential') for _ in range(4)]\n"
            "out = pyvips.Image.arrayjoin(four, across=2)"
        ),
    ),
    still("compose-grid", {"title": "Autumn"}, given=("product.jpg",) * 6),
    still("duplicate-image", {"count": 2}, remark="the file is copied"),
)

TYPE = (
    "ImageDraw.Draw({}).text((2000, 2850), 'Quiet mornings', 'white', ImageFont.truetype(font, 200), 'mb')\n"
)
SVG = 'svg = b\'<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}">{}</svg>\'\n'
STAR = [
    (540, 324),
    (589, 473),
    (745, 473),
    (619, 565),
    (667, 715),
    (540, 622),
    (413, 715),
    (461, 565),
    (335, 473),
    (491, 473),
]
DRAWN = (
    still(
        "add-shape-to-image",
        {"shape": "ellipse"},
        pillow=(
            "mask = Image.new('L', (6400, 4800))\n"
            "ImageDraw.Draw(mask).ellipse((0, 0, 6399, 4799), fill=255)\n"
            "im.paste('#e4572e', (1200, 900, 2800, 2100), mask.reduce(4))\nout = im"
        ),
        vips=(
            SVG.format(1600, 1200, '<ellipse cx="800" cy="600" rx="800" ry="600" fill="#e4572e"/>')
            + "shape = pyvips.Image.svgload_buffer(svg)\n"
            "out = rows.composite2(shape, 'over', x=1200, y=900).flatten()"
        ),
    ),
    still(
        "generate-shape-image",
        {"shape": "star"},
        given=(),
        pillow=(
            f"out = Image.new('RGB', (4320, 4320), 'white')\n"
            f"ImageDraw.Draw(out).polygon([(4 * x, 4 * y) for x, y in {STAR}], fill='#e4572e')\n"
            "out = out.reduce(4)"
        ),
        saved="png",
    ),
    still(
        "add-text-to-image",
        {"text": "Quiet mornings", "font_size": 200, "shadow": False},
        pillow=TYPE.format("im") + "out = im",
        vips=(
            "ink = pyvips.Image.text('Quiet mornings', font='Inter Bold 200', fontfile=font, dpi=72)\n"
            "white = ink.new_from_image([255] * 3).bandjoin(ink).copy(interpretation='srgb')\n"
            "out = rows.composite2(white, 'over', x=1200, y=2600).flatten()"
        ),
    ),
    still(
        "add-text-to-image",
        {"text": "Quiet mornings", "font_size": 200},
        pillow=(
            "mask = Image.new('L', im.size)\n" + TYPE.format("mask") + "around = (1000, 2500, 3000, 3000)\n"
            "im.paste('black', around, mask.crop(around).filter(ImageFilter.GaussianBlur(22)))\n"
            "im.paste('white', (0, 0), mask)\nout = im"
        ),
    ),
    still(
        "generate-text-image",
        {"text": "Quiet mornings", "font_size": 120},
        given=(),
        pillow=(
            "out = Image.new('RGB', (1080, 1080), 'white')\n"
            "ImageDraw.Draw(out).text((540, 540), 'Quiet mornings', '#111', ImageFont.truetype(font, 120), 'mm')"
        ),
        saved="png",
        remark=START,
    ),
    Case(
        action_id="qr-code-generator",
        params={},
        given=("https://example.com/autumn",),
        tools={"segno": "out = segno.make('https://example.com/autumn', error='m')"},
        saved="png",
        remark=START,
    ),
)

TEXTS = (
    still("split-text", {"split_mode": "paragraph"}, given=("text.txt",)),
    still("find-and-replace-text", {"find": "harbour", "replace": "haven"}, given=("text.txt",)),
    still("concat-text", {"add_headers": True}, given=("text.txt",)),
)

STILLS = (*TEXTS, *COLOUR, *LAYOUT, *TURNS, *FILTERS, *BLUR, *DRAWN)
