"""Small real files, as a generative server would send them: each is told by its seed."""

import io
import wave

import av
import numpy as np
from PIL import Image


def png(seed: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a picture of one colour, which the seed gives."""
    stream = io.BytesIO()
    Image.new("RGB", size, color(seed)).save(stream, "PNG")
    return stream.getvalue()


def color(seed: int) -> tuple[int, int, int]:
    return seed * 37 % 256, seed * 91 % 256, seed * 53 % 256


def mp4(seed: int, frames: int = 8) -> bytes:
    """Return a film of one colour."""
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as container:
        track = container.add_stream("libx264", rate=8)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            picture = np.full((48, 64, 3), color(seed), np.uint8)
            container.mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(track.encode())
    return stream.getvalue()


def wav(seed: int) -> bytes:
    """Return half a second of a tone."""
    stream = io.BytesIO()
    samples = 8000 * np.sin(np.arange(4000) * 2 * np.pi * (220 + seed % 220) / 8000)
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.astype("<i2").tobytes())
    return stream.getvalue()
