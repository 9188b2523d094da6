"""Take a video apart: the picture without sound, and the sound as a file of its own."""

from pathlib import Path

from av.container import InputContainer

from limner.actions.film_length import check_length
from limner.actions.job import Job, Made
from limner.actions.sound_split_copy import can_copy, copy_stream
from limner.actions.video import Clip, opened, picture_stream, survey
from limner.errors import InvalidMedia
from limner.types import Kind

PICTURE_CONTAINERS = {
    "h264": "mp4",
    "hevc": "mp4",
    "av1": "mp4",
    "mpeg4": "mp4",
    "vp8": "webm",
    "vp9": "webm",
}
"""Where a picture goes as it is, by codec; others are encoded anew."""
SOUND_COPIES = {"aac": "m4a", "alac": "m4a", "mp3": "mp3", "pcm_s16le": "wav"}
"""The file that a sound goes into as it is, by codec."""
SOUND_CONTAINERS = {"m4a": "ipod", "mp3": "mp3", "wav": "wav"}
"""What FFmpeg calls those files."""


def split_audio_from_video(job: Job) -> tuple[Made, ...]:
    """Make a silent film and a file of its sound."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    if not clip.has_sound:
        raise InvalidMedia.of(
            clip.field,
            "has no sound track, so there is nothing to split off",
            next_step="Send a video with sound. This one is silent already and can be used as it is.",
        )
    check_length(job, clip.frame_count(clip.rate), clip.rate)
    with opened(clip.path, clip.field) as container:  # once: opening decodes a picture
        film = _silent_film(job, clip, container)
        job.progress(0.8, "Taking the sound")
        container.seek(0)
        sound = _sound_file(job, clip, container)
    return Made(Kind.VIDEO, film), Made(Kind.AUDIO, sound)


def _silent_film(job: Job, clip: Clip, container: InputContainer) -> Path:
    stream = picture_stream(container)
    form = None if stream is None else PICTURE_CONTAINERS.get(stream.codec_context.codec.canonical_name)
    if stream is not None and form is not None and can_copy(container, stream, clip):
        return copy_stream(container, stream, job.new_file(f"silent.{form}"), form, clip)
    # Imported where it is needed: what decodes and encodes takes longer to load than a copy takes to make.
    from limner.actions.sound_split_anew import silent_film

    return silent_film(job, clip)


def _sound_file(job: Job, clip: Clip, container: InputContainer) -> Path:
    """Return the sound in the form asked for, copied bit by bit where it has that form already."""
    wanted = job.params["audio_format"]
    stream = container.streams.audio[0]
    own = SOUND_COPIES.get(stream.codec_context.codec.canonical_name)
    if own is not None and wanted in ("auto", own) and can_copy(container, stream, clip):
        return copy_stream(container, stream, job.new_file(f"sound.{own}"), SOUND_CONTAINERS[own], clip)
    from limner.actions.sound_split_anew import sound_file  # as above

    return sound_file(job, clip, "m4a" if wanted == "auto" else wanted)
