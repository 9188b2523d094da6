"""Actions that draw: boards, lines, maps, glyphs, icons and cards, and a critique of what others drew."""

from limner.actions.specs.params import choice, colour, flag, number, text, whole
from limner.types import Action, ActionPort, Kind

_PICTURE = (ActionPort(Kind.IMAGE, description="The picture."),)

COMPOSE_MOODBOARD = Action(
    action_id="compose-moodboard",
    name="Compose Mood Board",
    description=(
        "Make a mood board out of one photo: the photo, two close crops, a texture, a duotone, its colours with "
        "their codes, a pattern in them, and a card of type. The seed chooses the layout and the pattern."
    ),
    inputs=_PICTURE,
    outputs=(ActionPort(Kind.IMAGE, description="The board, 2400 pixels on its longer side."),),
    params={
        "words": text(
            "",
            "What the card of type says, parted by commas; the first is set large. Empty: names of the colours.",
            longest=160,
        ),
        "aspect_ratio": choice("3:2", ("3:2", "4:3", "16:9", "1:1", "4:5", "3:4"), "The ratio of the board."),
        "background": colour("#f4f1ec", "What shows between the tiles"),
        "seed": whole(0, 0, 9999, "Another number gives another board of the same photo."),
    },
    handler="limner.actions.moodboard:compose_moodboard",
    sets_text=True,
    estimated_seconds=2.0,
)

WIREFRAME_IMAGE = Action(
    action_id="wireframe-image",
    name="Wireframe Image",
    description=(
        "Turn a picture into clean lines: texture is smoothed away, the edges that stay are traced as smooth strokes "
        "of three weights. Returns the drawing, and the same as an SVG of editable strokes."
    ),
    inputs=_PICTURE,
    outputs=(
        ActionPort(Kind.IMAGE, description="The drawing, of the picture's ratio, 1200 to 4096 pixels long."),
        ActionPort(Kind.DOCUMENT, description="The SVG: strokes in the groups outlines, shapes and details."),
    ),
    params={
        "detail": number(
            65, 0, 100, "How much is drawn: 0 only the strongest outlines, 100 fine detail too."
        ),
        "line_width": number(1.6, 0.3, 10, "Width of a middle line, in thousandths of the longer side."),
        "color": colour("#15181c", "The lines"),
        "background": colour("#ffffff", "The paper of the picture; the SVG has none"),
    },
    handler="limner.actions.wireframe:wireframe_image",
    estimated_seconds=3.0,
)

MAP_SEGMENTS = Action(
    action_id="map-segments",
    name="Map Segments",
    description=(
        "Part a picture into regions by colour, place and edges, and give each a colour of its own: a numbered map "
        "with a legend, and the legend as JSON. Regions are told apart, not recognised: the legend names each by its "
        "colour and place."
    ),
    inputs=_PICTURE,
    outputs=(
        ActionPort(Kind.IMAGE, description="The map, 1400 pixels on its longer side, the legend beside it."),
        ActionPort(Kind.TEXT, description="JSON list: number, code, share, color, color_name, place, box."),
    ),
    params={
        "segments": whole(8, 2, 16, "How many regions; fewer come back when the picture has fewer."),
        "style": choice("flat", ("flat", "overlay"), "Plain colours, or colours over the grey picture."),
        "legend": flag(True, "Whether the map has numbers and its legend beside it."),
    },
    handler="limner.actions.segment_map:map_segments",
    sets_text=True,
    estimated_seconds=3.0,
)

SIGIL_VIDEO = Action(
    action_id="sigil-video",
    name="Sigil Video",
    description=(
        "Turn a picture into an animated sign: the outline of its subject and its strongest lines draw themselves, "
        "glow, and are drawn away, in a loop of four seconds that closes. 1080 x 1080, 30 frames a second, silent."
    ),
    inputs=_PICTURE,
    outputs=(ActionPort(Kind.VIDEO, description="The loop, MP4, 1:1, 4 seconds."),),
    params={
        "color": text("auto", "The sign: a colour, or auto for the picture's most vivid one.", longest=40),
        "background": colour("#0b0d12", "The ground"),
        "lines": whole(10, 0, 30, "How many lines inside the outline at most."),
        "ring": flag(True, "Whether a slowly turning ring surrounds the sign."),
    },
    handler="limner.actions.sigil:sigil_video",
    finds_people=True,
    version=2,
    estimated_seconds=12.0,
)

ICON_PACK = Action(
    action_id="icon-pack",
    name="Icon Pack",
    description=(
        "Draw a set of icons in one style for a theme. Icons come from a vocabulary of about a hundred drawings, "
        "chosen by the theme's words and by what goes with them; words without an icon are said. Returns a sheet, "
        "an SVG with a group per icon, and what was chosen as JSON."
    ),
    inputs=(ActionPort(Kind.TEXT, description="The theme, such as: coffee shop, bakery, delivery."),),
    outputs=(
        ActionPort(Kind.IMAGE, description="The sheet."),
        ActionPort(Kind.DOCUMENT, description="The sheet as SVG, a group per icon on a grid of 48 units."),
        ActionPort(Kind.TEXT, description="JSON: icons, filled_up_with, unmatched_words."),
    ),
    params={
        "count": whole(12, 1, 48, "How many icons."),
        "style": choice(
            "duotone",
            ("line", "duotone", "filled"),
            "Strokes alone, with a tint set off, or with a tint inside.",
        ),
        "stroke": number(2.4, 1, 5, "Width of the strokes in units of the 48 grid."),
        "corners": choice("round", ("round", "sharp"), "Whether corners and ends are round."),
        "color": text("auto", "The strokes: a colour, or auto for what reads on the background.", longest=40),
        "accent": colour("#f2b880", "The tint"),
        "background": colour("#fbf9f5", "The sheet"),
    },
    handler="limner.actions.icon_sheet:icon_pack",
    version=2,
    estimated_seconds=1.0,
)

TAROT_PULL = Action(
    action_id="tarot-pull",
    name="Tarot Pull",
    description=(
        "Draw one to three of the 22 major arcana for a question: each card as a picture, made of emblems by a "
        "grammar, and a reading in words. The same question and seed draw the same cards."
    ),
    inputs=(ActionPort(Kind.TEXT, description="The question."),),
    outputs=(
        ActionPort(Kind.IMAGE, 1, 3, "The cards, 1100 x 1900, in the order of the reading."),
        ActionPort(Kind.TEXT, description="The reading, Markdown."),
    ),
    params={
        "cards": whole(3, 1, 3, "How many cards; three are past, present and future."),
        "reversals": flag(True, "Whether a card may come upside down, which changes its meaning."),
        "seed": whole(0, 0, 999_999, "Another number draws other cards for the same question."),
    },
    handler="limner.actions.tarot:tarot_pull",
    estimated_seconds=2.0,
)

CRITIQUE_IMAGE = Action(
    action_id="critique-image",
    name="Critique Image",
    description=(
        "Measure a picture's contrast, hierarchy, balance, palette, sharpness and exposure, say what they mean, and "
        "mend what numbers can: crop, white balance, levels, saturation, sharpness. Returns the mended picture and the "
        "critique with every change and its amount. It does not judge ideas, words or style."
    ),
    inputs=_PICTURE,
    outputs=(
        ActionPort(Kind.IMAGE, description="The mended picture; at strength 0 the picture as it was."),
        ActionPort(Kind.TEXT, description="The critique, Markdown."),
    ),
    params={"strength": number(80, 0, 100, "How far the changes go, in percent; 0 only criticises.")},
    handler="limner.actions.critique:critique_image",
    version=3,
    estimated_seconds=2.0,
)

GRAPHIC: tuple[Action, ...] = (
    COMPOSE_MOODBOARD,
    WIREFRAME_IMAGE,
    MAP_SEGMENTS,
    SIGIL_VIDEO,
    ICON_PACK,
    TAROT_PULL,
    CRITIQUE_IMAGE,
)
