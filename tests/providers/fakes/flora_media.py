"""The media that a FLORA server makes: real files, coloured by what was asked."""

import io
from hashlib import sha256

import av
import numpy as np
from PIL import Image

from .openai_server import picture, tone

SIDE = 64
FRAMES = 10


def media_of(port_type: str, said: str) -> bytes:
    """Return a file of a port's type."""
    match port_type:
        case "imageUrl":
            return picture(said, SIDE, SIDE, "png")
        case "videoUrl":
            return film(said)
        case "audioUrl":
            return tone(0.5)
        case _:
            return b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


def colour_of(said: str) -> tuple[int, int, int]:
    """Return the colour of the picture that is made of these words."""
    red, green, blue = sha256(said.encode()).digest()[:3]
    return red, green, blue


def film(said: str) -> bytes:
    """Return an MP4 of one second in one colour."""
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=FRAMES)
        stream.width = stream.height = SIDE
        pixels = np.array(Image.new("RGB", (SIDE, SIDE), colour_of(said)))
        for _ in range(FRAMES):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return content.getvalue()
