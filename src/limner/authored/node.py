"""Reads the keys of one mapping in a file, noting what is missing, unknown or of the wrong sort."""

import re
from collections.abc import Iterable
from typing import Any

from limner.authored.report import Place, Report, did_you_mean, spell
from limner.types import Json


class Node:
    """One mapping of the file. The readers return a default where a key is absent or wrong."""

    def __init__(self, report: Report, place: Place, data: Json) -> None:
        self.report = report
        self.place = place
        self.data = data

    def only(self, known: Iterable[str], required: Iterable[str] = ()) -> None:
        """Note keys that are not known, and required ones that are missing."""
        known = tuple(known)
        for key in self.data:
            if key not in known:
                self.wrong(key, f"There is no key {key!r} here.", did_you_mean(key, known))
        for key in required:
            if self.data.get(key) is None:
                where = f"{spell(self.place)} has" if self.place else f"The {self.report.noun} has"
                is_empty = key in self.data
                place = (*self.place, key) if is_empty else self.place
                remedy = f"Write a value after `{key}:`." if is_empty else f"Add `{key}:`."
                self.report.add(place, f"{where} no {key!r}.", remedy)

    def wrong(self, key: str, message: str, remedy: str) -> None:
        """Note a mistake at a key."""
        self.report.add((*self.place, key), message, remedy)

    def text(self, key: str, default: str = "", *, most: int = 2000) -> str:
        """Return a text of at most `most` characters."""
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip():
            return self._not(key, "a text", default, "Put quotes around the value.")
        if len(value) > most:
            return self._not(key, f"a text of at most {most} characters", default, "Shorten it.")
        return value

    def word(self, key: str, pattern: str, shape: str) -> str:
        """Return an id that matches the pattern; `shape` says it in words."""
        value = self.text(key)
        if value and not re.fullmatch(pattern, value):
            return self._not(key, shape, "", f"{value!r} is not; rename it.")
        return value

    def choice(self, key: str, choices: Iterable[str], default: str) -> str:
        """Return one of the choices."""
        value = self.data.get(key)
        if value is None:
            return default
        known = tuple(choices)
        if value not in known:
            return self._not(key, f"one of {', '.join(known)}", default, did_you_mean(str(value), known))
        return str(value)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self._not(key, "true or false", "", "Write true or false, without quotes.")
        return False

    def number(self, key: str, default: float | None = None, *, most: float = 86_400) -> float | None:
        """Return a number above 0."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            self._not(key, f"a number above 0, at most {most:g}", "", "Write it without quotes or units.")
            return default
        return value

    def between(self, key: str, least: float, most: float, *, is_whole: bool = False) -> float | None:
        """Return a number from `least` to `most`; None when there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most or (is_whole and value != int(value)):
            what = f"a {'whole ' if is_whole else ''}number from {least:g} to {most:g}"
            self._not(key, what, "", "Write it without quotes or units.")
            return None
        return int(value) if is_whole else float(value)

    def texts(self, key: str, *, most: int, most_chars: int) -> list[str]:
        """Return a list of at most `most` different texts."""
        found: dict[str, None] = {}
        for index, item in enumerate(self.items(key)):
            place = (*self.place, key, index)
            if not isinstance(item, str) or not 0 < len(item.strip()) <= most_chars:
                what = f"{spell(place)} must be a text of at most {most_chars} characters."
                self.report.add(place, what, "Put quotes around the value, or shorten it.")
            elif item.strip() in found:
                self.report.add(place, f"{item.strip()!r} stands here twice.", "Keep one of them.")
            else:
                found[item.strip()] = None
        if len(found) > most:
            self.wrong(key, f"{spell((*self.place, key))} has over {most} entries.", "Leave some out.")
        return list(found)

    def amount(self, key: str, *, most: float) -> float:
        """Return an amount of US dollars, to a millionth; 0 when none is given."""
        value = self.data.get(key)
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self._not(key, f"an amount of dollars from 0 to {most:g}", "", "Write the number alone: 2.50.")
            return 0.0
        if round(value, 6) != value:
            self._not(key, "an amount of at most six decimals", "", "Round it to a millionth of a dollar.")
            return 0.0
        return float(value)

    def mapping(self, key: str) -> Json:
        """Return a mapping."""
        value = self.data.get(key)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._not(key, "a mapping", "", "Write `name: value` pairs, indented below it.")
        return {}

    def child(self, key: str) -> "Node | None":
        """Return the mapping at a key; None when there is none."""
        if isinstance(self.data.get(key), dict):
            return Node(self.report, (*self.place, key), self.data[key])
        self.mapping(key)
        return None

    def items(self, key: str) -> list[Any]:
        """Return a list."""
        value = self.data.get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self._not(key, "a list", "", "Begin every item with `- `.")
        return []

    def nodes(self, key: str) -> list["Node"]:
        """Return the mappings of a list."""
        found = []
        for index, item in enumerate(self.items(key)):
            place = (*self.place, key, index)
            if isinstance(item, dict):
                found.append(Node(self.report, place, item))
            else:
                self.report.add(place, f"{spell(place)} must be a mapping.", "Write it as {id: …, type: …}.")
        return found

    def _not(self, key: str, expected: str, default: str, remedy: str) -> str:
        self.wrong(key, f"{spell((*self.place, key))} must be {expected}.", remedy)
        return default
