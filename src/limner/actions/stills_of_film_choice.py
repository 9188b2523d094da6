"""Choose which frames of a film to keep as pictures: one, evenly spread, at an interval, or one per shot."""

from itertools import pairwise
from math import ceil, floor

from PIL import Image

from limner.actions.job import Job, Made
from limner.actions.scenes import find_cuts
from limner.actions.stills import save_image
from limner.actions.stills_of_film import Developer, frames_at
from limner.actions.video import Clip, survey
from limner.errors import InvalidInput
from limner.types import Json, Kind

MOST_FRAMES = 100


def extract_video_frames(job: Job) -> tuple[Made, ...]:
    """Save frames of a video as pictures, in the order in which they are shown."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    numbers = chosen(job, clip)
    develop = Developer(clip.shape)
    made = []
    for count, frame in enumerate(frames_at(clip, numbers), start=1):
        picture = Image.fromarray(develop(frame))
        made.append(Made(Kind.IMAGE, save_image(picture, job, f"frame-{count:03d}")))
        job.progress(0.5 + 0.5 * count / len(numbers), f"saved frame {count} of {len(numbers)}")
    return tuple(made)


def chosen(job: Job, clip: Clip) -> list[int]:
    """Return the numbers of the frames to keep, counted at the clip's rate, ascending.

    Raises: InvalidInput, when the range is empty or the interval gives too many.
    """
    params = job.params
    first, end = span(params["range"], clip.frame_count(clip.rate))
    match params["mode"]:
        case "single":
            return [first + round(params["time_percent"] / 100 * (end - first - 1))]
        case "interval":
            return at_interval(clip, first, end, params["every_seconds"])
        case "scene":
            return one_per_shot(job, clip, first, end)
    wanted, count = int(params["frame_count"]), end - first
    if wanted > count:
        job.warn(f"{count} pictures came back, not {wanted}: the range has no more frames")
    return spread(first, end, min(wanted, count))


def span(share: Json, count: int) -> tuple[int, int]:
    """Return the first frame of a range given in percent, and the one after its last.

    Raises: InvalidInput, when the range ends before it starts.
    """
    start, stop = float(share.get("start", 0)), float(share.get("end", 100))
    if start >= stop:
        raise InvalidInput.of(
            "params.range",
            f"starts at {start:g} % and ends at {stop:g} %",
            next_step="Give a start below the end, both between 0 and 100.",
        )
    first = min(floor(start / 100 * count), count - 1)
    return first, min(count, max(first + 1, ceil(stop / 100 * count)))


def spread(first: int, end: int, wanted: int) -> list[int]:
    """Return the middle frame of each of `wanted` equal stretches: the black of a fade at an end is not taken."""
    return [first + floor((number + 0.5) * (end - first) / wanted) for number in range(wanted)]


def at_interval(clip: Clip, first: int, end: int, seconds: float) -> list[int]:
    """Return the first frame and then one every so many seconds."""
    step = float(seconds * clip.rate)
    count = max(1, ceil((end - first) / step - 1e-6))
    if count > MOST_FRAMES:
        least = (end - first) / float(clip.rate) / MOST_FRAMES
        raise InvalidInput.of(
            "params.every_seconds",
            f"one picture every {seconds:g} s makes {count}, the limit is {MOST_FRAMES}",
            next_step=f"Take at least {ceil(least * 10) / 10:g} s, or a shorter range.",
        )
    numbers = (first + floor(number * step + 0.5) for number in range(count))
    return sorted({min(number, end - 1) for number in numbers})


def one_per_shot(job: Job, clip: Clip, first: int, end: int) -> list[int]:
    """Return the middle frame of each shot, or of what the range leaves of it."""
    sensitivity = float(job.params["scene_sensitivity"])
    cuts = find_cuts(
        clip, sensitivity, MOST_FRAMES - 1, lambda part: job.progress(part / 2, "looking for cuts")
    )
    edges = [first, *(cut for cut in cuts if first < cut < end), end]
    return [(start + stop) // 2 for start, stop in pairwise(edges)]
