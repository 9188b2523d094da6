"""What every built-in action is called, takes, makes and can be told: data, without code or media library."""

from dataclasses import replace

from limner.actions.specs.blur import BLUR
from limner.actions.specs.colour import COLOUR
from limner.actions.specs.drafts import DRAFTS
from limner.actions.specs.filters import FILTERS
from limner.actions.specs.frames import FRAMES
from limner.actions.specs.graphic import GRAPHIC
from limner.actions.specs.layout import LAYOUT
from limner.actions.specs.params import choice, whole
from limner.actions.specs.products import PRODUCTS
from limner.actions.specs.shapes import SHAPES
from limner.actions.specs.sizes import SIZES
from limner.actions.specs.speech import SPEECH
from limner.actions.specs.text import TEXT
from limner.actions.specs.timing import TIMING
from limner.actions.specs.tone_warp import TONE_WARP
from limner.actions.specs.video import VIDEO
from limner.types import Action, Json, Kind

PUBLIC_ORDER = (
    "split-text",
    "find-and-replace-text",
    "concat-text",
    "ken-burns-video",
    "color-grade-image",
    "change-image-ar",
    "rotate-image",
    "flip-image",
    "color-filter-image",
    "color-tint-image",
    "filter-color-image",
    "blur-image",
    "duplicate-image",
    "side-by-side-composite",
    "add-shape-to-image",
    "generate-shape-image",
    "add-text-to-image",
    "generate-text-image",
    "qr-code-generator",
    "stitch-videos",
    "split-video",
    "extract-video-frames",
    "color-grade-video",
    "video-to-frame-grid",
    "boomerang-video",
    "reverse-video",
    "video-to-long-exposure",
    "video-effect",
    "color-filter-video",
    "speed-up-video",
    "slow-down-video",
    "duplicate-video",
    "greenscreen-video",
    "resize-video",
    "change-video-ar",
    "split-audio-from-video",
    "merge-audio-into-video",
)
"""The public actions, in the order in which lists show them; ours follow."""

FAMILIES = (
    TEXT,
    COLOUR,
    BLUR,
    LAYOUT,
    SHAPES,
    FILTERS,
    VIDEO,
    FRAMES,
    TIMING,
    PRODUCTS,
    GRAPHIC,
    TONE_WARP,
    DRAFTS,
    SIZES,
    SPEECH,
)


SAVING: Json = {
    "format": choice(
        "auto",
        ("auto", "jpeg", "png", "webp"),
        "The file format of the picture; auto is JPEG for opaque photographs and PNG for everything else.",
    ),
    "quality": whole(92, 1, 100, "Quality of JPEG and WebP, in percent; 100 is WebP without loss."),
}
"""What every action that draws a picture can be told about its file."""
COPYING = ("duplicate-image",)


def _with_saving(action: Action) -> Action:
    if action.action_id in COPYING or all(port.kind is not Kind.IMAGE for port in action.outputs):
        return action
    return replace(action, params=action.params | SAVING)


def _in_public_order() -> tuple[Action, ...]:
    found = {action.action_id: _with_saving(action) for family in FAMILIES for action in family}
    public = [found.pop(action_id) for action_id in PUBLIC_ORDER if action_id in found]
    return (*public, *found.values())


ACTIONS: tuple[Action, ...] = _in_public_order()
