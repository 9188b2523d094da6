"""Actions that shape and place pictures and set text."""

from limner.actions.specs.params import choice, colour, flag, number, text, whole
from limner.types import Action, ActionPort, Kind

RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
STYLES = ("sans", "sans-bold", "sans-italic", "serif", "serif-bold", "mono", "mono-bold")
PLACES = (
    "top-left",
    "top-center",
    "top-right",
    "middle-left",
    "center",
    "middle-right",
    "bottom-left",
    "bottom-center",
    "bottom-right",
)

IMAGE_IN = ActionPort(Kind.IMAGE, description="The picture to work on.")
IMAGE_OUT = ActionPort(Kind.IMAGE, description="The new picture.")
RATIO_PARAMS = {
    "aspect_ratio": choice("1:1", RATIOS, "The ratio of width to height."),
    "background_mode": choice("blur", ("solid", "blur"), "What fills the space when `fit` is pad."),
    "blur_amount": number(60, 0, 100, "How soft the blurred background is, 0 (sharp) to 100."),
    "fit": choice("crop", ("crop", "pad"), "Cut off what is too much, or add what is missing."),
    "pad_color": colour("#000000", "The background when `background_mode` is solid"),
}
"""What says how a picture or a film is brought to another ratio."""

CHANGE_IMAGE_AR = Action(
    action_id="change-image-ar",
    name="Change Image Aspect Ratio",
    description=(
        "Cut or pad a picture to an aspect ratio, exact to the pixel and without scaling. `crop` keeps the "
        "middle; `pad` keeps everything and fills the rest with a blurred copy or a plain colour. To keep the "
        "subject rather than the middle, use reframe-image."
    ),
    inputs=(IMAGE_IN,),
    outputs=(IMAGE_OUT,),
    params=RATIO_PARAMS,
    handler="limner.actions.aspect_change:change_image_ar",
    version=2,
    estimated_seconds=0.5,
)

REFRAME_IMAGE = Action(
    action_id="reframe-image",
    name="Reframe Image",
    description=(
        "Bring a picture to an aspect ratio and keep its subject whole: find what draws the eye, cut around it "
        "where a cut is safe, pad where it is not. Exact to the pixel, without scaling."
    ),
    inputs=(IMAGE_IN,),
    outputs=(IMAGE_OUT,),
    params={
        "aspect_ratio": choice("1:1", (*RATIOS, "4:5", "5:4"), "The ratio of width to height."),
        "mode": choice(
            "auto",
            ("auto", "crop", "pad"),
            "auto cuts when the subject stays whole, with about 90 % of what draws the eye, and all that stands on a "
            "plain ground; it pads otherwise. crop always cuts; pad keeps every pixel.",
        ),
        "background": choice(
            "auto",
            ("auto", "blur", "solid"),
            "What padding is filled with: a blurred copy, the border drawn outwards, or, with auto, the border "
            "where it is plain and else the blurred copy.",
        ),
    },
    handler="limner.actions.reframe:reframe_image",
    version=3,
    estimated_seconds=0.6,
)

ADD_TEXT_TO_IMAGE = Action(
    action_id="add-text-to-image",
    name="Add Text To Image",
    description=(
        "Write text on a picture at one of nine places. Lines wrap within the margins; type that cannot fit is "
        "set smaller, with a warning. Latin, Greek and Cyrillic; other scripts and emoji where limner[fonts] is "
        "installed. Characters that no font has are left out, with a warning."
    ),
    inputs=(IMAGE_IN,),
    outputs=(IMAGE_OUT,),
    params={
        "color": colour("#ffffff", "The colour of the text"),
        "font_family": choice("sans-bold", STYLES, "The typeface: Inter, a serif, or a monospace."),
        "font_size": number(
            0, 0, 2000, "Size of type in pixels of the picture; 0 takes 1/13 of its shorter side."
        ),
        "margin": number(
            -1, -1, 5000, "Distance from the edges in pixels; -1 takes 5 % of the shorter side."
        ),
        "opacity": number(100, 0, 100, "How opaque the text is, in percent."),
        "position": choice("bottom-center", PLACES, "Where the text stands; it also aligns the lines."),
        "shadow": flag(True, "Whether a soft shadow keeps the text readable on a busy picture."),
        "text": text("", "What to write; a line break starts a new line. Empty: the picture stays as it is."),
    },
    handler="limner.actions.text_image:add_text_to_image",
    version=2,
    sets_text=True,
    estimated_seconds=0.5,
)

GENERATE_TEXT_IMAGE = Action(
    action_id="generate-text-image",
    name="Generate Text Image",
    description=(
        "Make a picture of text alone, centred on a plain or transparent background. Lines wrap within the "
        "margin; type that cannot fit is set smaller, with a warning."
    ),
    inputs=(),
    outputs=(IMAGE_OUT,),
    params={
        "background": colour("#ffffff", "The background"),
        "color": colour("#111111", "The colour of the text"),
        "font_family": choice("sans-bold", STYLES, "The typeface: Inter, a serif, or a monospace."),
        "font_size": number(
            0, 0, 2000, "Size of type in pixels; 0 takes 1/6 of the shorter side, or what fits."
        ),
        "height": whole(1080, 16, 8192, "Height in pixels."),
        "margin": number(
            -1, -1, 4000, "Distance from the edges in pixels; -1 takes 5 % of the shorter side."
        ),
        "text": text("", "What to write; a line break starts a new line. Empty: a plain picture."),
        "width": whole(1080, 16, 8192, "Width in pixels."),
    },
    handler="limner.actions.text_image:generate_text_image",
    version=2,
    sets_text=True,
    estimated_seconds=0.3,
)

SIDE_BY_SIDE_COMPOSITE = Action(
    action_id="side-by-side-composite",
    name="Side By Side Composite",
    description=(
        "Join two to four pictures in a row, a column or a square, brought to one height or width with their "
        "ratios kept; nothing is cut off."
    ),
    inputs=(ActionPort(Kind.IMAGE, 2, 4, "Two to four pictures, in reading order."),),
    outputs=(IMAGE_OUT,),
    params={
        "background": colour("#ffffff", "What shows in gaps and padding"),
        "gap": number(0, 0, 1000, "Space between pictures in pixels."),
        "layout": choice(
            "auto",
            ("auto", "horizontal-2", "horizontal-3", "vertical-2", "vertical-3", "grid-2x2"),
            "The arrangement; auto takes a row for two or three pictures and a square for four.",
        ),
        "normalize": choice(
            "match-shortest",
            ("match-shortest", "match-largest", "pad-to-largest"),
            "match-shortest scales down to the smallest picture, match-largest up to the largest, "
            "pad-to-largest scales nothing and centres each picture in a cell of the largest size.",
        ),
    },
    handler="limner.actions.composite:side_by_side_composite",
    version=2,
    estimated_seconds=0.8,
)

QR_CODE_GENERATOR = Action(
    action_id="qr-code-generator",
    name="QR Code Generator",
    description=(
        "Draw a text or an address as a square QR code, exact to the pixel. Warns where colours or a narrow "
        "border would keep scanners from reading it."
    ),
    inputs=(ActionPort(Kind.TEXT, description="What the code says: an address or any text."),),
    outputs=(IMAGE_OUT,),
    params={
        "bg_color": colour("#ffffff", "The light modules and the border"),
        "border": whole(4, 0, 40, "Width of the quiet zone in modules; scanners expect 4."),
        "error_correction": choice("M", ("L", "M", "Q", "H"), "How much may be damaged: 7, 15, 25 or 30 %."),
        "fg_color": colour("#000000", "The dark modules"),
        "size": whole(1024, 21, 8000, "Width and height in pixels, border included."),
    },
    handler="limner.actions.qr:qr_code_generator",
    version=2,
    estimated_seconds=0.2,
)

SURVEILLANCE_IMAGE = Action(
    action_id="surveillance-image",
    name="Surveillance Image",
    description=(
        "Make a picture look like a frame of security footage, 1280 x 960: cut around its subject, wide lens, "
        "weak sensor, compression, interlacing, and the recorder's type with camera, place, time and REC."
    ),
    inputs=(IMAGE_IN,),
    outputs=(ActionPort(Kind.IMAGE, description="The frame, 4:3."),),
    params={
        "label": text("", "The place, as in FRONT DOOR; empty: only the camera's number.", longest=60),
        "time": text(
            "", "Date and time as they should read, as in 2026-11-21 03:14:07; empty: none.", longest=60
        ),
        "camera": whole(1, 0, 99, "The camera's number."),
        "strength": number(70, 0, 100, "How worn the picture is, 0 to 100."),
        "color": choice(
            "mono", ("mono", "tint", "night"), "Grey, weak greenish colour, or infrared at night."
        ),
    },
    handler="limner.actions.surveillance:surveillance_image",
    sets_text=True,
    version=2,
    estimated_seconds=0.8,
)

COMPOSE_GRID = Action(
    action_id="compose-grid",
    name="Compose Grid",
    description=(
        "Set one to nine product pictures as a lookbook page with a title. Plain borders are trimmed, scale and "
        "exposure evened; the first picture leads, the others go where their shape fits."
    ),
    inputs=(ActionPort(Kind.IMAGE, 1, 9, "One to nine pictures; the first leads the page."),),
    outputs=(ActionPort(Kind.IMAGE, description="The page, 2000 pixels on its longer side."),),
    params={
        "title": text("", "The title of the page; empty: none.", longest=200),
        "style": choice(
            "editorial", ("editorial", "clean"), "An asymmetric page with a serif title, or an even grid."
        ),
        "columns": whole(0, 0, 5, "Columns of an even grid; 0 leaves it to the style."),
        "aspect_ratio": choice("4:5", (*RATIOS, "4:5", "5:4"), "The ratio of the page."),
        "background": colour("#f6f3ee", "The paper"),
        "gap": number(28, 0, 200, "Space between pictures in pixels of the page."),
        "margin": number(90, 0, 300, "Space around the page in pixels."),
        "numbers": flag(True, "Whether each picture has a small number below it."),
    },
    handler="limner.actions.lookbook:compose_grid",
    version=3,
    sets_text=True,
    estimated_seconds=2.0,
)

LAYOUT: tuple[Action, ...] = (
    CHANGE_IMAGE_AR,
    SIDE_BY_SIDE_COMPOSITE,
    ADD_TEXT_TO_IMAGE,
    GENERATE_TEXT_IMAGE,
    QR_CODE_GENERATOR,
    REFRAME_IMAGE,
    COMPOSE_GRID,
    SURVEILLANCE_IMAGE,
)
