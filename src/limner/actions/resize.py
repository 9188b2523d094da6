"""Give a video another size, its ratio kept."""

from limner.actions.film_fitted import fitted_film
from limner.actions.fit import Frame, even
from limner.actions.job import Job, Made, over_limit
from limner.actions.video import Shape
from limner.errors import InvalidInput

LONGEST_SIDE = 8192
"""Pixels; what level 6.2 of H.264 allows for a film that is twice as wide as high."""


def resize_video(job: Job) -> tuple[Made, ...]:
    """Make a film whose shorter side has the number of pixels asked for."""
    return fitted_film(job, "resized", resized)


def resized(job: Job, shape: Shape) -> Frame:
    """Return the frame of the new size.

    Raises: InvalidInput, when its longer side or its number of pixels is over the limit.
    """
    name = "custom_resolution" if job.params["resolution"] == "custom" else "resolution"
    wanted = int(job.params[name])
    factor = wanted / min(shape.width, shape.height)
    # "cover" rather than "contain": no black line where the even size is a pixel off the exact ratio.
    frame = Frame(even(shape.width * factor), even(shape.height * factor), "cover")
    what = f"the result would be {frame.width} x {frame.height};"
    if frame.width * frame.height > job.limits.max_pixels:
        pixels, most = frame.width * frame.height, job.limits.max_pixels
        raise over_limit(f"params.{name}", f"{what} its number of pixels", pixels, most, "LIMNER_MAX_PIXELS")
    if max(frame.width, frame.height) > LONGEST_SIDE:
        longest = max(frame.width, frame.height)
        raise InvalidInput.of(
            f"params.{name}",
            f"{what} its longer side is {longest}, the limit of H.264 players is {LONGEST_SIDE}",
            next_step="Ask for a smaller resolution, or cut the video to another ratio first.",
        )
    if factor > 1:
        job.warn(f"params.{name}: {wanted} is more than the video has; it was enlarged and gains no detail.")
    return frame
