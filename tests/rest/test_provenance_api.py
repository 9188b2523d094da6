"""The summary of a run and its provenance over REST."""

import hashlib
from collections.abc import Callable

from .calling import Api, slow, split


def test_a_completed_run_has_a_summary_that_leads_to_what_made_it(ann: Api) -> None:
    inputs = {"text": "red green blue", "most": 5}
    done = ann.ended(ann.post("/runs/technique", {"technique_id": "words", "inputs": inputs, "seed": 3}))
    summary = done["run_summary"]
    assert (summary["seed"], summary["revision"]) == (3, done["technique"]["revision"])
    assert summary["provenance"] == f"{done['poll_url']}/provenance"
    told = ann.get(summary["provenance"])
    assert told["run_id"] == done["run_id"]
    assert told["technique"]["revision"] == summary["revision"]
    assert told["inputs"] == inputs
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in ("red", "green", "blue")]
    assert [each["sha256"] for each in told["outputs"]] == hashes
    assert [each["sha256"] for each in summary["outputs"]] == hashes
    assert told["engine"]["limner"] and [step["version"] for step in told["steps"]]
    rows = ann.get("/technique-runs", limit=1)["technique_runs"]
    assert rows[0]["run_id"] == done["run_id"] and "run_summary" not in rows[0]


def test_what_has_not_completed_or_belongs_to_another_has_no_provenance(
    caller: Callable[[str], Api], ann: Api
) -> None:
    begun = ann.post("/runs/action", slow(1.31))
    address = f"/runs/{begun['run_id']}/provenance"
    assert "run_summary" not in ann.get(begun["poll_url"])
    ann.refused("GET", address, 409, "conflict")
    ann.post(f"/runs/{begun['run_id']}/cancel", {})
    ann.refused("GET", address, 409, "conflict")
    done = ann.ended(ann.post("/runs/action", split("mine alone")))
    caller("bob").refused("GET", f"/runs/{done['run_id']}/provenance", 404, "not_found")
    assert ann.get(f"/runs/{done['run_id']}/provenance")["action"]["action_id"] == "split-text"
