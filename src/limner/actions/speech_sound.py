"""Joins what an engine said, sentence by sentence, and brings it to one loudness."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from limner.actions.job import over_limit
from limner.actions.measure_sound import loudness
from limner.actions.sound import SAMPLE_RATE, Samples, limited, read_sound, silence

LOUDNESS = -16.0
"""LUFS, what Apple asks of podcasts, within 1."""
QUIET = 0.003
"""Of full scale: softer than this at a sentence's edges is the engine's own pause."""
EDGE_SECONDS = 0.04
"""So much of the pause is kept on either side, for soft consonants."""
FADE_SECONDS = 0.01
"""Over which a sentence comes and goes: Piper begins some with a click."""
LEAD_SECONDS, REST_SECONDS = 0.1, 0.4
"""Silence before and after everything; with it the shortest word fills one block of the loudness meter."""


class Joined:
    """Sentences one after another with pauses between them. Knows when each is said once it has been read through."""

    def __init__(self, files: Iterable[Path], pauses: Iterable[float], *, most_seconds: float) -> None:
        """files: one for each sentence. pauses: the seconds of silence after each; the last one's is not made."""
        self._said = list(zip(files, pauses, strict=True))
        self._most_seconds = most_seconds
        self._position = 0
        self.times: list[tuple[float, float]] = []
        """Seconds at which each sentence begins and ends."""

    @property
    def seconds(self) -> float:
        """How long it is as far as it has been read."""
        return self._position / SAMPLE_RATE

    def blocks(self) -> Iterator[Samples]:
        """Yield the sound. Raises: InvalidInput, when it is longer than `most_seconds`."""
        yield self._passed(_pause(LEAD_SECONDS))
        for number, (file, pause) in enumerate(self._said, 1):
            start = self.seconds
            whole = np.concatenate([silence(0), *read_sound(file, "speech")], axis=1)
            yield self._passed(_faded(_trimmed(whole)))
            self.times.append((start, self.seconds))
            yield self._passed(_pause(pause if number < len(self._said) else REST_SECONDS))

    def _passed(self, block: Samples) -> Samples:
        self._position += block.shape[1]
        if self.seconds > self._most_seconds:
            what, setting = "the length of the speech in seconds", "LIMNER_MAX_SECONDS"
            raise over_limit("inputs.text", what, self.seconds, self._most_seconds, setting)
        return block


def levelled(path: Path) -> Iterator[Samples]:
    """Yield the sound of a file at LOUDNESS, its peaks held below full scale."""
    level, _ = loudness(path)
    gain = np.float32(10 ** ((LOUDNESS - level) / 20))
    return limited(block * gain for block in read_sound(path, "speech"))


def _pause(seconds: float) -> Samples:
    return silence(round(seconds * SAMPLE_RATE))


def _trimmed(samples: Samples) -> Samples:
    """Return a sentence without the pauses that its engine put around it; one that is silent, as it is."""
    loud = np.flatnonzero(np.abs(samples).max(axis=0) > QUIET)
    if not loud.size:
        return samples
    edge = round(EDGE_SECONDS * SAMPLE_RATE)
    return samples[:, max(0, loud[0] - edge) : loud[-1] + edge]


def _faded(samples: Samples) -> Samples:
    count = min(round(FADE_SECONDS * SAMPLE_RATE), samples.shape[1] // 2)
    ramp = np.linspace(0, 1, count, dtype=np.float32)
    faded = samples.copy()
    faded[:, :count] *= ramp
    faded[:, samples.shape[1] - count :] *= ramp[::-1]
    return faded
