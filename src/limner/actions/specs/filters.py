"""Actions that filter, tint and select colours, in pictures and films."""

from limner.actions.specs.params import choice, colour, flag, number, whole
from limner.actions.specs.video import VIDEO_IN, VIDEO_OUT
from limner.types import Action, ActionPort, Json, Kind

FILM_FILTERS = (
    "grayscale",
    "sepia",
    "invert",
    "bw",
    "posterize",
    "solarize",
    "clarendon",
    "moon",
    "nashville",
    "noir",
    "fade",
    "crossprocess",
)
PICTURE_FILTERS = (
    *FILM_FILTERS[:6],
    "duotone",
    *FILM_FILTERS[6:11],
    "vignette",
    "colorpop",
    "crossprocess",
    "halftone",
)

_LOOKS = (
    "sepia: brown; bw: black and white only; posterize: few levels; solarize: lights inverted; clarendon: "
    "vivid, cyan shadows; moon: bright soft black and white; nashville: pink and blue, faded; noir: dark black "
    "and white; fade: lifted blacks, pale; crossprocess: cyan shadows, yellow lights"
)
_PICTURE = (ActionPort(Kind.IMAGE, description="The picture."),)

_SHARED: Json = {
    "bw_threshold": number(
        128, 0, 255, "bw: brightness from which a pixel turns white, 0 (all white) to 255."
    ),
    "grain": number(0, 0, 100, "Film grain laid over any filter, in percent; 0 is none."),
    "posterize_bits": whole(2, 1, 8, "posterize: bits per channel; 2 leaves 4 levels, 8 is unchanged."),
    "solarize_threshold": number(
        128, 0, 255, "solarize: level, 0 to 255, from which each channel is inverted."
    ),
}

COLOR_FILTER_IMAGE = Action(
    action_id="color-filter-image",
    name="Color Filter Image",
    description=(
        "Give a picture one of 16 looks: grey, sepia, duotone, halftone, film-like colours and more. The same "
        "looks for films are in color-filter-video."
    ),
    inputs=_PICTURE,
    outputs=(ActionPort(Kind.IMAGE, description="The filtered picture, at its own size."),),
    params={
        "filter": choice(
            "clarendon",
            PICTURE_FILTERS,
            f"{_LOOKS}; duotone: two colours; vignette: dark corners; colorpop: grey but for one colour; "
            "halftone: dots of ink.",
        ),
        "intensity": number(100, 0, 100, "How much of the filter shows, in percent; 0 is unchanged."),
        **_SHARED,
        "colorpop_tolerance": number(
            20,
            0,
            200,
            "colorpop: distance in CIE Lab from the target, or a shade of it, that keeps its colour.",
        ),
        "dot_angle": number(45, -360, 360, "halftone: turn of the rows of dots, in degrees clockwise."),
        "dot_bg": colour("#ffffff", "halftone: the paper"),
        "dot_color": colour(
            "#000000", "halftone: the ink; where it is lighter than the paper, dots are light"
        ),
        "dot_size": number(
            0, 0, 500, "halftone: distance of dots in pixels, at least 2; 0 takes 1/90 of the shorter side."
        ),
        "highlight_color": colour("#ff9f7a", "duotone: what white becomes"),
        "sepia_warmth": number(50, 0, 100, "sepia: how brown, in percent; 0 is grey."),
        "shadow_color": colour("#250d5e", "duotone: what black becomes"),
        "target_color": colour("#d0021b", "colorpop: the colour that stays"),
        "vignette_softness": number(
            60, 0, 100, "vignette: how gradually the edge darkens, in percent; 0 shows an oval."
        ),
        "vignette_strength": number(60, 0, 100, "vignette: how dark the corners are, in percent; 0 is none."),
    },
    handler="limner.actions.filters:color_filter_image",
    version=4,
    estimated_seconds=1,
)

COLOR_TINT_IMAGE = Action(
    action_id="color-tint-image",
    name="Color Tint Image",
    description="Lay a colour over a picture: multiply, screen, overlay, soft light, or hue alone.",
    inputs=_PICTURE,
    outputs=(ActionPort(Kind.IMAGE, description="The tinted picture, at its own size."),),
    params={
        "blend_mode": choice(
            "soft_light",
            ("multiply", "screen", "overlay", "soft_light", "color"),
            "multiply darkens, screen lightens, overlay adds contrast, soft_light is gentle, color takes the "
            "hue and keeps light and dark.",
        ),
        "color": colour("#ff7a18", "The colour to lay over; its alpha thins the layer"),
        "intensity": number(60, 0, 100, "Opacity of the colour, in percent; 0 is unchanged."),
    },
    handler="limner.actions.tint:color_tint_image",
    version=3,
    estimated_seconds=1,
)

FILTER_COLOR_IMAGE = Action(
    action_id="filter-color-image",
    name="Filter Color Image",
    description=(
        "Find one colour in a picture and remove it (PNG with transparency), replace it with another, light and "
        "shade kept, or keep it and turn the rest grey. To cut out a subject from any background, colour is "
        "not enough."
    ),
    inputs=_PICTURE,
    outputs=(
        ActionPort(Kind.IMAGE, description="The picture, at its own size; PNG where parts are see-through."),
    ),
    params={
        "invert": flag(False, "Whether to work on every colour but the target."),
        "mode": choice(
            "remove",
            ("remove", "replace", "keep"),
            "remove makes the colour see-through, replace swaps it for replacement_color, keep turns all "
            "others grey.",
        ),
        "replacement_color": colour("#1e88e5", "replace: the new colour"),
        "softness": number(
            12, 0, 100, "Distance in CIE Lab, beyond the tolerance, over which the choice fades; 0 is hard."
        ),
        "target_color": colour("#ffffff", "The colour to find"),
        "tolerance": number(
            12,
            0,
            200,
            "Distance in CIE Lab from the target that counts as it; 2 is hardly seen, 30 is another shade. "
            "A vivid colour counts in light and in shade too.",
        ),
    },
    handler="limner.actions.colour_select:filter_color_image",
    version=2,
    estimated_seconds=2,
)

COLOR_GRADE_VIDEO = Action(
    action_id="color-grade-video",
    name="Color Grade Video",
    description=(
        "Change the brightness, contrast, saturation and gamma of a video; sound and length stay. The amounts "
        "are those of color-grade-image."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={
        "brightness": number(0, -100, 100, "Lifts or lowers the mid-tones; 0 is neutral."),
        "contrast": number(0, -100, 100, "Steepens or flattens the tones; 0 is neutral, -100 flat grey."),
        "gamma": number(
            1, 0.1, 10, "Exponent of the tones: 1 is neutral, above 1 lightens, below 1 darkens."
        ),
        "saturation": number(0, -100, 100, "Vividness of colours; 0 is neutral, -100 greyscale."),
    },
    handler="limner.actions.grade_film:color_grade_video",
    version=3,
    estimated_seconds=25,
    timeout_seconds=900,
)

COLOR_FILTER_VIDEO = Action(
    action_id="color-filter-video",
    name="Color Filter Video",
    description=(
        "Give a video one of 12 looks, each as color-filter-image gives it to pictures; sound and length stay."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={"filter": choice("clarendon", FILM_FILTERS, f"{_LOOKS}."), **_SHARED},
    handler="limner.actions.grade_film:color_filter_video",
    version=4,
    estimated_seconds=25,
    timeout_seconds=900,
)

VIDEO_EFFECT = Action(
    action_id="video-effect",
    name="Video Effect",
    description=(
        "Give a video a camera's or a recorder's flaw: dark corners, grain, big pixels, a shaking hand, split "
        "colours or the look of a VHS tape. Sound and length stay."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={
        "chromatic_offset": number(
            6, 0, 200, "chromatic: how far red and blue move apart from green, in pixels; 0 is unchanged."
        ),
        "effect": choice(
            "vignette",
            ("vignette", "grain", "pixelate", "shake", "chromatic", "vhs"),
            "vignette: dark corners; grain: film grain; pixelate: mosaic of squares; shake: held by hand; "
            "chromatic: red and blue split sideways; vhs: a worn video tape.",
        ),
        "grain_strength": number(
            25, 0, 100, "How strong the noise of grain, and of vhs, is, in percent; 0 is none."
        ),
        "pixel_block_size": whole(
            16, 1, 500, "pixelate: side of a square in pixels of the video; 1 is unchanged."
        ),
        "shake_amount": number(
            30, 0, 100, "shake: how far the picture moves; 100 is 5 % of the shorter side, 0 is unchanged."
        ),
        "vignette_angle": number(
            36, 0, 90, "vignette: angle of the lens in degrees; wider is darker, 0 is unchanged."
        ),
    },
    handler="limner.actions.film_effects:video_effect",
    version=4,
    estimated_seconds=20,
    timeout_seconds=900,
)

FILTERS: tuple[Action, ...] = (
    COLOR_FILTER_IMAGE,
    COLOR_TINT_IMAGE,
    FILTER_COLOR_IMAGE,
    COLOR_GRADE_VIDEO,
    COLOR_FILTER_VIDEO,
    VIDEO_EFFECT,
)
