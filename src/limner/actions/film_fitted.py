"""Writes a film again in another frame, its length and its sound kept."""

from collections.abc import Callable

from limner.actions.encode import write_film
from limner.actions.film_length import check_length
from limner.actions.fit import Fitter, Frame
from limner.actions.job import Job, Made
from limner.actions.sound import read_sound
from limner.actions.video import Shape, constant, survey, timed_frames
from limner.types import Kind


def fitted_film(job: Job, name: str, frame_of: Callable[[Job, Shape], Frame]) -> tuple[Made, ...]:
    """Write the job's video in the frame that `frame_of` gives for its shape, as the file `name`.

    Raises: InvalidInput, when the video is longer than the limits allow, and what `frame_of` raises.
    """
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    count = clip.frame_count(clip.rate)
    check_length(job, count, clip.rate)
    fit = Fitter(clip.shape, frame_of(job, clip.shape))
    pictures = (fit(each) for each in constant(timed_frames(clip), clip.rate, count))
    sound = read_sound(clip.path, clip.field, clip.start) if clip.has_sound else None
    return (Made(Kind.VIDEO, write_film(job, name, pictures, clip.rate, count, sound)),)
