"""A paid service for tests of money: a job for each order, a ledger of what it bills, and gates that tests open."""

import threading
from dataclasses import dataclass, field
from typing import Any

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from providers.fakes import media

KEY = "workshop-71c04e"
PRICE = 0.02
GATE_SECONDS = 60.0


@dataclass
class Workshop:
    """Every job is billed at `PRICE` when it is taken on; one that is stopped in time is taken off the bill."""

    takes_keys: bool = False
    answers: threading.Event = field(default_factory=threading.Event)
    """Closed: it takes jobs on, and does not say so."""
    is_done: threading.Event = field(default_factory=threading.Event)
    """Closed: its jobs are not ready."""
    delivers: threading.Event = field(default_factory=threading.Event)
    """Closed: its files do not come."""
    stops: bool = True
    """Whether it stops work when it is asked, for nothing."""
    makes_sound: bool = False
    cost_usd: float | None = None
    """What it says that a job has cost."""
    never_done: set[int] = field(default_factory=set)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    posts: int = 0
    _by_key: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for gate in (self.answers, self.is_done, self.delivers):
            gate.set()

    @property
    def billed_usd(self) -> float:
        """What its bill comes to."""
        return round(sum(PRICE for job in self.jobs if job["state"] != "STOPPED"), 6)

    @property
    def states(self) -> list[str]:
        """How its jobs stand, in the order in which it took them on."""
        return [job["state"] for job in self.jobs]

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/jobs", self.create, methods=["POST"]),
                Route("/jobs/{number:int}", self.look, methods=["GET"]),
                Route("/jobs/{number:int}", self.stop, methods=["DELETE"]),
                Route("/files/{number:int}", self.file),
            ]
        )

    async def create(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"error": "no such key"}, 401)
        wanted = await request.json()
        self.posts += 1
        key = request.headers.get("idempotency-key", f"post {self.posts}")
        number = self._by_key.setdefault(key, len(self.jobs))
        if number == len(self.jobs):
            self.jobs.append({"state": "WORKING", **wanted})
        await opened(self.answers)
        return JSONResponse({"id": number}, 202)

    async def look(self, request: Request) -> Response:
        number = request.path_params["number"]
        job = self.jobs[number]
        if job["state"] == "WORKING" and self.is_done.is_set() and number not in self.never_done:
            job["state"] = "READY"
        told = {"url": f"{request.base_url}files/{number}", "usd": self.cost_usd}
        return JSONResponse({"state": job["state"], **told})

    async def stop(self, request: Request) -> Response:
        job = self.jobs[request.path_params["number"]]
        if self.stops and job["state"] == "WORKING":
            job["state"] = "STOPPED"
        return JSONResponse({"state": job["state"]})

    async def file(self, request: Request) -> Response:
        await opened(self.delivers)
        seed = request.path_params["number"]
        return Response(media.wav(seed) if self.makes_sound else media.png(seed))

    def section(self, name: str, base_url: str, *, price_usd: float | None = PRICE) -> str:
        """Return the table of settings of a provider that asks it."""
        key_header = 'key_header = "Idempotency-Key"\n' if self.takes_keys else ""
        price = "" if price_usd is None else f", price_usd = {price_usd}"
        return f"""
[{name}]
type = "queue"
base_url = "{base_url}"
api_key_env = "WORKSHOP_KEY"
max_jobs = 100
models = [{{id = "picture", type = "image"{price}}}]
[{name}.profile.submit]
url = "jobs"
{key_header}body = "{{{{input}}}}"
input = {{text = "{{{{prompt}}}}"}}
[{name}.profile.accepted]
id = "id"
[{name}.profile.status]
url = "jobs/{{{{id}}}}"
state = "state"
states = {{WORKING = "working", READY = "done", STOPPED = "cancelled"}}
[{name}.profile.result]
image = ["url"]
cost = "usd"
[{name}.profile.cancel]
method = "DELETE"
url = "jobs/{{{{id}}}}"
answer = "state"
unbilled = ["STOPPED"]
"""


async def opened(gate: threading.Event) -> None:
    """Wait until a gate is open."""
    with anyio.fail_after(GATE_SECONDS):
        while not gate.is_set():  # noqa: ASYNC110  # another thread's
            await anyio.sleep(0.02)
