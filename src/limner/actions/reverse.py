"""Play a video backwards, holding a bounded number of frames however long it is."""

import shutil
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from math import inf
from pathlib import Path
from tempfile import TemporaryFile
from typing import TypeAlias

from limner.actions.encode import check_length, write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.frame_stack import FrameStack, frame_bytes
from limner.actions.job import Job, Made
from limner.actions.sound import SAMPLE_RATE, Samples, Tape, read_sound, turned_round
from limner.actions.video import Clip, Timed, constant, survey, timed_frames
from limner.types import Kind

MEMORY_BYTES = 32_000_000
"""Frames of a window that are held in memory; the others of it wait in a file, which takes 1 ms a frame of 1080p."""
FILE_BYTES = 1_000_000_000
"""What that file may take: 321 frames of 1080p; encoders put 250 between keyframes at most, as a rule."""
LEAST_FRAMES = 30
"""Windows of fewer would start the decoder often."""

Window: TypeAlias = tuple[float, float]
"""A span of a clip in seconds; its end does not belong to it."""


def reverse_video(job: Job) -> tuple[Made, ...]:
    """Make a film that runs from the last frame to the first."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    rate, count = clip.rate, clip.frame_count(clip.rate)
    check_length(job, count, rate)
    fit = Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))
    pictures = constant(backwards(job, clip, fit), rate, count)
    scratch = job.new_file("sound.pcm")
    path = write_film(job, "reversed", pictures, rate, count, _sound(job, clip, count, scratch))
    scratch.unlink(missing_ok=True)
    return (Made(Kind.VIDEO, path),)


def backwards(job: Job, clip: Clip, fit: Fitter) -> Iterator[Timed]:
    """Return a clip's frames from the last to the first, fitted, with the times they have in reverse."""
    each = frame_bytes(even(clip.shape.width), even(clip.shape.height))
    in_memory = max(1, MEMORY_BYTES // each)
    room = min(FILE_BYTES, job.limits.max_output_bytes, shutil.disk_usage(job.folder).free // 2)
    after = clip.seconds
    with TemporaryFile(dir=job.folder) as file:
        held = FrameStack(file, in_memory)
        for since, until in windows(clip, LEAST_FRAMES, in_memory + room // each):
            for time, frame in timed_frames(clip, since, until):
                held.push(time, fit(frame))
            while held:
                time, frame = held.pop()
                yield max(0.0, clip.seconds - after), frame
                after = time


def windows(clip: Clip, least: int, most: int) -> list[Window]:
    """Return spans of a clip, the last first, each of at most `most` frames.

    They begin at keyframes, so that nothing is decoded twice, and have at least `least` frames if there are
    as many; where keyframes are further apart than `most`, what lies before a span is decoded again for it.
    """
    count = len(clip.times)
    keyframes = [bisect_left(clip.times, time) for time in clip.keyframes]
    edges = [0]
    while count - edges[-1] > 0:
        start = edges[-1]
        edge = _first(keyframes, start + least, count)
        if edge > start + most:
            # The last keyframe that is near enough, if there is one.
            edge = max((key for key in keyframes if start < key <= start + most), default=start + most)
        edges.append(edge)
    spans = [clip.times[edge] for edge in edges[:-1]] + [inf]
    return list(pairwise(spans))[::-1]


def _first(numbers: list[int], least: int, otherwise: int) -> int:
    place = bisect_left(numbers, least)
    return numbers[place] if place < len(numbers) else otherwise


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
