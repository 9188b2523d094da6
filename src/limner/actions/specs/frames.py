"""Actions that take films apart and put frames together."""

from limner.types import Action

FRAMES: tuple[Action, ...] = ()
