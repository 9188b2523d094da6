"""A thousand paid runs, providers that fail in every way, and a server that is killed every few seconds.

What counts is the providers' own ledgers: no run may stand in them twice, and nothing that stands there may be unknown
to the run that it was made for.
"""

import os
import random
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from providers.fakes import flora_server as flora
from providers.fakes import openai_server as openai
from providers.fakes.serving import serving
from serving.sites import NO_TLS, Served

RUNS = 1000
SEED = 20261122
STARTERS = 12
ACTIVE = "select count(*) from runs where status in ('pending', 'running')"
MOST_SECONDS = 420
PRICE_USD = 0.04
CONFIG = """
max_runs = 64

[providers.sync]
type = "openai"
base_url = "{openai}/v1"
api_key_env = "SYNC_KEY"
max_jobs = 24
submit_seconds = 3
[[providers.sync.models]]
id = "gpt-5-mini"
price_usd = 0.04

[providers.queue]
type = "flora"
base_url = "{flora}/api/v1"
api_key_env = "QUEUE_KEY"
max_jobs = 24
submit_seconds = 3
[[providers.queue.models]]
id = "llm-small"
price_usd = 0.04
"""
MODELS = ("sync/gpt-5-mini", "queue/llm-small")
BEFORE = ("429", "503", "500 before", "drop before")
AFTER = ("500 after", "drop after", "truncated", "malformed", "wrong type", "slow")
"""Faults at the moment of asking: nothing was billed, or everything was and the word of it is lost."""


class Restarted:
    """A server that is killed at random moments and comes back, at another address, on the same data folder."""

    def __init__(self, home: Path, **settings: str) -> None:
        self._home = home
        self._settings = settings
        self._chance = random.Random(SEED)
        self._ending = threading.Event()
        self.kills = 0
        self.served = Served(home, **settings)
        self._killer = threading.Thread(target=self._kill_again_and_again)

    @contextmanager
    def dying(self) -> Iterator[None]:
        """Kill it again and again meanwhile."""
        self._killer.start()
        try:
            yield
        finally:
            self._ending.set()
            self._killer.join()

    def _kill_again_and_again(self) -> None:
        while not self._ending.wait(self._chance.uniform(2.0, 5.0)):
            os.kill(self.served.process.pid, signal.SIGKILL)
            self.served.stop()
            self.kills += 1
            self.served = Served(self._home, **self._settings)


@contextmanager
def providers() -> Iterator[tuple[openai.OpenAIServer, flora.FloraServer]]:
    """Serve one that answers with the result and knows no keys, and one with keys that is asked for the result."""
    chance = random.Random(SEED)
    sync = openai.OpenAIServer(chaos=(SEED, 0.15, (*BEFORE, *AFTER)))
    queue = flora.FloraServer(repeats="replay")
    queue.faults = [
        chance.choice((*BEFORE, *AFTER)) if chance.random() < 0.15 else "" for _ in range(RUNS * 4)
    ]
    queue.look_faults = [
        chance.choice(("503", "500 before", "drop before", "malformed")) if chance.random() < 0.1 else ""
        for _ in range(RUNS * 8)
    ]
    with serving(sync.app()) as sync_address, serving(queue.app()) as queue_address:
        sync.v1, sync.address = f"{sync_address}/v1", sync_address
        queue.address = queue_address
        yield sync, queue


def start_until_known(site: Restarted, number: int) -> str:
    """Start a run with a key of its own, again after each time that the server is gone; return its id."""
    body = {
        "type": "text",
        "prompt": f"Say the number {number}.",
        "model": MODELS[number % len(MODELS)],
        "project_id": "prj_default",
        "workspace_id": "ws_default",
    }
    headers = {"idempotency-key": f"number-{number}"}
    ends_at = monotonic() + MOST_SECONDS
    while monotonic() < ends_at:
        try:
            answer = httpx2.post(
                f"{site.served.url}/api/v1/runs/generation",
                json=body,
                headers=headers,
                verify=NO_TLS,
                timeout=10,
            )
        except httpx2.TransportError:
            sleep(0.2)
            continue
        if answer.status_code == 409:  # asked for models before the providers answered for the first time
            sleep(0.2)
            continue
        assert answer.status_code in (200, 201, 202), answer.text
        return str(answer.json()["run_id"])
    raise AssertionError(f"run {number} could not be started")


def wait_until_ended(database: Path) -> None:
    ends_at = monotonic() + MOST_SECONDS
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        while monotonic() < ends_at:
            if connection.execute(ACTIVE).fetchone()[0] == 0:
                return
            sleep(0.25)
    raise AssertionError("runs are still under way")


def test_a_thousand_paid_runs_under_faults_and_kills_bill_none_twice_and_lose_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with providers() as (sync, queue):
        config = CONFIG.format(openai=sync.address, flora=queue.address)
        (home / "limner.toml").write_text(config)
        site = Restarted(home, SYNC_KEY=openai.KEY, QUEUE_KEY=flora.KEY)
        try:
            with site.dying(), ThreadPoolExecutor(STARTERS) as pool:
                run_ids = list(pool.map(lambda number: start_until_known(site, number), range(RUNS)))
                wait_until_ended(home / "limner.sqlite")
        finally:
            site.served.stop()
        assert site.kills >= 5
        assert len(set(run_ids)) == RUNS
        check(home / "limner.sqlite", Counter(str(each["key"]) for each in (*sync.ledger, *queue.ledger)))
        told = Counter(each["key"] for each in queue.ledger)
        assert max(told.values()) == 1


def check(database: Path, billed: Counter[str]) -> None:
    """Compare what the providers billed, by key, with what the runs say."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        runs = {
            run_id: (status, code, charged)
            for run_id, status, code, charged in connection.execute(
                "select run_id, status, json_extract(error, '$.code'), charged_usd from runs"
            )
        }
        purchases = connection.execute("select key, run_id, state, charged_usd from purchases").fetchall()
        spent = connection.execute("select total(spent_usd) from charges").fetchone()[0]
    assert len(runs) == RUNS
    assert max(billed.values()) == 1, "a key was billed twice"
    by_key = {key: (run_id, state) for key, run_id, state, _ in purchases}
    assert billed.keys() <= by_key.keys(), "something was billed that no run knows of"
    per_run = Counter(by_key[key][0] for key in billed)
    assert max(per_run.values()) == 1, "a run was billed twice"
    ends: Counter[str] = Counter()
    for run_id, (status, code, charged) in runs.items():
        ends[code or status] += 1
        states = [state for _, owner, state, _ in purchases if owner == run_id]
        match status, code:
            case "completed", None:
                assert per_run[run_id] == 1, f"{run_id} completed without a bill"
                assert charged == pytest.approx(PRICE_USD)
            case "failed", "outcome_unknown":
                assert "unknown" in states
                assert charged == pytest.approx(PRICE_USD)
            case "failed", _:
                assert per_run[run_id] == 0, f"{run_id} ended as {code}, and was billed: its result is lost"
                assert charged == 0
            case _:
                raise AssertionError(f"{run_id} is {status}")
    unsaid = [key for key in billed if by_key[key][1] not in ("settled", "unknown")]
    assert not unsaid, "a bill that no purchase says"
    assert spent == pytest.approx(sum(charged for _, _, charged in runs.values()))
    assert ends["completed"] > RUNS / 2
    assert ends["outcome_unknown"] > 0
    print(dict(ends), f"{len(billed)} bills")
