"""Put a sound under a film."""

from collections.abc import Iterator
from pathlib import Path

from av.video.frame import VideoFrame

from limner.actions.encode import write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.sound import mixed, read_sound, sound_seconds
from limner.actions.soundtrack_copy import copied_with_sound
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.types import Kind


def merge_audio_into_video(job: Job) -> tuple[Made, ...]:
    """Add a sound to a film's own sound, if it has any, at the loudness that both have."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    added = job.path(Kind.AUDIO)
    count = _frame_count(job, clip, added)
    sound = read_sound(added, "inputs.audio")
    if clip.has_sound:
        sound = mixed(read_sound(clip.path, clip.field, clip.start), sound)
    if count == clip.frame_count(clip.rate):
        copied = copied_with_sound(job, "with-sound", clip, sound)
        if copied is not None:
            return (Made(Kind.VIDEO, copied),)
    path = write_film(job, "with-sound", _pictures(clip, count), clip.rate, count, sound)
    return (Made(Kind.VIDEO, path),)


def _frame_count(job: Job, clip: Clip, added: Path) -> int:
    shown = clip.frame_count(clip.rate)
    if job.params["duration"] == "video":
        return shown
    heard = max(1, round(sound_seconds(added, "inputs.audio") * clip.rate))
    return heard if job.params["duration"] == "audio" else min(shown, heard)


def _pictures(clip: Clip, count: int) -> Iterator[VideoFrame]:
    """Return the clip's frames, cut to `count`, or with the last one held until then."""
    fit = Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))
    for frame in constant(timed_frames(clip), clip.rate, count):
        yield fit(frame)
