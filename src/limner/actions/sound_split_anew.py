"""What is taken out of a video and cannot be copied: the picture or the sound, decoded and written again."""

from pathlib import Path

from limner.actions.encode import write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job
from limner.actions.sound import read_sound
from limner.actions.sound_split_files import FORMS, write_sound
from limner.actions.video import Clip, constant, timed_frames


def silent_film(job: Job, clip: Clip) -> Path:
    """Write the clip's picture as a film without sound and return its path."""
    count = clip.frame_count(clip.rate)
    fit = Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))
    pictures = (fit(each) for each in constant(timed_frames(clip), clip.rate, count))
    return write_film(job, "silent", pictures, clip.rate, count)


def sound_file(job: Job, clip: Clip, form: str) -> Path:
    """Write the clip's sound as an m4a, mp3 or wav and return its path."""
    blocks = read_sound(clip.path, clip.field, clip.start)
    return write_sound(blocks, job.new_file(f"sound.{form}"), FORMS[form])
