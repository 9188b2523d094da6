"""Actions that blur pictures."""

from limner.actions.specs.params import choice, colour, flag, number
from limner.types import Action, ActionPort, Json, Kind

_PICTURE = (ActionPort(Kind.IMAGE, description="The picture to blur."),)

_BLUR_PARAMS: Json = {
    "blur_type": choice(
        "gaussian",
        ("gaussian", "box", "motion", "radial", "bilateral", "bokeh", "tiltshift", "targetcolor"),
        "gaussian: soft everywhere; box: mean of squares; motion: streaks along `angle`; radial: zoom or spin "
        "around the centre; bilateral: smooth areas, sharp edges; bokeh: a lens out of focus; tiltshift: sharp "
        "band, miniature look; targetcolor: only areas of one colour.",
    ),
    "radius": number(
        8,
        0,
        200,
        "How far the blur reaches, in pixels of the picture at its own size (the standard deviation for "
        "gaussian, bilateral, tiltshift and targetcolor). 0 leaves every type unchanged; radial takes its "
        "extent from radial_strength instead.",
    ),
    "angle": number(0, -360, 360, "Direction of a motion blur, in degrees clockwise; 0 is level."),
    "radial_mode": choice("zoom", ("zoom", "spin"), "Radial: streaks towards the centre, or around it."),
    "radial_strength": number(30, 0, 100, "Extent of a radial blur, in percent; 0 leaves it unchanged."),
    "edge_threshold": number(
        15, 0, 100, "Bilateral: difference in brightness up to which neighbours mix, in percent of the range."
    ),
    "bokeh_shape": choice("circle", ("circle", "hexagon", "pentagon"), "Shape that highlights spread to."),
    "tilt_center": number(
        50, 0, 100, "Middle of the sharp band, in percent of the height (horizontal) or width (vertical)."
    ),
    "tilt_width": number(20, 0, 100, "Width of the sharp band, in percent of the height or width."),
    "tilt_orientation": choice("horizontal", ("horizontal", "vertical"), "Direction of the sharp band."),
    "target_color": colour("#00b140", "Targetcolor: the colour whose areas are blurred"),
    "target_tolerance": number(
        30, 0, 100, "Targetcolor: distance in CIE Lab that still counts as the colour."
    ),
    "target_invert": flag(False, "Targetcolor: blur everything but the colour."),
}

BLUR: tuple[Action, ...] = (
    Action(
        action_id="blur-image",
        name="Blur Image",
        description="Blur a picture: soft, motion, radial, lens bokeh, tilt-shift, edge-keeping or by colour.",
        inputs=_PICTURE,
        outputs=(ActionPort(Kind.IMAGE, description="The blurred picture, at its own size."),),
        params=_BLUR_PARAMS,
        handler="limner.actions.blur:blur_image",
        version=3,
        estimated_seconds=1.5,
        timeout_seconds=600,
    ),
    Action(
        action_id="blur-background",
        name="Blur Background",
        description="Blur what lies behind the subject of a picture, as a fast lens does.",
        inputs=_PICTURE,
        outputs=(ActionPort(Kind.IMAGE, description="The picture with its background out of focus."),),
        params={
            "focus": {
                "type": "string",
                "default": "auto",
                "pattern": r"^(auto|center|left|right|top|bottom|\d{1,3}(\.\d+)?%?[ ,]+\d{1,3}(\.\d+)?%?)$",
                "description": "Where the subject is: auto, center, left, right, top, bottom, or x and y in "
                "percent of the picture, such as '30 60'.",
            },
            "amount": number(
                60, 0, 100, "How far out of focus the background is, in percent; 0 is unchanged."
            ),
            "shape": choice("circle", ("circle", "hexagon"), "Shape that highlights spread to."),
        },
        handler="limner.actions.blur_background:blur_background",
        finds_people=True,
        version=2,
        estimated_seconds=4,
    ),
)
