"""The SDK's OpenTelemetry spans: there for those who listen, and no cost to others."""

import sys
from pathlib import Path

from limner_tools.door import Door
from limner_tools.options import FaceOptions
from limner_tools.server import build_server

from .hosts import RawHost

TRACED = """
import sys
from opentelemetry import trace

class Tracer(trace.NoOpTracer):
    def start_as_current_span(self, name, *args, **kwargs):
        print("SPAN", name, file=sys.stderr, flush=True)
        return super().start_as_current_span(name, *args, **kwargs)

class Provider(trace.TracerProvider):
    def get_tracer(self, *args, **kwargs):
        return Tracer()

trace.set_tracer_provider(Provider())
from limner.server import main
main()
"""


def test_calls_are_traced_where_the_operator_has_set_a_provider(home: Path) -> None:
    with RawHost(home, command=(sys.executable, "-c", TRACED)) as host:
        assert host.ask("list_models", {"type": "video"})["models"] == []
    assert b"SPAN tools/call list_models\n" in host.stderr


def test_nothing_stands_between_a_call_and_its_answer_where_nobody_listens() -> None:
    assert build_server(Door(), FaceOptions()).middleware == []
