"""Actions that edit text."""

from limner.types import Action

TEXT: tuple[Action, ...] = ()
