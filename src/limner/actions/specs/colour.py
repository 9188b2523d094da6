"""Actions that read, move and grade the colours of pictures."""

from limner.actions.specs.params import choice, number, whole
from limner.types import Action, ActionPort, Kind

_PICTURE = (ActionPort(Kind.IMAGE, description="The picture."),)

COLOUR: tuple[Action, ...] = (
    Action(
        action_id="color-grade-image",
        name="Color Grade Image",
        description="Change the brightness, contrast, saturation and warmth of a picture.",
        inputs=_PICTURE,
        outputs=(ActionPort(Kind.IMAGE, description="The graded picture, at its own size."),),
        params={
            "brightness": number(0, -100, 100, "Lifts or lowers the mid-tones; 0 is neutral."),
            "contrast": number(0, -100, 100, "Steepens or flattens the tones; 0 is neutral, -100 flat grey."),
            "saturation": number(0, -100, 100, "Vividness of colours; 0 is neutral, -100 greyscale."),
            "warmth": number(0, -100, 100, "White balance; 0 is neutral, above 0 amber, below 0 blue."),
        },
        handler="limner.actions.colour_grade:color_grade_image",
        version=3,
        estimated_seconds=1,
    ),
    Action(
        action_id="extract-palette",
        name="Extract Palette",
        description="Read the main colours of a picture: a swatch card, and JSON with hex, name, share and "
        "contrast.",
        inputs=_PICTURE,
        outputs=(
            ActionPort(Kind.IMAGE, description="A swatch card, 1600 x 900."),
            ActionPort(Kind.TEXT, description="JSON list: hex, name, share, on, contrast, pairs."),
        ),
        params={"count": whole(6, 3, 12, "Number of colours; fewer come back when the picture has fewer.")},
        handler="limner.actions.palette:extract_palette",
        version=2,
        estimated_seconds=1,
    ),
    Action(
        action_id="transfer-color",
        name="Transfer Color",
        description="Give a picture the colour grade of another one.",
        inputs=(
            ActionPort(
                Kind.IMAGE,
                least=2,
                most=2,
                description="The picture to change, then the picture whose colours to take.",
            ),
        ),
        outputs=(ActionPort(Kind.IMAGE, description="The first picture in the colours of the second."),),
        params={
            "strength": number(100, 0, 100, "How far the colours move, in percent; 0 is unchanged."),
            "method": choice(
                "mkl",
                ("mkl", "reinhard"),
                "mkl moves colours together, as they vary together; reinhard moves each axis by itself.",
            ),
            "keep_luminance": number(
                40, 0, 100, "How much of the picture's own light and dark stays, in percent."
            ),
        },
        handler="limner.actions.colour_transfer:transfer_color",
        version=3,
        estimated_seconds=1,
    ),
)
