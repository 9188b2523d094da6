"""What an adapter hands over, looked at by itself: its models, its progress, and what was made."""

import json
from pathlib import Path

from limner.providers.conformance.bench import require
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Made, MediaFile, Model, Offers, Order, Task
from limner.types.media import GENERATED


def is_offered(order: Order, offers: Offers, name: str) -> bool:
    """Whether what is ordered is among what the provider of this name offers."""
    if order.task is Task.TECHNIQUE:
        return order.target in {technique.native_id for technique in offers.techniques}
    return f"{name}/{order.target}" in {model.model_id for model in offers.models}


def require_sound(model: Model, name: str) -> None:
    """Raise NotConforming unless a model is described completely, as one of the provider of this name."""
    said = f"model {model.model_id!r}"
    require(model.provider == name, f"{said}: its provider is {model.provider!r}, not {name!r}")
    require(
        model.model_id == f"{name}/{model.native_id}", f"{said}: its id does not begin with {name + '/'!r}"
    )
    require(bool(model.native_id), f"{said}: nothing follows the provider's name in its id")
    require(model.type in GENERATED, f"{said}: {model.type!r} is nothing that models make")
    require(model.price_usd is None or model.price_usd >= 0, f"{said}: its price is {model.price_usd!r}")
    require(model.price_param is None or model.price_param in model.params, f"{said}: no such price_param")
    for param, schema in model.params.items():
        missing = {"type", "description", "default"} - schema.keys()
        require(not missing, f"{said}: parameter {param!r} has no {', '.join(sorted(missing))}")
    json.dumps(model.params)


def require_progress(fraction: float, message: str) -> None:
    """Take progress in. Raises: NotConforming, when the fraction is none."""
    require(0 <= fraction <= 1, f"progress is {fraction!r}, must be from 0 to 1")


def require_made(made: Made, order: Order, folder: Path) -> None:
    """Raise NotConforming unless what was made is what was ordered, its files in `folder` and real media."""
    require(bool(made.items), "nothing was made")
    require(made.cost_usd is None or made.cost_usd >= 0, f"cost_usd is {made.cost_usd!r}")
    json.dumps(made.details)
    for item in made.items:
        if order.task is Task.MODEL:
            require(
                item.output_id == order.kind.value,
                f"made {item.output_id!r}, ordered was {order.kind.value!r}",
            )
        if isinstance(item.value, MediaFile):
            _require_media(item.value, folder)
        else:
            require(bool(item.value), f"the text {item.output_id!r} is empty")


def _require_media(file: MediaFile, folder: Path) -> None:
    require(file.path.resolve().is_relative_to(folder.resolve()), f"{file.path} is not in the folder given")
    require(file.path.is_file(), f"{file.path} is not there")
    with file.path.open("rb") as opened:
        found = sniff(opened.read(HEAD_BYTES))
    require(
        found == file.media_type,
        f"{file.path.name} is called {file.media_type}, and is {found or 'no media'}",
    )


def contents(made: Made) -> list[tuple[str, bytes]]:
    """Return the bytes of everything that was made, with the id of its output."""
    return [
        (
            item.output_id,
            item.value.path.read_bytes() if isinstance(item.value, MediaFile) else item.value.encode(),
        )
        for item in made.items
    ]
