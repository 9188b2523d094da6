"""Actions that change a picture's light, its material or its words, or turn one picture into another."""

from limner.actions.specs.params import choice, flag, number, text
from limner.types import Action, ActionPort, Kind

_PICTURE = (ActionPort(Kind.IMAGE, description="The picture to work on."),)
_RESULT = (ActionPort(Kind.IMAGE, description="The new picture."),)

CINEMATIC_IMAGE = Action(
    action_id="cinematic-image",
    name="Cinematic Image",
    description=(
        "Make a picture look like a frame of a feature film: cut to 2.39:1 around its subject, teal shadows and "
        "amber lights, a warm glow around what is bright, a gentle vignette and fine grain. "
        "Equal seeds give equal grain."
    ),
    inputs=_PICTURE,
    outputs=_RESULT,
    params={
        "strength": number(70, 0, 100, "How strong the look is, in percent; 0 changes no colour."),
        "frame": choice(
            "wide", ("wide", "original"), "Cut to 2.39:1 around the subject, or keep the picture's ratio."
        ),
    },
    handler="limner.actions.cinematic:cinematic_image",
    estimated_seconds=1.5,
)

RELIGHT_IMAGE = Action(
    action_id="relight-image",
    name="Relight Image",
    description=(
        "Light a picture from a side, in a warm or cool light, over a relief guessed from the subject's outline "
        "and the picture's tones. It casts no shadows and takes none away; the picture's mean light stays, but in "
        "moonlight."
    ),
    inputs=_PICTURE,
    outputs=_RESULT,
    params={
        "direction": choice(
            "left",
            (
                "left",
                "right",
                "top",
                "bottom",
                "top-left",
                "top-right",
                "bottom-left",
                "bottom-right",
                "front",
            ),
            "Where the light comes from, as the viewer sees it.",
        ),
        "light": choice(
            "warm",
            ("warm", "golden", "neutral", "cool", "moonlight"),
            "The colour of the light; its shadows take the opposite tint, and moonlight is dim.",
        ),
        "strength": number(70, 0, 100, "How far the new light takes over, in percent; 0 changes nothing."),
    },
    handler="limner.actions.relight:relight_image",
    finds_people=True,
    estimated_seconds=2.0,
)

MATCH_TEXTURE = Action(
    action_id="match-texture",
    name="Match Texture",
    description=(
        "Give a picture the colours and the surface of another: its colour statistics, and patches of it sewn together "
        "all over the picture under the picture's own light and shadow. Equal seeds sew equally."
    ),
    inputs=(ActionPort(Kind.IMAGE, 2, 2, "The picture to change, then the texture."),),
    outputs=_RESULT,
    params={
        "strength": number(
            60, 0, 100, "How much of the texture shows, in percent; 0 takes over colours only."
        ),
        "color": number(80, 0, 100, "How far the colours move to the texture's, in percent."),
        "scale": number(
            60, 10, 200, "The longer side of the texture, in percent of the picture's longer side."
        ),
        "area": choice("all", ("all", "subject", "background"), "What of the picture is changed."),
    },
    handler="limner.actions.texture:match_texture",
    finds_people=True,
    version=2,
    estimated_seconds=4.0,
)

MORPH_IMAGES = Action(
    action_id="morph-images",
    name="Morph Images",
    description=(
        "Turn one picture into another as a film of 3 to 5 seconds, 30 frames a second, up to 1280 x 720: what both "
        "share moves to its new place, the rest dissolves. The first and the last frame are the pictures themselves."
    ),
    inputs=(ActionPort(Kind.IMAGE, 2, 2, "The first picture, then the last."),),
    outputs=(ActionPort(Kind.VIDEO, description="The film, silent."),),
    params={
        "duration": number(4, 3, 5, "Length of the film in seconds."),
        "aspect_ratio": choice(
            "start",
            ("start", "16:9", "9:16", "1:1", "4:5", "4:3", "3:4"),
            "The ratio of the film; start takes the first picture's. Pictures are cut to it around their subject.",
        ),
    },
    handler="limner.actions.morph:morph_images",
    estimated_seconds=15.0,
)

SWAP_FACADE = Action(
    action_id="swap-facade",
    name="Swap Facade",
    description=(
        "Give the wall of a building another material, in the wall's perspective and under its own light and shadow; "
        "windows, doors and what stands before the wall stay. Without corners the wall is looked for, and "
        "named in a warning."
    ),
    inputs=_PICTURE,
    outputs=_RESULT,
    params={
        "material": choice(
            "brick", ("brick", "concrete", "timber", "glass", "plaster"), "What the wall is made of."
        ),
        "quad": text(
            "",
            "The wall's corners, x and y in percent of the picture, clockwise from the top left, as in "
            "`10 12, 88 20, 88 90, 10 95`; empty: found, or refused where no flat wall shows.",
            longest=120,
        ),
        "keep_openings": flag(
            True, "Whether what does not look like the wall stays, such as windows and doors."
        ),
        "scale": number(
            100, 25, 400, "Size of the material's parts, in percent; 100 suits a wall of two storeys."
        ),
        "tone": choice("natural", ("light", "natural", "dark"), "How light the material is."),
        "strength": number(100, 0, 100, "How much the new material covers the old, in percent."),
    },
    handler="limner.actions.facade:swap_facade",
    version=2,
    estimated_seconds=3.0,
)

FIND_TEXT_BOXES = Action(
    action_id="find-text-boxes",
    name="Find Text Boxes",
    description=(
        "Find the lines of type in a picture and list their boxes, numbered, in percent of the picture, as JSON; with "
        "what they say where limner[ocr] is installed. Made for agents who say the new words to replace-text."
    ),
    inputs=_PICTURE,
    outputs=(ActionPort(Kind.TEXT, description="The boxes as JSON, and what to do next."),),
    params={
        "language": text("", "The language to translate into, for the next step that is named.", longest=60)
    },
    handler="limner.actions.text_lines:find_text_boxes",
    reads_text=True,
    estimated_seconds=2.0,
)

REPLACE_TEXT = Action(
    action_id="replace-text",
    name="Replace Text",
    description=(
        "Replace words in a picture: fill each given box with the ground around its letters, and set the given words "
        "there in the old colour, weight and size, or smaller to fit. Level type on a fairly plain ground; typefaces "
        "become Inter."
    ),
    inputs=(
        *_PICTURE,
        ActionPort(
            Kind.TEXT,
            0,
            60,
            "One text per box: its number from find-text-boxes, the words that stand there (with limner[ocr]), or left "
            "top right bottom in percent; a bar; the new words.",
        ),
    ),
    outputs=_RESULT,
    params={},
    handler="limner.actions.retype:replace_text",
    version=2,
    sets_text=True,
    reads_text=True,
    estimated_seconds=2.0,
)

TONE_WARP: tuple[Action, ...] = (
    CINEMATIC_IMAGE,
    RELIGHT_IMAGE,
    MATCH_TEXTURE,
    MORPH_IMAGES,
    SWAP_FACADE,
    FIND_TEXT_BOXES,
    REPLACE_TEXT,
)
