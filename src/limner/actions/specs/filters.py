"""Actions that filter, tint and select colours, in pictures and films."""

from limner.types import Action

FILTERS: tuple[Action, ...] = ()
