"""The models of a queue as the operator declares them, and what each is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from limner.errors import ConfigurationError
from limner.providers.declared import declared
from limner.providers.queue.profile import INPUT_SLOTS, MEDIA_SLOTS, Profile
from limner.providers.slots import filled, is_place, slots_in
from limner.types import Json, Model, Order, ProviderSettings

OWN_KEYS = ("body", "params_map", "values_map", "output")
MAX_SEED = 2**31 - 1
"""Ours go to 2^53; providers read 32 bits, many of them signed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model, and how an order for it is written."""

    model: Model
    template: Json
    """What it is given, with slots."""
    params_map: Mapping[str, str]
    values_map: Mapping[str, Mapping[str, Any]]
    output: tuple[str, ...]
    """Where its results stand; empty: where the profile says."""

    def input_of(self, order: Order, files: Mapping[str, Any]) -> Json:
        """Return what the provider's model is given for an order.

        files: what stands for each media slot (`image`: the first, `images`: all).
        """
        params = {name: self._theirs(name, value) for name, value in self._values(order).items()}
        values = {
            **params,
            **files,
            "prompt": order.prompt,
            "model": order.target,
            "seed": order.seed % (MAX_SEED + 1),
        }
        placed = slots_in(self.template)
        added = {self.params_map.get(name, name): params[name] for name in params if name not in placed}
        return {**added, **filled(self.template, values)}

    def _values(self, order: Order) -> Json:
        """Return the parameters that are sent: `auto` and nothing at all are the provider's own defaults."""
        known = {name: schema.get("default") for name, schema in self.model.params.items()}
        given = {**known, **{name: value for name, value in order.params.items() if name in known}}
        return {name: _plain(value) for name, value in given.items() if value not in (None, "auto")}

    def _theirs(self, name: str, value: Any) -> Any:
        return self.values_map.get(name, {}).get(str(value), value)


def _plain(value: Any) -> Any:
    """Return a whole number as an integer: providers that want one refuse `5.0`, and a table of values has `5`."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def entries_of(settings: ProviderSettings, profile: Profile) -> dict[str, Entry]:
    """Return what the section declares, by the provider's own id. Raises: ConfigurationError, naming the key."""
    if not settings.models:
        raise ConfigurationError(
            f"providers.{settings.name}.models is empty: a queue does not list its models; declare each as "
            f"[[providers.{settings.name}.models]]."
        )
    found: dict[str, Entry] = {}
    for each in settings.models:
        entry = _entry(settings, profile, each)
        if entry.model.native_id in found:
            raise ConfigurationError(
                f"providers.{settings.name}.models: {entry.model.native_id!r} is declared twice."
            )
        found[entry.model.native_id] = entry
    return found


def _entry(settings: ProviderSettings, profile: Profile, entry: Json) -> Entry:
    model = declared(settings, entry, own=OWN_KEYS)
    place = f"providers.{settings.name}.models {model.native_id!r}"
    template = _table(entry, "body", place) or profile.submit.input
    params_map = {**profile.submit.params_map, **_table(entry, "params_map", place)}
    values_map = _table(entry, "values_map", place)
    _check_maps(entry, values_map, model, place)
    _check_slots(template, model, place)
    return Entry(model, template, params_map, values_map, _output(entry, place))


def _table(entry: Json, name: str, place: str) -> Json:
    value = entry.get(name, {})
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place}: {name} must be a table.")
    return value


def _check_maps(entry: Json, values_map: Json, model: Model, place: str) -> None:
    for key in ("params_map", "values_map"):
        if unknown := set(entry.get(key, {})) - set(model.params):
            known = ", ".join(model.params) or "none"
            raise ConfigurationError(
                f"{place}: {key}.{min(unknown)} is no parameter of this model. There are: {known}."
            )
    for name, value in entry.get("params_map", {}).items():
        if not isinstance(value, str):
            raise ConfigurationError(f"{place}: params_map.{name} must be the provider's name of it.")
    for name, value in values_map.items():
        if not isinstance(value, dict):
            raise ConfigurationError(f"{place}: values_map.{name} must be a table: our value = their value.")


def _check_slots(template: Json, model: Model, place: str) -> None:
    slots = slots_in(template)
    if unknown := slots - INPUT_SLOTS - set(model.params):
        known = ", ".join(sorted({*INPUT_SLOTS, *model.params}))
        raise ConfigurationError(
            f"{place}: body has the unknown slot {{{{{min(unknown)}}}}}. Known: {known}."
        )
    for port in model.inputs:
        names = {port.kind.value, f"{port.kind.value}s"} & MEDIA_SLOTS
        if not names & slots:
            raise ConfigurationError(
                f"{place}: takes {port.kind}, and body has no slot for it: "
                f'add a line such as {port.kind}_url = "{{{{{port.kind}}}}}".'
            )


def _output(entry: Json, place: str) -> tuple[str, ...]:
    value = entry.get("output", [])
    if not isinstance(value, list) or not all(isinstance(each, str) and is_place(each) for each in value):
        raise ConfigurationError(
            f'{place}: output must be a list of places in the answer, such as ["images.*.url"].'
        )
    return tuple(value)
