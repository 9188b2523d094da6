"""Callers of the REST API: plain HTTP, and what every answer is held to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from serving.sites import Served, bearer, plain_client, serving
from tools.hosts import wait_for

PATIENCE = 60.0
WORDS = """\
technique_id: tech_words
name: Words
description: Cut a text into its words
inputs:
  - {id: text, name: Text, type: text, optional: true, schema: {type: string, default: one two}}
  - {id: most, name: Most, type: text, optional: true, schema: {type: integer, minimum: 1, maximum: 9, default: 9}}
steps:
  parts: {action: split-text, inputs: {text: $inputs.text}, params: {separator: " ", max_parts: $inputs.most}}
outputs:
  - {id: words, name: Words, type: text, from: $steps.parts.text, allow_multiple: true}
"""
"""A technique that takes a moment and no file."""
REVISED = WORDS.replace("Cut a text into its words", "Cut a text at its spaces")
NAMES = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")
KEYS = {name: f"{name}-key-0123456789abc" for name in NAMES}


class Api:
    """One caller of one server."""

    def __init__(self, site: Served, key: str | None = None) -> None:
        self.site = site
        self.base = f"{site.url}/api/v1"
        self._key = key

    def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a request, to a path of the API or to an address; every answer names its request."""
        with plain_client(headers=bearer(self._key)) as http:
            answer = http.request(method, path if "://" in path else f"{self.base}{path}", **more)
        assert answer.headers["request-id"].startswith("req_"), answer.headers
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """Return what a path answers."""
        return told(self.send("GET", path, params=query))

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """Return what a path answers to a JSON body. Headers: `idempotency_key="x"`."""
        return told(self.sent(path, body, **headers), status)

    def sent(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Return the answer to a JSON body with its headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, json=body, headers=named)

    def ended(self, run: dict[str, Any]) -> dict[str, Any]:
        """Return a run when it has ended."""

        def look() -> Any:
            found = self.get(run["poll_url"])
            return found if found["status"] in ("completed", "failed") else None

        found: dict[str, Any] = wait_for(look, PATIENCE, "the end of the run")
        return found

    def refused(self, method: str, path: str, status: int, code: str, **more: Any) -> dict[str, Any]:
        """Return the error that a request is refused with."""
        return problem_of(self.send(method, path, **more), status, code)


def told(answer: httpx2.Response, status: int = 200) -> Any:
    """Return the JSON of an answer with this status; None of one without a body."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:2000]}"
    return answer.json() if answer.content else None


def problem_of(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Return the error of an answer, which is in the envelope of the contract and in this API's words."""
    document = told(answer, status)
    assert set(document) == {"error"}, document
    problem: dict[str, Any] = document["error"]
    assert problem["code"] == code, problem
    assert problem["message"] and set(problem) <= {"code", "message", "fields", "run_id", "diff"}, problem
    for each in problem.get("fields", ()):
        assert set(each) == {"field", "message"}, each
    for tool in ("start_run", "get_run", "list_runs", "cancel_run", "list_techniques", "get_technique"):
        assert tool not in json.dumps(problem), problem
    return problem


def fields_of(problem: dict[str, Any]) -> set[str]:
    """Return the names of the fields that an error is about."""
    return {each["field"] for each in problem["fields"]}


def split(text: str, **more: Any) -> dict[str, Any]:
    """Return the body of a run of a moment; another text is other work."""
    return {"action_id": "split-text", "inputs": [{"type": "text", "text": text}], **more}


def slow(zoom: float, seconds: int = 30) -> dict[str, Any]:
    """Return the body of a run that lasts until it is cancelled."""
    from serving.sites import CHELSEA

    params = {"duration": seconds, "fps": "24", "zoom": zoom}
    return {
        "action_id": "ken-burns-video",
        "inputs": [{"type": "image", "url": CHELSEA}],
        "params": params,
    }


def frames(text: str) -> list[dict[str, str]]:
    """Return the messages of an event stream as EventSource would, comments left out."""
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        message = {
            name: value.removeprefix(" ") for name, _, value in (line.partition(":") for line in lines)
        }
        if "data" in message:
            found.append(message)
    return found


@contextmanager
def serving_api(home: Path, *names: str, **settings: str) -> Iterator[Served]:
    """Run a server that knows these callers, and has the technique WORDS as a draft."""
    (home / "techniques").mkdir(parents=True, exist_ok=True)
    (home / "techniques" / "words.yaml").write_text(WORDS)
    keys = {"LIMNER_API_KEYS": ",".join(f"{name}:{KEYS[name]}" for name in names)} if names else {}
    strict = {"PYTHONWARNINGS": "error"}  # what a library warns of today fails after its next release
    with serving(home, LIMNER_REQUESTS_PER_MINUTE="100000", **strict, **keys, **settings) as site:
        yield site


def publish_words(api: Api) -> str:
    """Publish the only draft of WORDS, and return its revision."""
    (entry,) = [each for each in api.get("/techniques/words/revisions")["revisions"] if each["is_draft"]]
    path = f"/techniques/words/revisions/{entry['revision']}/publish"
    published: str = api.post(path)["revision"]
    return published
