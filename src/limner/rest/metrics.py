"""`/metrics`: how this process is doing, in Prometheus's text format."""

import time
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from limner import __version__
from limner.errors import LimnerError
from limner.public import public_status
from limner.rest.errors import answer
from limner.types import Backlog, Event, Phase, Run
from limner_tools.door import Door

RUN_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
FACES = {"/mcp": "mcp", "/sse": "mcp", "/messages": "mcp", "/api": "rest", "/media": "media"}
PHASES = (Phase.QUEUED, Phase.COMPOSING, Phase.RENDERING)


class Metrics:
    """The counters of one process, and what the database says when it is asked. Names: docs/metrics.md."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry(auto_describe=True)
        info = Gauge("limner_info", "Always 1; the version is a label.", ["version"], registry=registry)
        info.labels(__version__).set(1)
        self._requests = Counter(
            "limner_http_requests", "Requests answered.", ["face", "method", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "limner_http_request_seconds",
            "From a request to the end of its answer; streams last as long as they are read.",
            ["face"],
            buckets=REQUEST_BUCKETS,
            registry=registry,
        )
        self._runs = Counter(
            "limner_runs",
            "Runs that this process brought to their end.",
            ["type", "status"],
            registry=registry,
        )
        self._phase_seconds = Histogram(
            "limner_run_phase_seconds",
            "How long runs stayed in a phase, measured at their end.",
            ["phase"],
            buckets=RUN_BUCKETS,
            registry=registry,
        )
        self._steps = Counter(
            "limner_steps",
            "Steps finished, by whether their result was there already.",
            ["cached"],
            registry=registry,
        )
        self._charged = Counter("limner_charged_usd", "US dollars charged for runs.", registry=registry)
        self._provider_charged = Counter(
            "limner_provider_charged_usd",
            "US dollars charged for steps that providers have finished.",
            ["provider"],
            registry=registry,
        )
        self._waiting = Gauge("limner_runs_waiting", "Runs that nobody works on yet.", registry=registry)
        self._oldest = Gauge(
            "limner_oldest_waiting_seconds", "How long the first of those has waited.", registry=registry
        )
        self._active = Gauge("limner_runs_active", "Runs in work, by any process.", registry=registry)
        self._callbacks = Gauge(
            "limner_callbacks_waiting", "Callbacks still to be delivered.", registry=registry
        )

    def answered(self, path: str, method: str, status: int, seconds: float) -> None:
        """Count a request. status 0: it was left before there was an answer."""
        face = FACES.get(f"/{path.split('/', 2)[1]}" if path.startswith("/") else "", "other")
        known = method if method in ("GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT") else "other"
        self._requests.labels(face, known, str(status)).inc()
        self._request_seconds.labels(face).observe(seconds)

    def run_ended(self, run: Run, events: Sequence[Event]) -> None:
        """Count a run that this process has worked on, and ended."""
        self._runs.labels(run.type.value, public_status(run)).inc()
        self._charged.inc(run.charged_usd)
        for phase, seconds in phase_seconds(events).items():
            self._phase_seconds.labels(phase.value).observe(seconds)
        for event in events:
            if event.type == "step_completed":
                self._steps.labels(str(bool(event.data.get("cached"))).lower()).inc()
                if "provider" in event.data:
                    self._provider_charged.labels(event.data["provider"]).inc(event.data["charged_usd"])

    def render(self, backlog: Backlog, now: float) -> bytes:
        """Return everything, with how much waits. now: Unix seconds."""
        self._waiting.set(backlog.waiting)
        self._active.set(backlog.active)
        self._callbacks.set(backlog.callbacks)
        since = backlog.oldest_waiting_at
        self._oldest.set(0 if since is None else max(0, now - since / 1000))
        return generate_latest(self._registry)


def phase_seconds(events: Sequence[Event]) -> dict[Phase, float]:
    """Return how long a run stayed in each phase that it has left, by its events."""
    seconds: dict[Phase, float] = {}
    current: Phase | None = None
    since = 0
    for event in events:
        said = event.data.get("phase")
        if said is None or said == current:
            continue
        if current in PHASES:
            seconds[current] = seconds.get(current, 0.0) + (event.at - since) / 1000
        current, since = Phase(said), event.at
    return seconds


def metrics_routes(door: Door, metrics: Metrics) -> list[BaseRoute]:
    """Return the route of `/metrics`. It asks for a key where keys are configured."""

    async def show(request: Request) -> Response:
        try:
            backlog = await (await door.studio()).backlog()
        except LimnerError as error:
            return answer(error)
        return Response(metrics.render(backlog, time.time()), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", show, methods=["GET"])]
