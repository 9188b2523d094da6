"""Converts pictures to sRGB through the colour profile that they came with."""

import io

from PIL import Image, ImageCms


def through_profile(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Return a picture of mode L, RGB, CMYK or LAB in mode RGB; None where its profile cannot be used or is sRGB."""
    try:
        source = _source_profile(image, profile)
        if source is None:
            return None
        target = ImageCms.createProfile("sRGB")
        intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
        return ImageCms.profileToProfile(image, source, target, intent, "RGB", flags=flags)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # A damaged or foreign profile is no reason to refuse a picture.


def _source_profile(image: Image.Image, profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if image.mode == "LAB":
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    if not profile:
        return None
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    description = ImageCms.getProfileDescription(source)
    # Converting sRGB to sRGB costs a second and moves pixels by one.
    return None if image.mode == "RGB" and description.strip().startswith("sRGB") else source
