"""Join clips of any shape, rate and sound into one film, one after the other, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise

from av.video.frame import VideoFrame

from limner.actions.encode import write_film
from limner.actions.fit import Fitter, Frame, within
from limner.actions.job import Job, Made
from limner.actions.sound import SAMPLE_RATE, Samples, Tape, crossfade, read_sound
from limner.actions.stills import parse_color
from limner.actions.transition import Transition, blended
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.errors import InvalidInput
from limner.types import Json, Kind

LONG_SIDE, SHORT_SIDE = 3840, 2160
BLOCK = 4800


@dataclass(frozen=True, slots=True)
class Part:
    """One clip's place in the film: its frames, of which the first `overlap` blend with the clip before."""

    clip: Clip
    count: int
    overlap: int


def stitch_videos(job: Job) -> tuple[Made, ...]:
    """Make one film of several."""
    paths = job.paths(Kind.VIDEO)
    if len(paths) < 2:
        raise InvalidInput.of("inputs.video", "takes at least two clips")
    clips = [survey(path, f"inputs.video[{index}]") for index, path in enumerate(paths)]
    rate = clips[0].rate
    frame = film_frame(clips[0], job.params)
    parts = plan(job, clips, rate)
    transition = Transition(job.params["transition"])
    count = sum(part.count - part.overlap for part in parts)
    sound = joined_sound(parts, rate) if any(clip.has_sound for clip in clips) else None
    path = write_film(job, "stitched", joined_pictures(parts, rate, frame, transition), rate, count, sound)
    return (Made(Kind.VIDEO, path),)


def film_frame(first: Clip, params: Json) -> Frame:
    """Return the film's frame: the first clip's, or another ratio with the first clip's shorter side."""
    width, height = float(first.shape.width), float(first.shape.height)
    if params["aspect_ratio"] != "auto":
        across, _, down = params["aspect_ratio"].partition(":")
        ratio, short = int(across) / int(down), min(width, height)
        width, height = (short * ratio, short) if ratio >= 1 else (short, short / ratio)
    size = within(width, height, LONG_SIDE, SHORT_SIDE)
    red, green, blue, _ = parse_color(params["background_color"], "params.background_color")
    is_blurred = params["background_mode"] == "blur"
    blur = max(0.01, params["blur_amount"] / 100) if is_blurred else 0.0
    return Frame(*size, params["fit_mode"], f"0x{red:02x}{green:02x}{blue:02x}", blur)


def plan(job: Job, clips: list[Clip], rate: Fraction) -> list[Part]:
    """Return how many frames each clip gives and shares; a transition takes at most half of a clip."""
    counts = [clip.frame_count(rate) for clip in clips]
    if job.params["transition"] == Transition.NONE:
        return [Part(clip, count, 0) for clip, count in zip(clips, counts, strict=True)]
    wanted = round(job.params["transition_duration"] * rate)
    most = min(wanted, min(counts) // 2)
    if most < wanted:
        seconds = round(float(most / rate), 2)
        job.warn(f"the transition was shortened to {seconds:g} s: it takes at most half of the shortest clip")
    return [
        Part(clip, count, most if index else 0)
        for index, (clip, count) in enumerate(zip(clips, counts, strict=True))
    ]


def joined_pictures(
    parts: list[Part], rate: Fraction, frame: Frame, transition: Transition
) -> Iterator[VideoFrame]:
    """Return the film's frames. Over a transition two clips are read side by side, so none are held."""
    tail: Iterator[VideoFrame] = iter(())
    for index, part in enumerate(parts):
        fit = Fitter(part.clip.shape, frame)
        pictures = map(fit, constant(timed_frames(part.clip), rate, part.count))
        head = islice(pictures, part.overlap)
        yield from blended(tail, head, part.overlap, transition)
        shared = parts[index + 1].overlap if index + 1 < len(parts) else 0
        yield from islice(pictures, part.count - part.overlap - shared)
        tail = pictures


def joined_sound(parts: list[Part], rate: Fraction) -> Iterator[Samples]:
    """Return the film's sound: each clip's for as long as its picture, faded over where pictures blend."""
    tail = None
    shown = 0
    for index, part in enumerate(parts):
        clip = part.clip
        tape = Tape(read_sound(clip.path, clip.field, clip.start) if clip.has_sound else ())
        shared = parts[index + 1].overlap if index + 1 < len(parts) else 0
        edges = [shown, shown + part.overlap, shown + part.count - shared, shown + part.count]
        overlap, alone, rest = (_samples(end, rate) - _samples(start, rate) for start, end in pairwise(edges))
        if tail is not None:
            yield crossfade(tail, tape.take(overlap))
        for start in range(0, alone, BLOCK):
            yield tape.take(min(BLOCK, alone - start))
        tail = tape.take(rest)
        shown = edges[2]


def _samples(frames: int, rate: Fraction) -> int:
    return round(frames * SAMPLE_RATE / rate)
