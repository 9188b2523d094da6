"""The action that draws layouts: the drawing model `limner/draft-1`."""

from limner.actions.specs.params import choice, text, whole
from limner.types import Action, ActionPort, Kind

LAYOUTS = (
    "auto", "poster", "social-post", "story", "banner", "product-card", "quote", "event", "menu", "mood-board",
    "storyboard", "icon-sheet", "title-card",
)  # fmt: skip
RATIOS = ("auto", "1:1", "4:5", "5:4", "3:4", "4:3", "2:3", "3:2", "9:16", "16:9", "2:1", "3:1", "21:9")
BRAND_LENGTH = 400_000
"""Characters of a kit as JSON: room for a logo as a data: address."""

DRAFT_LAYOUT = Action(
    action_id="draft-layout",
    name="Draft Layout",
    description=(
        "Draw a designed layout for a brief: poster, post, story, banner, product card, quote, event, menu, mood "
        "board, storyboard, icon sheet or title card, with real type, the brand's exact colours, the user's pictures "
        "in slots, and labelled placeholders for what it cannot draw. It sets words and shapes; it does not paint "
        "pictures. Returns the picture, an editable SVG, and what was set where as JSON."
    ),
    inputs=(
        ActionPort(
            Kind.TEXT, 0, 1, "The brief. Words in quotation marks are set exactly; empty gives a placeholder."
        ),
        ActionPort(Kind.IMAGE, 0, 12, "Pictures for the slots, in their order."),
    ),
    outputs=(
        ActionPort(Kind.IMAGE, description="The layout."),
        ActionPort(
            Kind.DOCUMENT, description="The layout as SVG: named layers, text as text, pictures embedded."
        ),
        ActionPort(
            Kind.TEXT,
            description="JSON: model, fidelity, layout, aspect_ratio, seed, palette, fonts, copy, slots, "
            "unmatched_terms.",
        ),
    ),
    params={
        "layout": choice("auto", LAYOUTS, "Which layout; auto chooses by the brief's words."),
        "aspect_ratio": choice("auto", RATIOS, "Width to height; auto is the layout's own."),
        "size": whole(1600, 256, 4096, "The longer side in pixels."),
        "seed": whole(0, 0, 2_147_483_647, "Another number gives another variant."),
        "brand": text(
            "",
            "A brand kit as JSON: name, palette or colors, type, and logo as a data: address; empty: none.",
            longest=BRAND_LENGTH,
        ),
        "headline": text("", "The headline; empty: taken from the brief.", longest=280),
        "subline": text("", "The line below the headline; empty: taken from the brief.", longest=280),
        "details": text(
            "",
            "Further facts, parted by line breaks, semicolons or slashes; empty: taken from the brief.",
            longest=600,
        ),
        "call_to_action": text("", "What to do, as in Shop now; empty: taken from the brief.", longest=60),
    },
    handler="limner.actions.draft.draw:draft_layout",
    sets_text=True,
    estimated_seconds=1.5,
)

DRAFTS: tuple[Action, ...] = (DRAFT_LAYOUT,)
