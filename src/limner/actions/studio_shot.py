"""Photographs a product in a studio that is drawn: `compose-studio-shot`."""

import colorsys

import numpy as np
from PIL import Image

from limner.actions.cutout import product_of
from limner.actions.job import Job, Made
from limner.actions.stage import RGB, Light, fitted, stand, sweep
from limner.actions.stills import save_image
from limner.types import Kind

SIDE = 1600
BACKDROPS: dict[str, RGB] = {
    "light": (238, 238, 240),
    "warm": (234, 222, 206),
    "grey": (158, 160, 165),
    "dark": (46, 47, 52),
}
FOOT = 0.815
ROOM = (0.66, 0.62)


def compose_studio_shot(job: Job) -> tuple[Made, ...]:
    """Set a product on a seamless sweep with gradient light, contact shadow and a soft reflection, 1:1."""
    product = product_of(job, SIDE)
    job.progress(0.4, "Lighting the set")
    name = job.params["backdrop"]
    color = tint_of(product) if name == "tint" else BACKDROPS[name]
    is_dark = sum(color) < 300
    scene = sweep((SIDE, SIDE), color, Light(depth=0.6 if is_dark else 0.34))
    thing = fitted(product, (SIDE * ROOM[0], SIDE * ROOM[1]))
    job.progress(0.7, "Placing the product")
    mirror = float(job.params["reflection"]) / 100
    stand(scene, thing, (SIDE // 2, round(SIDE * FOOT)), mirror=mirror)
    return (Made(Kind.IMAGE, path=save_image(scene, job, "studio-shot")),)


def tint_of(product: Image.Image, lightness: float = 0.84, strength: float = 0.42) -> RGB:
    """Return a pale colour of the product's own hue; light grey for a product without colour."""
    hue, vivid = main_hue(product)
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, strength * vivid)
    return round(red * 255), round(green * 255), round(blue * 255)


def main_hue(product: Image.Image) -> tuple[float, float]:
    """Return the hue, 0 to 1, that covers most of a product, vivid places more; and how vivid it is, 0 to 1."""
    small = product.copy()
    small.thumbnail((96, 96), Image.Resampling.BOX)
    hsv = np.asarray(small.convert("RGB").convert("HSV")).reshape(-1, 3).astype(np.float64)
    alpha = np.asarray(small.convert("RGBA").getchannel("A")).ravel() / 255
    weight = alpha * (hsv[:, 1] / 255) ** 1.5 * (hsv[:, 2] / 255)
    total = float(weight.sum())
    if total < 0.02 * float(alpha.sum()) or total == 0:
        return 0.6, 0.08
    bins = np.bincount((hsv[:, 0] / 256 * 24).astype(int), weight, 24)
    wide = bins + 0.5 * (np.roll(bins, 1) + np.roll(bins, -1))
    best = int(wide.argmax())
    vivid = min(1.0, float(weight.sum() / max(alpha.sum(), 1e-6)) * 3)
    return ((best + 0.5) / 24) % 1, vivid
