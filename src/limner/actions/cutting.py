"""Cut a film into parts that follow one another without gap or overlap, to the frame and to the sample."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from limner.actions.encode import check_length, write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.scenes import find_cuts
from limner.actions.sound import SAMPLE_RATE, Samples, Tape, read_sound
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.errors import InvalidInput
from limner.types import Json, Kind

MOST_PARTS = 100
SEARCH = 0.2
"""The share of the work that looking for cuts is."""


@dataclass(frozen=True, slots=True)
class Part:
    """Frames of a clip, counted at its rate: the first, and the one after the last."""

    start: int
    end: int

    @property
    def count(self) -> int:
        """How many frames it has."""
        return self.end - self.start


def split_video(job: Job) -> tuple[Made, ...]:
    """Make several films of one."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    check_length(job, clip.frame_count(clip.rate), clip.rate)
    parts = without_handles(job, clip, [Part(*edges) for edges in pairwise(cut_at(job, clip))])
    roll = Roll(clip, is_silent=job.params["strip_audio"])
    done = SEARCH if job.params["split_mode"] == "scene" else 0.0
    left, total = 1 - done, sum(part.count for part in parts)
    made = []
    for number, part in enumerate(parts, start=1):
        stage = staged(job, done, left * part.count / total, f"part {number} of {len(parts)}")
        made.append(Made(Kind.VIDEO, roll.write(stage, f"part-{number:03d}", part)))
        done += left * part.count / total
    return tuple(made)


def cut_at(job: Job, clip: Clip) -> list[int]:
    """Return where parts begin, and last where the clip ends, in frames at its rate, ascending.

    Raises: InvalidInput, when that makes more parts than there are frames, or than the limit.
    """
    count = clip.frame_count(clip.rate)
    match job.params["split_mode"]:
        case "duration":
            return [*every(clip, float(job.params["segment_duration"])), count]
        case "scene":
            return [0, *scene_cuts(job, clip), count]
    segments = int(job.params["segments"])
    if segments > count:
        raise InvalidInput.of(
            "params.segments",
            f"is {segments}, and the video has {count} frames",
            next_step=f"Ask for at most {count} parts.",
        )
    return [round(number * count / segments) for number in range(segments + 1)]


def every(clip: Clip, seconds: float) -> list[int]:
    """Return the frames at which parts of so many seconds begin; what is left at the end is a part too."""
    count, step = clip.frame_count(clip.rate), seconds * float(clip.rate)
    parts = count / step
    if parts > MOST_PARTS + 1e-6:
        raise InvalidInput.of(
            "params.segment_duration",
            f"parts of {seconds:g} s would be {parts:.0f}, the limit is {MOST_PARTS}",
            next_step=f"Make them {clip.seconds / MOST_PARTS + 0.05:.1f} s or longer.",
        )
    return sorted({start for number in range(MOST_PARTS) if (start := round(number * step)) < count})


def scene_cuts(job: Job, clip: Clip) -> list[int]:
    """Return the frames at which shots begin; the user is told when there is but one shot."""
    cuts = find_cuts(
        clip,
        float(job.params["scene_sensitivity"]),
        MOST_PARTS - 1,
        lambda fraction: job.progress(SEARCH * fraction, "looking for cuts"),
    )
    if not cuts:
        job.warn("no cut was found, so the result is one part; raise scene_sensitivity to find slighter ones")
    return cuts


def without_handles(job: Job, clip: Clip, parts: list[Part]) -> list[Part]:
    """Return the parts without `trim_handles` seconds at both ends; those with nothing left are left out.

    Raises: InvalidInput, when no part has a frame left.
    """
    seconds = float(job.params["trim_handles"])
    handle = round(seconds * clip.rate)
    kept = [Part(part.start + handle, part.end - handle) for part in parts if part.count > 2 * handle]
    if not kept:
        longest = max(part.count for part in parts) / clip.rate
        raise InvalidInput.of(
            "params.trim_handles",
            f"{seconds:g} s at both ends leave nothing of parts of at most {float(longest):.2f} s",
            next_step="Trim less, or make longer parts.",
        )
    if missing := len(parts) - len(kept):
        job.warn(f"left out {missing} of {len(parts)} parts: trim_handles leaves nothing of them")
    return kept


def staged(job: Job, done: float, share: float, message: str) -> Job:
    """Return the job for one stage of it: 0 to 1 there is reported as `done` to `done + share`."""

    def tell(line: Json) -> None:
        if "progress" in line:
            line = {"progress": round(done + share * line["progress"], 4), "message": message}
        job.tell(line)

    return job._replace(tell=tell)


class Roll:
    """A clip that is read once, from its start to its end, and gives parts in their order."""

    def __init__(self, clip: Clip, *, is_silent: bool) -> None:
        self._clip = clip
        self._fit = Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))
        self._frames = constant(timed_frames(clip), clip.rate, clip.frame_count(clip.rate))
        has_sound = clip.has_sound and not is_silent
        self._tape = Tape(read_sound(clip.path, clip.field, clip.start)) if has_sound else None
        self._shown = self._heard = 0

    def write(self, job: Job, name: str, part: Part) -> Path:
        """Write a part, which begins where the one before ended or later, and return its path."""
        for _ in islice(self._frames, part.start - self._shown):
            pass
        pictures = (self._fit(frame) for frame in islice(self._frames, part.count))
        sound = None
        if self._tape is not None:
            for _ in self._sound_until(self._tape, part.start):
                pass
            sound = self._sound_until(self._tape, part.end)
        path = write_film(job, name, pictures, self._clip.rate, part.count, sound)
        for _ in sound or ():  # rounding can leave one sample
            pass
        self._shown = part.end
        return path

    def _sound_until(self, tape: Tape, number: int) -> Iterator[Samples]:
        """Return the sound up to the start of a frame, in pieces of at most a second."""
        end = round(number * SAMPLE_RATE / self._clip.rate)
        while self._heard < end:
            count = min(SAMPLE_RATE, end - self._heard)
            self._heard += count
            yield tape.take(count)
