"""The limit on pixels, as every kind of media that has them is held to it."""

from limner.actions.job import over_limit
from limner.types import Limits


def check_pixels(width: int, height: int, limits: Limits, field: str) -> None:
    """Check a number of pixels against the limit, before they are decoded.

    Raises: InvalidInput, naming `field`, the limit and the setting that moves it.
    """
    if width * height > limits.max_pixels:
        what = f"the number of pixels ({width} x {height})"
        raise over_limit(field, what, width * height, limits.max_pixels, "LIMNER_MAX_PIXELS")
