"""What a client may watch: runs of its caller's, techniques and brand kits, and word of their changes."""

import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from limner.errors import LimnerError, NotFound
from limner_tools.addresses import BRAND, TECHNIQUE, run_of
from limner_tools.door import Door

log = logging.getLogger(__name__)

MAX_WATCHED = 100
"""Runs, tasks and techniques that one stream, or one connection, may watch at once."""


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """A run, from an event on: later ones are news."""

    caller: str
    run_id: str
    seen: int


@dataclass(frozen=True, slots=True)
class WatchedTechnique:
    """A technique; that it changed is told to everybody."""

    technique_id: str


@dataclass(frozen=True, slots=True)
class WatchedBrand:
    """A brand kit; that it changed is told to everybody."""

    brand_kit: str


async def find_run(door: Door, caller: str, run_id: str) -> WatchedRun | None:
    """Return a run as it stands, or None when the caller has none of that id. Raises: LimnerError."""
    try:
        view = await (await door.studio()).get_run(caller, run_id)
    except NotFound:
        return None
    return WatchedRun(caller, run_id, view.run.seq)


async def find_resource(
    door: Door, caller: str, uri: str
) -> WatchedRun | WatchedTechnique | WatchedBrand | None:
    """Return what a resource's address is of, or None when it names nothing. Raises: LimnerError."""
    if run_id := run_of(uri):
        return await find_run(door, caller, run_id)
    if match := TECHNIQUE.fullmatch(uri):
        try:
            entry = await (await door.studio()).get_technique(match[1])
        except NotFound:
            return None
        return WatchedTechnique(entry.technique.technique_id)
    if match := BRAND.fullmatch(uri):
        try:
            return WatchedBrand((await (await door.studio()).get_brand(match[1])).brand_kit)
        except NotFound:
            return None
    return None


async def follow_run(door: Door, watched: WatchedRun, changed: Callable[[], None]) -> None:
    """Call `changed` at every change of a run, to its end."""
    try:
        studio = await door.studio()
        async with aclosing(studio.follow(watched.caller, watched.run_id, watched.seen)) as updates:
            async for update in updates:
                if update.events:
                    changed()
    except LimnerError as error:
        log.warning("watch_ended", extra={"run_id": watched.run_id, "reason": error.message})


class Published:
    """Which techniques are published, and which brand kits there are, as clients were last shown."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._shown: dict[str, str] | None = None

    async def show(self) -> None:
        """Note what there is, when a client is about to be shown it: what changes later is news."""
        if self._shown is None:
            self._shown = await self._now()

    async def changes(self) -> set[str]:
        """Return the addresses of techniques and kits that appeared, changed or went since the look before."""
        now, before = await self._now(), self._shown
        if now is None:
            return set()
        self._shown = now
        if before is None:
            return set()
        return {each for each in now.keys() | before.keys() if now.get(each) != before.get(each)}

    def forget(self) -> None:
        """Forget what was shown: nobody is there to be told."""
        self._shown = None

    async def _now(self) -> dict[str, str] | None:
        try:
            studio = await self._door.studio()
            entries, kits = await studio.techniques.entries(), await studio.brands.kits()
        except LimnerError as error:
            log.warning("techniques_not_listed", extra={"reason": error.message})
            return None
        published = [each.technique for each in entries.values() if each.is_published]
        revisions = {f"limner://techniques/{each.slug}": each.revision for each in published}
        return revisions | {f"limner://brands/{name}": kit.revision for name, kit in kits.items()}
