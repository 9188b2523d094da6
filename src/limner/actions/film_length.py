"""How long a film may be."""

from fractions import Fraction

from limner.actions.job import Job, over_limit


def check_length(job: Job, count: int, rate: Fraction) -> None:
    """Check a film's length against the limits before the work begins.

    Raises: InvalidInput, naming the limit and the setting that moves it.
    """
    limits = job.limits
    if count > limits.max_frames:
        raise over_limit("inputs", "the number of frames", count, limits.max_frames, "LIMNER_MAX_FRAMES")
    if count / rate > limits.max_duration_seconds:
        what, seconds = "the film's duration in seconds", round(float(count / rate), 2)
        raise over_limit("inputs", what, seconds, limits.max_duration_seconds, "LIMNER_MAX_SECONDS")
