"""Every action by id: what the server, techniques and docs know about them. Imports no media library."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from limner.errors import FieldError, NotFound
from limner.types import Action

NEWER_SUFFIX = "-browser"
"""Newer spellings of the public ids end so; they name the same actions."""


class Catalogue:
    """The actions of this installation, in public order."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions = tuple(actions)
        self.by_id = {action.action_id: action for action in self._actions}
        self.by_id |= {f"{action.action_id}{NEWER_SUFFIX}": action for action in self._actions}

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions)

    def __contains__(self, action_id: object) -> bool:
        return action_id in self.by_id

    def get(self, action_id: str) -> Action:
        """Return an action.

        Raises: NotFound, naming the ids that are nearest.
        """
        if found := self.by_id.get(action_id):
            return found
        import difflib

        known = [action.action_id for action in self._actions]
        near = difflib.get_close_matches(action_id, known, n=3, cutoff=0.4)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise NotFound(
            f"There is no action {action_id!r}.{hint}",
            fields=[FieldError("action_id", f"there is no {action_id!r}.{hint}")],
            next_step=f"Use one of: {', '.join(known)}.",
        )


def builtin() -> Catalogue:
    """Return the catalogue that ships with Limner. Actions know the editions of the extras that they work with."""
    from limner.actions import fonts_extra, ocr_extra, vision_extra, voice_extra
    from limner.actions.specs import ACTIONS

    fonts, reading, vision = fonts_extra.edition(), ocr_extra.edition(), vision_extra.edition()
    voice = voice_extra.edition()

    def edition(action: Action) -> str:
        sees = action.finds_people or action.enlarges
        uses = (
            (action.sets_text, fonts),
            (action.reads_text, reading),
            (sees, vision),
            (action.speaks, voice),
        )
        return ", ".join(extra for is_used, extra in uses if is_used and extra)

    return Catalogue(replace(action, edition=edition(action)) for action in ACTIONS)
