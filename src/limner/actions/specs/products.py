"""Actions that show products: cut-outs, studio pictures, advertisements, films, book and logo mock-ups."""

from limner.actions.specs.params import choice, colour, flag, number, text
from limner.types import Action, ActionPort, Kind
from limner.types.brand import FONT_FAMILIES

PRODUCT_IN = ActionPort(
    Kind.IMAGE,
    description="The product: on transparency or an even backing; in a scene as far as it stands out.",
)
FOCUS = {
    "type": "string",
    "default": "auto",
    "pattern": r"^(auto|center|left|right|top|bottom|\d{1,3}(\.\d+)?%?[ ,]+\d{1,3}(\.\d+)?%?)$",
    "description": "Where the subject is: auto, center, left, right, top, bottom, or x and y in percent of the "
    "picture, such as '30 60'.",
}
BACKDROP = choice(
    "light",
    ("light", "warm", "grey", "dark", "tint"),
    "The paper of the sweep; tint is a pale shade of the product's own colour.",
)

CUT_OUT = Action(
    action_id="cut-out",
    name="Cut Out",
    description=(
        "Cut the subject of a picture out, on a transparent ground. Sharp on even backings, shadows removed; in "
        "scenes by contrast and colour. It knows no objects: it cuts no single hairs, no glass, and nothing that "
        "has the colours of what lies behind. A picture with transparency is kept as it is."
    ),
    inputs=(ActionPort(Kind.IMAGE, description="The picture to cut from."),),
    outputs=(ActionPort(Kind.IMAGE, description="The subject alone, with transparency."),),
    params={
        "focus": FOCUS,
        "trim": flag(False, "Whether empty borders are cut off; else the picture keeps its size."),
    },
    handler="limner.actions.cutout:cut_out",
    finds_people=True,
    estimated_seconds=2.0,
)

COMPOSE_STUDIO_SHOT = Action(
    action_id="compose-studio-shot",
    name="Compose Studio Shot",
    description=(
        "Set a product into a studio, 1600 x 1600: cut out, on a seamless sweep with a fall of light, with contact "
        "shadow and a soft reflection. The light on the product itself stays as it was photographed."
    ),
    inputs=(PRODUCT_IN,),
    outputs=(ActionPort(Kind.IMAGE, description="The studio picture, 1:1."),),
    params={
        "backdrop": BACKDROP,
        "reflection": number(22, 0, 100, "How much the floor mirrors, in percent; 0 is matt."),
    },
    handler="limner.actions.studio_shot:compose_studio_shot",
    finds_people=True,
    estimated_seconds=3.0,
)

COMPOSE_MUGSHOT = Action(
    action_id="compose-mugshot",
    name="Compose Mugshot",
    description=(
        "Make a booking photograph of a portrait, 1200 x 1500: the person cut out and framed by the head, before a "
        "height chart, with a placard, in the light of a flash. The head is found by skin colour and outline, not "
        "recognised; the pose stays."
    ),
    inputs=(ActionPort(Kind.IMAGE, description="A portrait of one person, head and shoulders or more."),),
    outputs=(ActionPort(Kind.IMAGE, description="The booking photograph, 4:5."),),
    params={
        "placard": text(
            "COUNTY JAIL\n2026-11-22\nNo. 0417",
            "What the placard says, at most four lines, the first the largest; empty: no placard.",
            longest=120,
        ),
        "color": choice("color", ("color", "mono"), "Pale colour, or black and white."),
        "strength": number(100, 0, 100, "How much the light is a flash's, in percent."),
    },
    handler="limner.actions.mugshot:compose_mugshot",
    finds_people=True,
    version=2,
    sets_text=True,
    estimated_seconds=4.0,
)

COMPOSE_ADS = Action(
    action_id="compose-ads",
    name="Compose Ads",
    description=(
        "Set a product, cut out, with a headline and a call to action as four advertisements of different layout: on "
        "a stage, over two fields, before large type, and close by. Colours that are auto are taken from the "
        "product; type is always in a colour that reads on its ground."
    ),
    inputs=(
        ActionPort(
            Kind.IMAGE, 1, 2, "The product, and, if there is one, the brand's logo with transparency."
        ),
    ),
    outputs=(ActionPort(Kind.IMAGE, 4, 4, "The four advertisements: stage, fields, type, close."),),
    params={
        "headline": text("", "The headline, best two to six words.", longest=90),
        "call_to_action": text("", "What to do, as in Shop now; empty: none.", longest=40),
        "brand": text("", "The brand's name, set small where no logo is given; empty: none.", longest=60),
        "aspect_ratio": choice("4:5", ("1:1", "4:5", "9:16", "16:9"), "The ratio of all four."),
        "heading_font": choice(
            "serif-display", (*FONT_FAMILIES, "serif-display"), "The typeface of the headline."
        ),
        "paper": colour("auto", "The ground, or auto"),
        "primary": colour("auto", "The colour of large areas, or auto"),
        "ink": colour("auto", "The colour of type, or auto"),
        "accent": colour("auto", "The colour that draws the eye, or auto"),
    },
    handler="limner.actions.ads:compose_ads",
    finds_people=True,
    sets_text=True,
    estimated_seconds=6.0,
)

ANIMATE_PRODUCT = Action(
    action_id="animate-product",
    name="Animate Product",
    description=(
        "Make a film of five seconds from one product picture: cut out, on a lit sweep, with a band of light that "
        "glides over it. The product is a flat layer that turns a little: its back is never seen."
    ),
    inputs=(PRODUCT_IN,),
    outputs=(ActionPort(Kind.VIDEO, description="The film: 5 seconds, 30 frames a second, silent."),),
    params={
        "move": choice(
            "float",
            ("float", "camera"),
            "float: it hovers and turns, its shadow with it, in a loop that closes; camera: the camera comes closer "
            "and settles.",
        ),
        "aspect_ratio": choice("1:1", ("1:1", "4:5", "9:16", "16:9"), "The ratio of the film."),
        "backdrop": BACKDROP,
        "shine": number(60, 0, 100, "How strong the band of light is, in percent; 0 is none."),
    },
    handler="limner.actions.product_film:animate_product",
    finds_people=True,
    estimated_seconds=25.0,
    timeout_seconds=600,
)

STYLE_LOGO = Action(
    action_id="style-logo",
    name="Style Logo",
    description=(
        "Draw a logo in a style, 1200 x 1200: neon tubes, paper embossed, chrome, cut paper or halftone print. The "
        "shape stays as it is; nothing is redrawn or invented."
    ),
    inputs=(ActionPort(Kind.IMAGE, description="The logo, on transparency or on one plain colour."),),
    outputs=(ActionPort(Kind.IMAGE, description="The logo in its style, 1:1."),),
    params={
        "style": choice("neon", ("neon", "emboss", "chrome", "paper", "halftone"), "The style."),
        "color": colour("auto", "The colour of light, sheet or ink, or auto for the logo's own"),
    },
    handler="limner.actions.logo_style:style_logo",
    estimated_seconds=3.0,
)

COMPOSE_BOOK = Action(
    action_id="compose-book",
    name="Compose Book",
    description=(
        "Put covers on a standing book, in perspective and studio light, 1600 x 1600: one picture of its front, one of "
        "its back, both with the spine. Covers keep their ratio from 0.55 to 1.1; others are cut around their middle."
    ),
    inputs=(ActionPort(Kind.IMAGE, 1, 2, "The front cover, and the back; without one it is plain."),),
    outputs=(ActionPort(Kind.IMAGE, 2, 2, "The book's front, and its back."),),
    params={
        "spine": text("", "What the spine says, as in Title · Author; empty: nothing.", longest=120),
        "thickness": number(11, 3, 30, "How thick the book is, in percent of its height."),
        "backdrop": choice(
            "warm",
            ("light", "warm", "grey", "dark", "tint"),
            "The paper of the sweep; tint is a pale shade of the cover's own colour.",
        ),
    },
    handler="limner.actions.book_mockup:compose_book",
    sets_text=True,
    estimated_seconds=4.0,
)

PRODUCTS: tuple[Action, ...] = (
    CUT_OUT,
    COMPOSE_STUDIO_SHOT,
    COMPOSE_MUGSHOT,
    COMPOSE_ADS,
    ANIMATE_PRODUCT,
    STYLE_LOGO,
    COMPOSE_BOOK,
)
