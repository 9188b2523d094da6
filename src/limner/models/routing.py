"""Which model serves a request that names none."""

from collections.abc import Iterable

from limner.types import Availability, Kind, Model


def choose(models: Iterable[Model], kind: Kind, *, accepts_drafts: bool) -> Model | None:
    """Return the model for a kind: the cheapest, then the quickest; None where none fits.

    One that only drafts is chosen where the caller accepts that and no other can be had.
    """
    ready = [each for each in models if each.type is kind and each.availability is Availability.READY]
    real = [each for each in ready if not each.is_draft]
    fitting = real or (ready if accepts_drafts else [])
    return min(
        fitting, key=lambda each: (each.price_usd, each.estimated_seconds, each.model_id), default=None
    )
