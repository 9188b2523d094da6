"""Actions that change a film's speed, size, ratio, background and sound."""

from limner.types import Action

TIMING: tuple[Action, ...] = ()
