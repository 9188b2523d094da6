"""Models as the operator declares them in `limner.toml`: read, checked, and laid over what a provider says itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from limner.errors import ConfigurationError, NotAccepted
from limner.types import ActionPort, Json, Kind, Model, ProviderSettings
from limner.types.media import GENERATED

KEYS = (
    *("id", "type", "name", "description", "price_usd", "price_param", "capabilities", "takes"),
    *("params", "estimated_seconds", "max_prompt_chars"),
)
"""What every entry of `models` may say; adapters take more under keys of their own."""
MOST_INPUTS = 16


def declared(
    settings: ProviderSettings, entry: Json, known: Model | None = None, *, own: tuple[str, ...] = ()
) -> Model:
    """Return the model that an entry of `[[providers.NAME.models]]` describes.

    known: what the provider itself says of it, or the adapter's defaults; the entry has the last word. own: keys that
    the adapter reads itself.
    Raises: ConfigurationError, naming the key and what is allowed.
    """
    place = f"providers.{settings.name}.models"
    if unknown := set(entry) - {*KEYS, *own}:
        raise ConfigurationError(f"{place}: unknown key {min(unknown)!r}. Known: {', '.join((*KEYS, *own))}.")
    native = entry.get("id")
    if not isinstance(native, str) or not native.strip():
        raise ConfigurationError(
            f"{place}: an entry has no `id`: write the provider's own name of the model."
        )
    place = f"{place} {native!r}"
    model = known or Model(
        model_id=f"{settings.name}/{native}",
        name=native,
        description="",
        provider=settings.name,
        type=_kind(entry.get("type"), place),
        params={},
        price_usd=None,
    )
    changes: dict[str, Any] = {
        name: _text(entry, name, place) for name in ("name", "description") if name in entry
    }
    changes |= {
        name: _number(entry, name, place) for name in ("price_usd", "estimated_seconds") if name in entry
    }
    if "type" in entry:
        changes["type"] = _kind(entry["type"], place)
    if "max_prompt_chars" in entry:
        changes["max_prompt_chars"] = int(_number(entry, "max_prompt_chars", place))
    if "takes" in entry:
        changes["inputs"] = _ports(entry["takes"], place)
    if "capabilities" in entry:
        changes["capabilities"] = _words(entry["capabilities"], place)
    if "params" in entry:
        changes["params"] = {**model.params, **_params(entry["params"], place)}
    model = replace(model, **changes)
    if known is None and "capabilities" not in entry:
        model = replace(model, capabilities=implied_capabilities(model))
    if "price_param" in entry:
        model = replace(model, price_param=_price_param(entry["price_param"], model, place))
    return model


def implied_capabilities(model: Model) -> tuple[str, ...]:
    """Return the capabilities that follow from what a model takes."""
    images = max((port.most or MOST_INPUTS for port in model.inputs if port.kind is Kind.IMAGE), default=0)
    if model.type is Kind.IMAGE and images:
        return ("image-input", "multi-image-input") if images > 1 else ("image-input",)
    return ("image-to-video",) if model.type is Kind.VIDEO and images else ()


def _kind(value: object, place: str) -> Kind:
    names = [kind.value for kind in GENERATED]
    if value not in names:
        raise ConfigurationError(f"{place}: type is {value!r}, must be one of {', '.join(names)}.")
    return Kind(str(value))


def _text(entry: Json, name: str, place: str) -> str:
    value = entry[name]
    if not isinstance(value, str):
        raise ConfigurationError(f"{place}: {name} is {value!r}, must be text.")
    return value


def _number(entry: Json, name: str, place: str) -> float:
    value = entry[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise ConfigurationError(f"{place}: {name} is {value!r}, must be a number from 0.")
    return float(value)


def _ports(value: object, place: str) -> tuple[ActionPort, ...]:
    """Read `["image"]`, one of each at most, or `{image = 4}`, the most of each."""
    counts = dict.fromkeys(value, 1) if isinstance(value, list) else value
    kinds = [kind.value for kind in (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)]
    if not isinstance(counts, Mapping) or not all(
        kind in kinds and isinstance(most, int) and 1 <= most <= MOST_INPUTS for kind, most in counts.items()
    ):
        raise ConfigurationError(
            f"{place}: takes is {value!r}, must be a list of {', '.join(kinds)}, or a table such as {{image = 4}}."
        )
    return tuple(ActionPort(Kind(kind), least=0, most=most) for kind, most in counts.items())


def _words(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ConfigurationError(f"{place}: capabilities is {value!r}, must be a list of words.")
    return tuple(value)


def _params(value: object, place: str) -> Json:
    """Read JSON Schemas by parameter name; each needs `type` and `default`."""
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place}: params is {value!r}, must be a table of JSON Schemas by name.")
    for name, schema in value.items():
        if not isinstance(schema, dict) or not {"type", "default"} <= schema.keys():
            raise ConfigurationError(f"{place}: params.{name} needs `type` and `default`.")
    return {name: {"description": "", **schema} for name, schema in value.items()}


def _price_param(value: object, model: Model, place: str) -> str:
    if value not in model.params:
        known = ", ".join(model.params) or "none"
        raise ConfigurationError(
            f"{place}: price_param is {value!r}, must be one of its parameters: {known}."
        )
    return str(value)


def not_declared(settings: ProviderSettings, target: str) -> NotAccepted:
    """Return the refusal of an order for what the section of a provider does not declare."""
    return NotAccepted(
        f"{settings.name} is not configured for {target!r}.", is_passing=False, code="provider_refused"
    )
