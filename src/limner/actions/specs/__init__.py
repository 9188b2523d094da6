"""What every built-in action is called, takes, makes and can be told: data, without code or media library."""

from limner.actions.specs.blur import BLUR
from limner.actions.specs.colour import COLOUR
from limner.actions.specs.filters import FILTERS
from limner.actions.specs.frames import FRAMES
from limner.actions.specs.layout import LAYOUT
from limner.actions.specs.shapes import SHAPES
from limner.actions.specs.text import TEXT
from limner.actions.specs.timing import TIMING
from limner.actions.specs.video import VIDEO
from limner.types import Action

ACTIONS: tuple[Action, ...] = (
    *TEXT,
    *COLOUR,
    *BLUR,
    *LAYOUT,
    *SHAPES,
    *FILTERS,
    *VIDEO,
    *FRAMES,
    *TIMING,
)
