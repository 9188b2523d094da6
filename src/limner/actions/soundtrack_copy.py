"""Put a sound under a film whose picture is copied as it is: nothing of it is lost, and it takes no time."""

from collections.abc import Iterable
from pathlib import Path

import av
from av.video.stream import VideoStream

from limner.actions.encode import MP4, Soundtrack
from limner.actions.job import Job
from limner.actions.sound import SAMPLE_RATE, Samples, Tape
from limner.actions.sound_split_copy import can_copy, copied_packets, template_of
from limner.actions.video import Clip, opened, picture_stream, unreadable


def copied_with_sound(job: Job, name: str, clip: Clip, sound: Iterable[Samples]) -> Path | None:
    """Write the clip's picture with a sound of its length and return the path.

    None, when the picture is not what films are written as, H.264 in yuv420p, or its file tells too little.
    """
    with opened(clip.path, clip.field) as container:
        stream = picture_stream(container)
        if stream is None or not _is_as_written(stream) or not can_copy(container, stream, clip):
            return None
        path = job.new_file(f"{name}.mp4")
        options = dict(MP4.container_options)
        with av.open(str(path), "w", format=MP4.container, options=options) as output:
            target = template_of(stream, output)
            track = Soundtrack(output, MP4, Tape(sound))
            samples = round(clip.seconds * SAMPLE_RATE)
            try:
                for number, packet in enumerate(copied_packets(container, stream, clip), start=1):
                    seconds = float((packet.pts or 0) * (stream.time_base or 1))
                    packet.stream = target
                    output.mux(packet)
                    track.write(min(samples, round(seconds * SAMPLE_RATE)))
                    job.progress(number / max(1, len(clip.times)))
            except av.error.FFmpegError as error:
                raise unreadable(clip.field, error) from error
            track.write(samples, whole_blocks=False)
            track.end()
    return path


def _is_as_written(stream: VideoStream) -> bool:
    codec = stream.codec_context
    has_even_sides = codec.width % 2 == codec.height % 2 == 0
    return codec.codec.canonical_name == "h264" and codec.pix_fmt == MP4.pixels and has_even_sides
