"""Write sound as a file of its own: M4A, MP3 or WAV, equal sound giving equal bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.codec.context import Flags

from limner.actions.sound import SAMPLE_RATE, Samples, enumerate_samples, to_frame

LAMBDA = 118
"""FF_QP2LAMBDA, what FFmpeg multiplies qualities by."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of sound file."""

    container: str
    codec: str
    options: tuple[tuple[str, str], ...] = ()


FORMS = {
    "m4a": Form("ipod", "aac", (("b", "192000"),)),
    "mp3": Form("mp3", "libmp3lame", (("flags", "+qscale"), ("global_quality", str(2 * LAMBDA)))),
    "wav": Form("wav", "pcm_s16le"),
}
"""MP3 at LAME's quality V2, about 190 kbit/s: at a constant 192 LAME turns the sound down by 3 %."""


def write_sound(blocks: Iterable[Samples], path: Path, form: Form) -> Path:
    """Write stereo sound at 48 kHz and return its path."""
    options = {"fflags": "+bitexact"}
    if form.container == "ipod":
        options["movflags"] = "+faststart"
    with av.open(str(path), "w", format=form.container, options=options) as container:
        stream: Any = container.add_stream(
            form.codec, rate=SAMPLE_RATE, layout="stereo", options=dict(form.options)
        )
        stream.codec_context.flags |= Flags.bitexact
        for position, block in enumerate_samples(blocks):
            container.mux(stream.encode(to_frame(block, position)))
        container.mux(stream.encode(None))
    return path
