"""Make the small picture that shows a result in a chat: bounded in bytes, whatever comes in."""

import io
from math import inf

from PIL import Image

from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made, no_result
from limner.actions.stills import open_image
from limner.actions.video import survey, timed_frames
from limner.types import Kind

MAX_BYTES = 512 * 1024
QUALITIES = (82, 70, 55)
FRAME_AT = 0.3
"""Which share of a video has passed at the frame that stands for it: past the titles, before the end."""


def preview(job: Job) -> tuple[Made, ...]:
    """Return a picture of the one image or video given, at most `params.max_pixels` on its longer side."""
    is_video = bool(job.inputs.get(Kind.VIDEO))
    picture = video_still(job) if is_video else open_image(job.path(Kind.IMAGE), job.limits)
    longest = int(job.params["max_pixels"])
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    data, suffix = encoded(picture)
    path = job.new_file(f"preview.{suffix}")
    path.write_bytes(data)
    return (Made(Kind.IMAGE, path),)


def video_still(job: Job) -> Image.Image:
    """Return the frame that stands for a video, upright."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    at = clip.seconds * FRAME_AT
    size = (even(clip.shape.width), even(clip.shape.height))
    fit = Fitter(clip.shape, Frame(*size))
    for since in (at, 0.0):
        for _, frame in timed_frames(clip, since - 0.5 / float(clip.rate), inf):
            return Image.fromarray(fit(frame).to_ndarray(format="rgb24"))
    raise no_result("preview", "the video has no frame to show")


def encoded(picture: Image.Image) -> tuple[bytes, str]:
    """Return the picture as JPEG, or PNG or WebP where it has transparency, never above `MAX_BYTES`."""
    while True:
        for format_name, suffix, options in _attempts(picture):
            data = _saved(picture, format_name, options)
            if len(data) <= MAX_BYTES:
                return data, suffix
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))


def _attempts(picture: Image.Image) -> list[tuple[str, str, dict[str, int]]]:
    if picture.mode == "RGBA":
        webp = [("WEBP", "webp", {"quality": quality, "method": 2}) for quality in QUALITIES]
        return [("PNG", "png", {"compress_level": 6}), *webp]
    return [("JPEG", "jpg", {"quality": quality}) for quality in QUALITIES]


def _saved(picture: Image.Image, format_name: str, options: dict[str, int]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=format_name, **options)
    return buffer.getvalue()
