"""Play a film forwards and then backwards; the picture on which it turns is shown once."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import repeat
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from limner.actions.encode import check_length, write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.reverse import backwards
from limner.actions.sound import SAMPLE_RATE, Samples, Tape, read_sound, turned_round
from limner.actions.tempo_sound import stretched
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.types import Kind

Times = NDArray[np.intp]
"""How often each frame of a clip is shown, in the order of the clip."""


def boomerang_video(job: Job) -> tuple[Made, ...]:
    """Make a film that runs to the end of a clip and back to its start."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    speed = Fraction(job.params["speed"]).limit_denominator(1000)
    there = times_shown(clip.frame_count(clip.rate), speed)
    back = way_back(there)
    count = int(there.sum() + back.sum())
    check_length(job, count, clip.rate)
    scratch = job.new_file("sound.pcm")
    has_sound = clip.has_sound and job.params["include_audio"]
    length = round(int(there.sum()) * SAMPLE_RATE / clip.rate)
    sound = both_ways(clip, speed, length, scratch) if has_sound else None
    path = write_film(job, "boomerang", pictures(job, clip, there, back), clip.rate, count, sound)
    scratch.unlink(missing_ok=True)
    return (Made(Kind.VIDEO, path),)


def times_shown(count: int, speed: Fraction) -> Times:
    """Return how often each frame is shown on the way there: more than once when slow, or never when fast."""
    shown = max(1, round(count / speed))
    # Slow, the last frame is to be shown as long as the others; fast, every step is to be equal.
    step = speed if speed >= 1 else Fraction(count, shown)
    return np.bincount([int(number * step) for number in range(shown)], minlength=count)


def way_back(there: Times) -> Times:
    """Return how often each frame is shown on the way back: the last one of the way there not again."""
    back = there.copy()
    back[np.flatnonzero(there)[-1]] = 0
    return back


def pictures(job: Job, clip: Clip, there: Times, back: Times) -> Iterator[VideoFrame]:
    """Return the film's frames; those of the way back are held a window at a time."""
    frame = Frame(even(clip.shape.width), even(clip.shape.height))
    count = len(there)
    fit = Fitter(clip.shape, frame)
    forward = constant(timed_frames(clip), clip.rate, count)
    yield from (fit(each) for each in repeated(forward, there))
    returning = backwards(job, clip, Fitter(clip.shape, frame))
    yield from repeated(constant(returning, clip.rate, count), back[::-1])


def repeated(frames: Iterable[VideoFrame], times: Times) -> Iterator[VideoFrame]:
    """Return each frame as often as `times` says."""
    for frame, often in zip(frames, times, strict=False):  # a damaged file may give fewer
        yield from repeat(frame, often)


def both_ways(clip: Clip, speed: Fraction, length: int, scratch: Path) -> Iterator[Samples]:
    """Return the sound of the way there, `length` samples, and the same turned round, in which it goes on."""
    yield from _way(clip, speed, length)
    yield from turned_round(_way(clip, speed, length), scratch)


def _way(clip: Clip, speed: Fraction, length: int) -> Iterator[Samples]:
    tape = Tape(stretched(read_sound(clip.path, clip.field, clip.start), 1 / speed))
    while length > 0:
        yield tape.take(min(SAMPLE_RATE, length))
        length -= SAMPLE_RATE
