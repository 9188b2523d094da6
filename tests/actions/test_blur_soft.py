"""The Gaussian blur at reduced size against one in floats at full size."""

import numpy as np
import pytest
from films import SAMPLES
from PIL import Image, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.blur_soft import gaussian_blur


@pytest.mark.parametrize("sigma", (3.0, 6.0, 9.5, 12.0, 25.0))
def test_a_wide_gaussian_blur_is_as_near_to_one_in_floats_as_pillows_at_full_size(sigma: float) -> None:
    image = Image.open(SAMPLES / "coffee.png").convert("RGB").crop((0, 0, 599, 397))
    exact = smooth(np.asarray(image).astype(np.float32), sigma)
    rim = int(3 * sigma)  # how edges are continued is another matter
    inside = np.s_[rim:-rim, rim:-rim]
    apart = np.asarray(gaussian_blur(image, sigma))[inside] - exact[inside]
    pillows = np.abs(np.asarray(image.filter(ImageFilter.GaussianBlur(sigma)))[inside] - exact[inside])
    assert np.abs(apart).max() < pillows.max() + 1.5
    assert np.abs(apart).mean() < pillows.mean() + 0.3
    assert abs(apart.mean()) < 0.5


def test_a_blur_keeps_a_plain_picture_as_it_is() -> None:
    plain = Image.new("RGB", (123, 77), (12, 200, 255))
    assert gaussian_blur(plain, 20).tobytes() == plain.tobytes()
