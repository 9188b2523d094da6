"""Makes the small pictures and short animations of the galleries."""

from pathlib import Path

import av
from PIL import Image

FILM_RATE, FILM_SECONDS = 8, 3.0
FILM_QUALITY = 45


def shrink(path: Path, target: Path, side: int, *, quality: int = 80, paper: str | None = None) -> None:
    """Write a picture as WebP or JPEG, at most `side` pixels a side. paper: what lies under transparency."""
    with Image.open(path) as picture:
        small = picture.convert("RGBA")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    if paper is not None:
        sheet = Image.new("RGBA", small.size, paper)
        sheet.alpha_composite(small)
        small = sheet.convert("RGB")
    options = {"method": 6} if target.suffix == ".webp" else {"optimize": True, "progressive": True}
    small.save(target, quality=quality, **options)


def animate(
    path: Path,
    target: Path,
    side: int,
    *,
    seconds: float = FILM_SECONDS,
    rate: int = FILM_RATE,
    quality: int = FILM_QUALITY,
) -> None:
    """Write the first seconds of a film as a small animated WebP."""
    frames: list[Image.Image] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time >= seconds:
                break
            if frame.time * rate >= len(frames):
                small = frame.to_image()
                small.thumbnail((side, side), Image.Resampling.LANCZOS)
                frames.append(small)
    frames[0].save(
        target,
        save_all=True,
        append_images=frames[1:],
        duration=1000 // rate,
        loop=0,
        quality=quality,
        method=4,
    )
