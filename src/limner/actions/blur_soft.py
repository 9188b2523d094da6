"""The Gaussian blur of pictures, of the same look at any radius and faster the larger it is."""

from math import sqrt

from PIL import Image, ImageFilter

FINEST_SIGMA = 2.9
"""Pixels of the reduced picture. Blurs this wide differ from Pillow's at full size by 0.3 of a level in the mean."""


def gaussian_blur(image: Image.Image, sigma: float) -> Image.Image:
    """Return a Gaussian blur in any mode of 8-bit channels; edges are continued.

    sigma: standard deviation in pixels. What is transparent must be premultiplied (mode RGBa).
    A wide blur has no fine detail: it is made of means of squares, at reduced size, and enlarged.
    """
    factor = int(sigma / FINEST_SIGMA)
    if factor < 2 or min(image.size) < 4 * factor:
        return image.filter(ImageFilter.GaussianBlur(sigma))
    # Averaging squares and drawing lines between their means blur a little too: (f² - 1) / 12 and (f² - 1) / 6.
    rest = sqrt(sigma**2 - (factor**2 - 1) / 4)
    small = image.reduce(factor).filter(ImageFilter.GaussianBlur(rest / factor))
    window = (0.0, 0.0, image.width / factor, image.height / factor)
    return small.resize(image.size, Image.Resampling.BILINEAR, box=window)
