"""Play a video faster or slower: its frames by time, its sound at its own pitch."""

from fractions import Fraction

from limner.actions.encode import check_length, write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.sound import read_sound
from limner.actions.tempo_pictures import Pictures, blended, interpolated
from limner.actions.tempo_sound import stretched
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.types import Kind

LATE = 0.43
"""Share of a frame by which frames are delayed before they are rounded to ticks: so a tick shows what the clip
shows at that time, not the nearest frame. Short of a half, for files round their times."""
MOTION_SIDES = (16, 720)
"""What the shorter side may have, in pixels: smaller pictures have no blocks to follow, larger take too long."""
MOTION_PIXELS = 3000 * 1280 * 720
"""Pixels that may be interpolated; 720p takes 0.15 CPU seconds a frame, a worker has 900 in all."""


def speed_up_video(job: Job) -> tuple[Made, ...]:
    """Make a film that lasts 1/factor of the clip; frames in between are left out."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    return _retimed(job, clip, "faster", 1 / _factor(job), "off")


def slow_down_video(job: Job) -> tuple[Made, ...]:
    """Make a film that lasts `factor` times the clip; frames in between repeat, blend, or are interpolated."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    stretch = _factor(job)
    return _retimed(job, clip, "slower", stretch, _smoothing(job, clip, stretch))


def _factor(job: Job) -> Fraction:
    return Fraction(job.params["factor"]).limit_denominator(1000)


def _retimed(job: Job, clip: Clip, name: str, stretch: Fraction, smoothing: str) -> tuple[Made, ...]:
    """Make the film. stretch: seconds of film per second of the clip."""
    count = max(1, round(clip.seconds * stretch * clip.rate))
    check_length(job, count, clip.rate)
    sound = None
    if clip.has_sound and job.params["keep_audio"]:
        sound = stretched(read_sound(clip.path, clip.field, clip.start), stretch)
    path = write_film(job, name, _pictures(clip, count, stretch, smoothing), clip.rate, count, sound)
    return (Made(Kind.VIDEO, path),)


def _pictures(clip: Clip, count: int, stretch: Fraction, smoothing: str) -> Pictures:
    if smoothing == "off" or stretch <= 1:
        return _retimed_pictures(clip, count, stretch)
    fit = _fitter(clip)
    frames = constant(timed_frames(clip), clip.rate, clip.frame_count(clip.rate))
    fitted = (fit(frame) for frame in frames)
    if smoothing == "motion":
        return interpolated(fitted, clip.rate, stretch, count)
    return blended(fitted, stretch, count)


def _retimed_pictures(clip: Clip, count: int, stretch: Fraction) -> Pictures:
    fit = _fitter(clip)
    late = LATE / float(clip.rate)
    timed = ((time * float(stretch) + late, frame) for time, frame in timed_frames(clip))
    for frame in constant(timed, clip.rate, count):
        yield fit(frame)


def _fitter(clip: Clip) -> Fitter:
    return Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))


def _smoothing(job: Job, clip: Clip, stretch: Fraction) -> str:
    """Return the smoothing to use: motion is too slow for large or long films, which are blended instead."""
    smoothing: str = job.params["smoothing"]
    if smoothing != "motion":
        return smoothing
    width, height = clip.shape.width, clip.shape.height
    least, most_lines = MOTION_SIDES
    if not least <= min(width, height) <= most_lines:
        job.warn(
            f"params.smoothing: motion works from {least}p to {most_lines}p and the video is {width} x "
            f"{height}; its frames were blended instead. Use resize-video first to get motion."
        )
        return "blend"
    most = MOTION_PIXELS // (width * height)
    count = round(clip.seconds * stretch * clip.rate)
    if count > most:
        job.warn(
            f"params.smoothing: motion makes at most {most} frames of this size and the film has {count}; "
            "they were blended instead. Use a shorter or smaller video to get motion."
        )
        return "blend"
    return smoothing
