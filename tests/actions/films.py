"""Small films whose frames say their own number, and what it takes to run an action on them and measure it."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Interpolation

from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.worker import load_handler
from limner.types import Json, Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"
BUNNY = SAMPLES / "bigbuckbunny.mp4"
BITS = 8
EXACT = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INP
    | Interpolation.FULL_CHR_H_INT
)


def picture(number: int, width: int = 160, height: int = 90) -> np.ndarray:
    """Return a frame that shows `number` as eight bars, white for 1 and black for 0."""
    frame = np.full((height, width, 3), 96, np.uint8)
    for bit in range(BITS):
        left, right = bit * width // BITS, (bit + 1) * width // BITS
        frame[:, left:right] = 230 if number >> bit & 1 else 25
    return frame


def read_number(frame: np.ndarray) -> int:
    """Return the number that a frame shows."""
    height, width = frame.shape[:2]
    middle = frame[height // 2 - 4 : height // 2 + 4].mean(axis=(0, 2))
    return sum(1 << bit for bit in range(BITS) if middle[int((bit + 0.5) * width / BITS)] > 128)


def tone(
    seconds: float, hertz: float = 440.0, level: float = 0.25, channels: int = 2, rate: int = 48_000
) -> np.ndarray:
    """Return a sine as samples of shape (channels, n)."""
    wave = level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def make_film(
    path: Path,
    frames: Sequence[np.ndarray],
    *,
    rate: Fraction | int = 30,
    times: Sequence[float] | None = None,
    sound: np.ndarray | None = None,
    layout: str = "stereo",
    codec: str = "libx264",
    pixels: str = "yuv420p",
    turn: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a film. times: when each frame is shown, in seconds, instead of at a constant rate."""
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(codec, rate=rate, options=options or {})
        video.height, video.width = frames[0].shape[:2]
        video.pix_fmt = pixels
        video.time_base = video.codec_context.time_base = Fraction(1, 60_000)
        if turn:
            video.set_display_rotation(turn)
        audio: Any = None
        if sound is not None:
            audio = container.add_stream(
                "aac" if path.suffix != ".webm" else "libopus", rate=48_000, layout=layout
            )
        for number, array in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(array, "rgb24")
            seconds = number / Fraction(rate) if times is None else times[number]
            frame.pts, frame.time_base = round(seconds * 60_000), Fraction(1, 60_000)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if sound is not None:
            for start in range(0, sound.shape[1], 960):
                block = av.AudioFrame.from_ndarray(sound[:, start : start + 960].copy(), "fltp", layout)
                block.sample_rate, block.pts = 48_000, start
                container.mux(audio.encode(block))
            container.mux(audio.encode(None))
    return path


def numbered(
    path: Path, count: int = 30, *, first: int = 0, size: tuple[int, int] = (160, 90), **how: Any
) -> Path:
    """Write a film of `count` frames that show first, first + 1, …"""
    return make_film(path, [picture(first + number, *size) for number in range(count)], **how)


def numbers(path: Path) -> list[int]:
    """Return the number on every frame of a film."""
    return [read_number(frame) for frame in frames_of(path)]


def frames_of(path: Path) -> list[np.ndarray]:
    """Return every frame as red, green and blue."""
    with av.open(str(path)) as container:
        return [colours_of(frame) for frame in container.decode(video=0)]


def some_frames(path: Path, *numbers: int) -> tuple[int, list[np.ndarray]]:
    """Return how many frames a film has, and those of `numbers` in their order of time as red, green and blue.

    Colours are made of those only: of a large film that is most of the work.
    """
    wanted, count, found = set(numbers), 0, []
    with av.open(str(path)) as container:
        for count, frame in enumerate(container.decode(video=0), 1):
            if count - 1 in wanted:
                found.append(colours_of(frame))
    return count, found


def colours_of(frame: av.VideoFrame) -> np.ndarray:
    """Return a frame as red, green and blue; by FFmpeg's own choice colours come out up to 2.3 levels too dark."""
    return frame.reformat(format="rgb24", interpolation=EXACT).to_ndarray()


def sound_of(path: Path) -> np.ndarray:
    """Return the sound as samples of shape (2, n) at 48 kHz."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("fltp", "stereo", 48_000)
        frames = [each for frame in container.decode(audio=0) for each in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def loudness(samples: np.ndarray) -> float:
    """Return the root mean square."""
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean()))


def strongest_hertz(samples: np.ndarray) -> float:
    """Return the frequency that sounds loudest."""
    spectrum = np.abs(np.fft.rfft(samples[0]))
    return float(np.fft.rfftfreq(samples.shape[1], 1 / 48_000)[spectrum.argmax()])


def run(
    action_id: str, folder: Path, inputs: dict[Kind, list[Path]], limits: Limits | None = None, **params: Any
) -> Path:
    """Run an action as its worker does, without the process, and return its first file."""
    return run_loud(action_id, folder, inputs, limits, **params)[0]


def run_loud(
    action_id: str, folder: Path, inputs: dict[Kind, list[Path]], limits: Limits | None = None, **params: Any
) -> tuple[Path, list[Json]]:
    """Run an action and return its first file and everything that it told."""
    action = builtin().get(action_id)
    told: list[Json] = []
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(
        inputs={kind: tuple(Given(path=path) for path in paths) for kind, paths in inputs.items()},
        params={**action.defaults(), **params},
        folder=folder,
        limits=limits or Limits(),
        tell=told.append,
    )
    made = load_handler(action.handler)(job)
    assert made[0].path is not None
    return made[0].path, told
