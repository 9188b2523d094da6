"""Make a coloured backdrop see-through: `greenscreen-video`."""

from collections.abc import Iterator
from itertools import islice

from av.video.frame import VideoFrame

from limner.actions.encode import WEBM_WITH_ALPHA, check_length, write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.keying_colour import PRESETS, Key, backdrop, key_of
from limner.actions.keying_matte import Keyer
from limner.actions.sound import read_sound
from limner.actions.stills import parse_color
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.errors import InvalidInput
from limner.types import Kind

SAMPLED = 5
"""Moments of the clip at which the backdrop's colour is looked for."""


def greenscreen_video(job: Job) -> tuple[Made, ...]:
    """Make a film in which the backdrop is transparent."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    count = clip.frame_count(clip.rate)
    check_length(job, count, clip.rate)
    fit = Fitter(clip.shape, Frame(even(clip.shape.width), even(clip.shape.height)))
    keyer = Keyer(
        key=find_key(job, clip, fit),
        similarity=job.params["similarity"] / 100,
        blend=job.params["blend"] / 100,
        has_despill=job.params["spill"],
    )
    pictures = (keyer(fit(each)) for each in constant(timed_frames(clip), clip.rate, count))
    sound = read_sound(clip.path, clip.field, clip.start) if clip.has_sound else None
    return (Made(Kind.VIDEO, write_film(job, "keyed", pictures, clip.rate, count, sound, WEBM_WITH_ALPHA)),)


def find_key(job: Job, clip: Clip, fit: Fitter) -> Key:
    """Return the colour to remove: the one given, or the preset's as it looks in this film.

    Raises: InvalidInput, when the colour given is a grey, which no keyer can tell from shadows and whites.
    """
    preset = job.params["color_preset"]
    if preset == "custom":
        field = "params.custom_color"
        key = key_of(parse_color(job.params["custom_color"], field)[:3])
        if not key.is_colourful:
            raise InvalidInput.of(
                field,
                f"{job.params['custom_color']!r} is too grey to be told from the subject",
                next_step="Give the backdrop's colour, such as #00b140; only colourful backdrops can be removed.",
            )
        return key
    usual = key_of(PRESETS[preset])
    found = backdrop(_samples(clip, fit), usual)
    if found is None:
        job.warn(f"params.color_preset: no {preset} backdrop was found; the film is probably all opaque.")
    return found or usual


def _samples(clip: Clip, fit: Fitter) -> Iterator[VideoFrame]:
    for number in range(SAMPLED):
        since = clip.seconds * number / SAMPLED
        yield from (fit(frame) for _, frame in islice(timed_frames(clip, since), 1))
