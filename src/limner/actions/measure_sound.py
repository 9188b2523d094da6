"""How loud a sound is, as broadcasters measure it."""

from math import isfinite, log10
from pathlib import Path
from typing import Any

import av

from limner.actions.sound import SAMPLE_RATE, enumerate_samples, read_sound, to_frame

SILENCE = -70.0
"""LUFS that the meter gives for silence: its absolute gate (ITU-R BS.1770)."""


def loudness(path: Path) -> tuple[float, dict[str, Any]]:
    """Return the integrated loudness of a file's first sound track in LUFS, and its range and true peak.

    Raises: InvalidMedia, when there is no sound. Source of the measure: EBU R 128, ITU-R BS.1770-4.
    """
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="fltp", layout="stereo")
    meter = graph.add("ebur128", "metadata=1:peak=true")
    graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
    last: dict[str, str] = {}
    for position, block in enumerate_samples(read_sound(path, "output")):
        graph.push(to_frame(block, position))
        last = _latest(graph) or last
    graph.push(None)
    last = _latest(graph) or last
    level = float(last.get("lavfi.r128.I", SILENCE))
    evidence: dict[str, Any] = {"range_lu": round(float(last.get("lavfi.r128.LRA", 0)), 1)}
    peaks = [float(value) for name, value in last.items() if name.startswith("lavfi.r128.true_peak")]
    if peaks and max(peaks) > 0:
        evidence["true_peak_dbtp"] = round(20 * log10(max(peaks)), 1)
    return (level if isfinite(level) else SILENCE), evidence


def _latest(graph: av.filter.Graph) -> dict[str, str]:
    """Return what the meter said last of the frames that are through, or nothing."""
    last: dict[str, str] = {}
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return last
        last = dict(frame.metadata) or last
