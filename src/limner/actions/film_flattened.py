"""Says where a film loses its transparency: most formats that films are written in have none."""

from limner.actions.film_alpha import has_alpha
from limner.actions.job import Job
from limner.actions.video import opened, picture_stream
from limner.types import Kind


def warn_of_flattening(job: Job) -> None:
    """Warn when an input of the job is a film with transparency: what is made of it lies on black."""
    for given in job.inputs.get(Kind.VIDEO, ()):
        if given.path is None:
            continue
        with opened(given.path) as container:
            stream = picture_stream(container)
            if stream is not None and has_alpha(stream):
                job.warn("inputs.video: the result has no transparency; what was see-through is black.")
                return
