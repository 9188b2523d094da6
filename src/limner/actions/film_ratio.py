"""Give a video another aspect ratio: cut to it, or padded to it."""

from limner.actions.film_fitted import fitted_film
from limner.actions.fit import Frame, even, within
from limner.actions.job import Job, Made
from limner.actions.stills import parse_color
from limner.actions.video import Shape
from limner.types import Json

LONG_SIDE, SHORT_SIDE = 3840, 2160


def change_video_ar(job: Job) -> tuple[Made, ...]:
    """Cut the middle out of a film, or pad it, to the ratio asked for."""
    return fitted_film(job, "reframed", new_frame)


def new_frame(job: Job, shape: Shape) -> Frame:
    """Return the frame of the ratio asked for, as near as even sizes come, at the video's own scale."""
    params = job.params
    width, height = new_size(shape, params["aspect_ratio"], params["fit"])
    size = within(width, height, LONG_SIDE, SHORT_SIDE)
    if size != (even(width), even(height)):
        job.warn(
            f"the film would be {even(width)} x {even(height)}; it was made {size[0]} x {size[1]}, "
            f"within {LONG_SIDE} x {SHORT_SIDE}, which players can show"
        )
    if params["fit"] == "crop":
        return Frame(*size, "cover")
    return Frame(*size, "contain", *_background(params))


def new_size(shape: Shape, aspect_ratio: str, fit: str) -> tuple[float, float]:
    """Return the largest size of a ratio within the video (crop), or the smallest around it (pad)."""
    across, _, down = aspect_ratio.partition(":")
    ratio = int(across) / int(down)
    is_too_wide = shape.width / shape.height > ratio
    if is_too_wide == (fit == "crop"):
        return shape.height * ratio, float(shape.height)
    return float(shape.width), shape.width / ratio


def _background(params: Json) -> tuple[str, float]:
    """Return the colour as filters write it, and the blur as a share, 0 for a plain background."""
    red, green, blue, _ = parse_color(params["pad_color"], "params.pad_color")
    is_blurred = params["background_mode"] == "blur"
    return f"0x{red:02x}{green:02x}{blue:02x}", max(0.01, params["blur_amount"] / 100) if is_blurred else 0.0
