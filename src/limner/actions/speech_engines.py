"""The engines that speak, each a program of its own that is told by arguments and files, and answers with files.

None is ever loaded into a process of Limner: Piper and espeak-ng are under the GPL (docs/decisions/0018-speech.md).
They stay in the process group of their worker, so that what ends the worker ends them.
"""

import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from limner.actions import voice_extra
from limner.actions.job import no_result
from limner.actions.voices import ESPEAK, FLITE, PIPER
from limner.errors import InvalidInput

SEEDED = (
    "import runpy, sys, onnxruntime\n"
    "onnxruntime.set_seed(int(sys.argv.pop(1)))\n"
    "runpy.run_module('piper', run_name='__main__', alter_sys=True)\n"
)
"""`python -m piper`, but with its chance fixed: it has no option for that, and else no two readings are equal."""
WORDS_PER_MINUTE = 175
"""What espeak-ng speaks by nature."""
PIPER_FIXED = 0.3
"""Share of a sentence's length that Piper's length scale leaves as it is: each sound lasts a frame at the least.
Measured: four sentences of 12.9 s last 8.2 s at half the scale, and 22.2 s at twice the scale."""


class Speech(NamedTuple):
    """What an engine is asked to say, in one file per line. `said` is told how many lines are done."""

    lines: Sequence[str]
    voice: str
    speed: float
    seed: int
    folder: Path
    said: Callable[[int], None]


def speak(engine: str, speech: Speech) -> list[Path]:
    """Return a WAV file for each line, in order. Raises: InvalidInput, StepFailed."""
    speech.folder.mkdir()
    return ENGINES[engine](speech)


def _by_piper(speech: Speech) -> list[Path]:
    """Say all lines in one process, for loading its voice takes longer than a line."""
    script = speech.folder / "lines.txt"
    script.write_text("\n".join(speech.lines) + "\n", encoding="utf-8")
    made = speech.folder / "made"
    scale = (1 / speech.speed - PIPER_FIXED) / (1 - PIPER_FIXED)
    options = ("--no-normalize", "--length-scale", f"{scale:.6f}")
    command = [sys.executable, "-I", "-c", SEEDED, str(speech.seed), "-m", str(voice_extra.model()), *options]
    tail = ""
    with subprocess.Popen(
        [*command, "-i", str(script), "-d", str(made)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for told in process.stderr or ():  # a line of log for each file
            tail = told.strip() or tail
            speech.said(len(list(made.glob("*.wav"))))
    files = sorted(made.glob("*.wav"), key=lambda file: int(file.stem))  # named by the clock
    if process.returncode or len(files) != len(speech.lines):
        raise no_result("speak-text", f"piper ended with status {process.returncode}: {tail[:300]}")
    return files


def _by_espeak(speech: Speech) -> list[Path]:
    pace = str(round(WORDS_PER_MINUTE * speech.speed))
    options = ["-v", speech.voice, "-s", pace, "-b", "1", "--stdin", "-w"]
    return [_said(ESPEAK, options, speech, number) for number in range(len(speech.lines))]


def _by_flite(speech: Speech) -> list[Path]:
    plain = speech._replace(lines=[_ascii(line) for line in speech.lines])
    pace = f"duration_stretch={1 / speech.speed:.6f}"
    options = ["-voice", speech.voice, "--setf", pace, "-f", "/dev/stdin", "-o"]
    return [_said(FLITE, options, plain, number) for number in range(len(plain.lines))]


def _said(engine: str, options: list[str], speech: Speech, number: int) -> Path:
    """Have a program say one line, which it reads from its stdin; `options` end with the one that names its file."""
    made = speech.folder / f"{number}.wav"
    program = voice_extra.program(engine) or engine
    ended = subprocess.run(
        [program, *options, str(made)], input=speech.lines[number].encode(), capture_output=True, check=False
    )
    if ended.returncode or not made.is_file():
        told = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        raise no_result("speak-text", f"{engine} ended with status {ended.returncode}: {told}")
    speech.said(number + 1)
    return made


def _ascii(line: str) -> str:
    """Return a line as flite can read it: it takes other letters than a to z for noise."""
    plain = unicodedata.normalize("NFKD", line.translate(QUOTES)).encode("ascii", "ignore").decode()
    if not any(character.isalnum() for character in plain):
        raise InvalidInput.of("params.voice", f"flite reads English letters only, not {line[:40]!r}")
    return plain


QUOTES = str.maketrans("‘’“”–—…", "''\"\"--.")
ENGINES: dict[str, Callable[[Speech], list[Path]]] = {
    PIPER: _by_piper,
    ESPEAK: _by_espeak,
    FLITE: _by_flite,
}
