"""Actions that turn, mirror, copy and draw shapes on pictures."""

from limner.types import Action

SHAPES: tuple[Action, ...] = ()
