"""Copy a video as it is, byte for byte."""

import shutil

from limner.actions.job import Job, Made
from limner.actions.video import survey
from limner.types import Kind


def duplicate_video(job: Job) -> tuple[Made, ...]:
    """Return as many copies of a video as are asked for."""
    source = job.path(Kind.VIDEO)
    survey(source, "inputs.video")
    count = int(job.params["count"])
    copies = []
    for number in range(1, count + 1):
        copy = job.new_file(f"copy-{number}{source.suffix}")
        shutil.copyfile(source, copy)
        copies.append(Made(Kind.VIDEO, copy))
        job.progress(number / count, f"copied {number} of {count}")
    return tuple(copies)
