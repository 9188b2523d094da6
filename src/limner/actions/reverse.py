"""Play a video backwards, holding a bounded number of frames however long it is."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from limner.actions.encode import check_length, write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.sound import SAMPLE_RATE, Samples, Tape, read_sound, turned_round
from limner.actions.video import Clip, Timed, constant, survey, timed_frames
from limner.types import Kind

WINDOW_BYTES = 100_000_000
"""Decoded frames held at once: 32 of 1080p. Twice that costs 300 MB more and no less CPU."""
WINDOW_FRAMES = 240


def reverse_video(job: Job) -> tuple[Made, ...]:
    """Make a film that runs from the last frame to the first."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    rate, count = clip.rate, clip.frame_count(clip.rate)
    check_length(job, count, rate)
    fit = Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))
    pictures = constant(backwards(clip, fit), rate, count)
    scratch = job.new_file("sound.pcm")
    path = write_film(job, "reversed", pictures, rate, count, _sound(job, clip, count, scratch))
    scratch.unlink(missing_ok=True)
    return (Made(Kind.VIDEO, path),)


def backwards(clip: Clip, fit: Fitter) -> Iterator[Timed]:
    """Return a clip's frames from the last to the first, fitted, with the times they have in reverse."""
    after = clip.seconds
    for since, until in windows(clip):
        held = [(time, fit(frame)) for time, frame in timed_frames(clip, since, until)]
        while held:
            time, frame = held.pop()
            yield max(0.0, clip.seconds - after), frame
            after = time


def windows(clip: Clip) -> list[tuple[float, float]]:
    """Return spans of a clip in seconds, the last first, each with few enough frames to hold."""
    frame_bytes = clip.shape.width * clip.shape.height * 3 // 2
    frames = max(8, min(WINDOW_FRAMES, WINDOW_BYTES // frame_bytes))
    step = frames / clip.rate
    half_frame = 0.5 / float(clip.rate)
    edges = [0.0]
    while edges[-1] + float(step) < clip.seconds - half_frame:
        # Edges fall between frames of a constant rate, so that rounding never puts a frame in two.
        edges.append(len(edges) * float(step) - half_frame)
    edges.append(clip.seconds + 1.0)
    return list(pairwise(edges))[::-1]


def _sound(job: Job, clip: Clip, count: int, scratch: Path) -> Iterator[Samples] | None:
    mode = job.params["audio_mode"]
    if mode == "strip" or not clip.has_sound:
        return None
    forward = read_sound(clip.path, clip.field, clip.start)
    if mode == "keep":
        return forward
    length = round(count * SAMPLE_RATE / clip.rate)
    return turned_round(_cut(forward, length), scratch)


def _cut(blocks: Iterator[Samples], length: int) -> Iterator[Samples]:
    """Return exactly `length` samples, so that the end of the picture and of the sound coincide."""
    tape = Tape(blocks)
    while length > 0:
        yield tape.take(min(SAMPLE_RATE, length))
        length -= SAMPLE_RATE
