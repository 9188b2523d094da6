"""Gives out the same picture several times, for steps that each take one."""

import os
import shutil
from pathlib import Path

from limner.actions.job import Job, Made
from limner.types import Kind


def duplicate_image(job: Job) -> tuple[Made, ...]:
    """Return `count` entries of one file, byte for byte; where it can, the disk holds one copy of it."""
    source = job.path(Kind.IMAGE)
    first = job.new_file(f"copy-1{source.suffix}")
    shutil.copyfile(source, first)
    paths = [first]
    count = int(job.params["count"])
    for number in range(2, count + 1):
        paths.append(_another(first, job.new_file(f"copy-{number}{source.suffix}")))
        job.progress(number / count, "Copying")
    return tuple(Made(Kind.IMAGE, path) for path in paths)


def _another(first: Path, path: Path) -> Path:
    try:
        os.link(first, path)
    except OSError:  # a file system without hard links
        shutil.copyfile(first, path)
    return path
