"""Callbacks over REST: asked for with a run, and their log on the run."""

import json
from pathlib import Path

from callbacks.receiver import receiving
from tools.hosts import wait_for

from .calling import PATIENCE, Api, fields_of, serving_api, split

ON = {"LIMNER_ALLOW_LOOPBACK_CALLBACKS": "on", "LIMNER_CALLBACK_RETRY_SECONDS": "0.1, 600"}


def test_the_log_of_a_callback_is_on_its_run(home: Path) -> None:
    with receiving(500, 200) as receiver, serving_api(home, **ON) as site:
        api = Api(site)
        run = api.ended(api.post("/runs/action", split("told", callback_url=receiver.url())))

        def delivered() -> object:
            (found,) = api.get(f"/runs/{run['run_id']}")["callbacks"]
            return found if found["state"] != "pending" else None

        log = wait_for(delivered, PATIENCE, "the delivery")
        first, second = receiver.wait(2)
        secret = api.get("/webhook-secrets")["webhook_secrets"][0]["secret"]
    assert (log["state"], log["event"], log["url"]) == ("delivered", "run.completed", receiver.url())
    assert [each["status"] for each in log["attempts"]] == [500, 200]
    for sent in (first, second):
        assert sent.signature[1] == [sent.expected(secret)]
        assert sent.headers["limner-webhook-id"] == log["delivery_id"] == sent.body["id"]
        assert sent.body["data"]["run_id"] == run["run_id"]


def test_a_callback_that_may_not_be_is_refused_with_its_field(ann: Api) -> None:
    for url in ("http://example.com/", "https://127.0.0.1/", "https://[::1]/", "example.com", "", "https://"):
        body = split("refused", callback_url=url)
        problem = ann.refused("POST", "/runs/action", 400, "input_validation_error", json=body)
        assert fields_of(problem) == {"callback_url"}, url
        assert "GET /runs/" in problem["message"], json.dumps(problem)
