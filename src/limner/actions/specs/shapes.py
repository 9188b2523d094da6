"""Actions that turn, mirror, copy and draw shapes on pictures."""

from limner.actions.specs.layout import IMAGE_IN, IMAGE_OUT
from limner.actions.specs.params import choice, colour, flag, group, number, whole
from limner.types import Action, ActionPort, Json, Kind

ROTATE_IMAGE = Action(
    action_id="rotate-image",
    name="Rotate Image",
    description=(
        "Turn a picture clockwise by any angle. Quarter turns interpolate nothing; other angles get smooth edges, "
        "and corners in a colour or see-through."
    ),
    inputs=(IMAGE_IN,),
    outputs=(IMAGE_OUT,),
    params={
        "angle": number(
            90, -360, 360, "How far to turn, in degrees clockwise; 0 leaves the picture unchanged."
        ),
        "background": {
            "type": "string",
            "default": "auto",
            "maxLength": 40,
            "description": "What shows in the corners that turning opens, and behind a see-through picture: auto "
            "(white; see-through where the picture itself is), #rgb, #rrggbb, #rrggbbaa, a CSS name or transparent.",
        },
        "expand": flag(
            True,
            "Enlarge the frame so that nothing is cut off; off: keep the picture's size and cut corners.",
        ),
        "transparent": flag(False, "Make the corners see-through (PNG), whatever `background` says."),
    },
    handler="limner.actions.turns:rotate_image",
    version=3,
    estimated_seconds=1.5,
)

FLIP_IMAGE = Action(
    action_id="flip-image",
    name="Flip Image",
    description="Mirror a picture left to right, top to bottom, or both.",
    inputs=(IMAGE_IN,),
    outputs=(IMAGE_OUT,),
    params={
        "direction": choice(
            "horizontal",
            ("horizontal", "vertical", "both"),
            "horizontal swaps left and right, vertical top and bottom; both is half a turn.",
        )
    },
    handler="limner.actions.turns:flip_image",
    version=2,
    estimated_seconds=0.5,
)

DUPLICATE_IMAGE = Action(
    action_id="duplicate-image",
    name="Duplicate Image",
    description="Return the same picture several times as a list, unchanged to the byte.",
    inputs=(IMAGE_IN,),
    outputs=(ActionPort(Kind.IMAGE, 1, None, "The same picture, `count` times."),),
    params={"count": whole(2, 1, 50, "How many entries the list has.")},
    handler="limner.actions.copies:duplicate_image",
    estimated_seconds=0.5,
)

_SHAPE: Json = {
    "center": group(
        "Where the middle of the shape stands, in percent of the picture: x of its width from the left, y of its "
        "height from the top. It may lie outside: what is beyond the picture is cut off.",
        x=number(50, -100, 200, "Percent of the width."),
        y=number(50, -100, 200, "Percent of the height."),
    ),
    "fill_color": colour("#e4572e", "The colour inside"),
    "fill_opacity": number(100, 0, 100, "How opaque the fill is, in percent; 0 leaves only the stroke."),
    "rotation": number(0, -360, 360, "Turn around the middle, in degrees clockwise."),
    "shape": choice(
        "rectangle",
        ("rectangle", "ellipse", "triangle", "star", "hexagon"),
        "rectangle, ellipse and triangle fill `size`; the five-pointed star and the hexagon stay regular, as large "
        "as fits into it. Triangle, star and hexagon have a point up.",
    ),
    "size": group(
        "Width and height of the shape before it is turned, stroke included, in percent of the picture: x of its "
        "width, y of its height. For a circle or square in a picture of 16:9 take 9 to 16, such as 27 and 48.",
        x=number(40, 0, 300, "Percent of the width; 0: no shape."),
        y=number(40, 0, 300, "Percent of the height; 0: no shape."),
    ),
    "stroke_color": colour("#111111", "The colour of the stroke"),
    "stroke_width": number(
        0, 0, 2000, "Width of the stroke in pixels of the picture, inside the shape's edge; 0: none."
    ),
}

ADD_SHAPE_TO_IMAGE = Action(
    action_id="add-shape-to-image",
    name="Add Shape To Image",
    description=(
        "Draw a rectangle, ellipse, triangle, star or hexagon on a picture, filled, outlined or both, "
        "with smooth edges."
    ),
    inputs=(IMAGE_IN,),
    outputs=(IMAGE_OUT,),
    params=_SHAPE,
    handler="limner.actions.shapes:add_shape_to_image",
    version=2,
    estimated_seconds=0.7,
)

GENERATE_SHAPE_IMAGE = Action(
    action_id="generate-shape-image",
    name="Generate Shape Image",
    description=(
        "Make a picture of one shape (rectangle, ellipse, triangle, star or hexagon) on a plain or transparent "
        "background, as PNG."
    ),
    inputs=(),
    outputs=(IMAGE_OUT,),
    params={
        "background": colour("#ffffff", "The background"),
        **_SHAPE,
        "height": whole(1080, 16, 8192, "Height in pixels."),
        "width": whole(1080, 16, 8192, "Width in pixels."),
    },
    handler="limner.actions.shapes:generate_shape_image",
    version=2,
    estimated_seconds=0.5,
)

SHAPES: tuple[Action, ...] = (
    ROTATE_IMAGE,
    FLIP_IMAGE,
    DUPLICATE_IMAGE,
    ADD_SHAPE_TO_IMAGE,
    GENERATE_SHAPE_IMAGE,
)
