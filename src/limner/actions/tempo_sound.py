"""Sound made longer or shorter at its own pitch and loudness."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import numpy as np

from limner.actions.sound import SAMPLE_RATE, Samples, enumerate_samples, to_frame


def stretched(blocks: Iterable[Samples], stretch: Fraction) -> Iterator[Samples]:
    """Return sound that lasts `stretch` times as long."""
    if stretch == 1:
        yield from blocks
        return
    graph = _graph(stretch)
    for position, block in enumerate_samples(blocks):
        graph.push(to_frame(block, position))
        yield from _drain(graph)
    graph.push(None)
    yield from _drain(graph)


def tempos(stretch: Fraction) -> list[Fraction]:
    """Return the tempos that follow each other: each within 0.5 to 2, where atempo drops no sample."""
    tempo, chain = 1 / stretch, []
    while not Fraction(1, 2) <= tempo <= 2:
        chain.append(Fraction(2) if tempo > 2 else Fraction(1, 2))
        tempo /= chain[-1]
    return [*chain, tempo]


def _graph(stretch: Fraction) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="fltp", layout="stereo")
    steps = [graph.add("atempo", f"{float(tempo):.9f}") for tempo in tempos(stretch)]
    shape = graph.add("aformat", f"sample_fmts=fltp:sample_rates={SAMPLE_RATE}:channel_layouts=stereo")
    graph.link_nodes(source, *steps, shape, graph.add("abuffersink")).configure()
    return graph


def _drain(graph: av.filter.Graph) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return
        yield frame.to_ndarray().astype(np.float32, copy=False)
