"""The names by which an agent knows media: `image_1`; it never sees an id, a path or an address of ours."""

from collections.abc import Iterable, Mapping
from typing import Any

from limner.errors import FieldError, InvalidInput
from limner.types import Asset, Json, Kind, Port
from limner.types.json import present


class Handles:
    """The media of one agent step, numbered by kind in the order in which they came."""

    def __init__(self) -> None:
        self._assets: dict[str, str] = {}

    def name(self, kind: Kind, asset_id: str) -> str:
        """Return the handle of an asset, a new one for one that is new."""
        for handle, known in self._assets.items():
            if known == asset_id:
                return handle
        count = sum(handle.startswith(f"{kind.value}_") for handle in self._assets)
        handle = f"{kind.value}_{count + 1}"
        self._assets[handle] = asset_id
        return handle

    def restore(self, known: Mapping[str, str]) -> None:
        """Take up the handles that an earlier attempt gave."""
        self._assets.update(known)

    def resolved(self, ports: Iterable[Port], given: Json) -> Json:
        """Return a tool's inputs with asset ids in place of handles.

        Raises: InvalidInput, naming every media input that is no handle of its kind.
        """
        found = dict(given)
        wrong: list[FieldError] = []
        for port in ports:
            if port.type.kind is not Kind.TEXT and given.get(port.id) is not None:
                found[port.id] = self._media(port, given[port.id], wrong)
        if wrong:
            raise InvalidInput.of_all(wrong)
        return found

    def _media(self, port: Port, value: Any, wrong: list[FieldError]) -> Any:
        kind = port.type.kind
        values = value if isinstance(value, list) else [value]
        fitting = [handle for handle in self._assets if handle.startswith(f"{kind.value}_")]
        for each in values:
            if each not in fitting:
                there = f"there is {', '.join(fitting)}" if fitting else f"there is no {kind.value} yet"
                wrong.append(FieldError(f"inputs.{port.id}", f"takes {handle_words(port)}: {there}"))
        found = [self._assets.get(each, "") if isinstance(each, str) else "" for each in values]
        return found if isinstance(value, list) else found[0]


def handle_words(port: Port) -> str:
    """Return in words what a media input of a tool takes."""
    kind = port.type.kind.value
    return f"the handle of {'an' if kind[0] in 'aeiou' else 'a'} {kind}, as in {kind}_1"


def facts(asset: Asset) -> Json:
    """Return what an agent is told of a file."""
    return present(
        media_type=asset.media_type,
        width=asset.width,
        height=asset.height,
        duration_seconds=asset.duration_seconds,
        size_bytes=asset.size_bytes,
    )
