"""A daily budget as agents meet it: kept over restarts, refused before a run exists, no bar to a repeated call."""

from pathlib import Path
from typing import Any

from .hosts import RawHost
from .test_money import POSTER, paid, runs


def start(host: RawHost, words: str) -> dict[str, Any]:
    return host.ask("start_run", paid(words, idempotency_key=words))


def test_a_run_beyond_the_daily_budget_is_refused_and_a_replay_is_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "techniques").mkdir(parents=True)
    (home / "techniques" / "paid.yaml").write_text(POSTER, encoding="utf-8")
    with RawHost(home, LIMNER_DAILY_BUDGET_USD="5") as host:
        first = start(host, "one")
        assert (first["status"], start(host, "two")["status"]) == ("completed", "completed")
    with RawHost(home, LIMNER_DAILY_BUDGET_USD="5") as host:
        error = start(host, "three")["error"]
        assert error["code"] == "budget_exceeded"
        assert [error[name] for name in ("budget_usd", "spent_usd", "reserved_usd")] == [5, 5, 0]
        assert len(runs(host)) == 2
        again = start(host, "one")
        assert (again["run_id"], again["replayed"]) == (first["run_id"], True)
        free = {"action_id": "qr-code-generator", "inputs": {"text": "free"}, "wait_seconds": 40}
        assert host.ask("start_run", free)["status"] == "completed"
