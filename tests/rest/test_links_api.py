"""The links of the OpenAPI document, each followed: what one operation answers is what the next one takes."""

import re
from typing import Any

import pytest

from limner.rest.openapi import LINKS

from .calling import Api, split

ASSET = {"source": "signed-url", "content_type": "text/plain"}
BEFORE: dict[str, tuple[dict[str, str], Any]] = {
    "runTechnique": ({"technique_id": "words"}, {"inputs": []}),
    "startTechniqueRun": ({}, {"technique_id": "words"}),
    "startActionRun": ({}, split("linked")),
    "getTechnique": ({"technique_id": "words"}, None),
    "listRevisions": ({"technique_id": "words"}, None),
    "createAsset": ({}, ASSET),
    "createWorkspace": ({}, {"name": "Linked"}),
    "createProject": ({}, {"name": "Linked"}),
}
"""What each operation is asked with, where it needs anything: path parameters and a body."""
NEEDS_A_PROVIDER = "startGenerationRun"
NOT_SENT = ("createAsset", "completeAsset")
"""Completing what was only announced is refused, and says why."""


class Walk:
    """Follows links from operation to operation."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in api.get("/openapi.json")["paths"].items()
            for method, operation in item.items()
        }

    def ask(self, name: str, given: dict[str, str], body: Any = None) -> Any:
        """Return what an operation answers, and its status."""
        method, path, operation = self._known[name]
        query = {key: value for key, value in given.items() if "{" + key + "}" not in path}
        address = re.sub(r"{(\w+)}", lambda found: given[found[1]], path)
        if body is None and "requestBody" in operation:
            body = {"inputs": []}
        answer = self._api.send(method, address, params=query, json=body)
        return answer, operation

    def follow(self, name: str, following: str) -> int:
        """Return the status of an operation that is asked with what another one answered."""
        given, body = BEFORE.get(name, ({}, None))
        if name in ("getRun", "cancelRun", "getRevision"):
            given = self._made_before(name)
        answer, operation = self.ask(name, given, body)
        assert answer.status_code in (200, 201), answer.text
        link = operation["responses"][str(answer.status_code)]["links"][following]
        found = {key: self._value(each, given, answer.json()) for key, each in link["parameters"].items()}
        return int(self.ask(following, found)[0].status_code)

    def _made_before(self, name: str) -> dict[str, str]:
        if name == "getRevision":
            return {"technique_id": "words", "revision": self._api.get("/techniques/words")["revision"]}
        return {"run_id": self._api.post("/runs/action", split(f"linked to {name}"))["run_id"]}

    @staticmethod
    def _value(expression: str, given: dict[str, str], document: Any) -> str:
        if expression.startswith("$request.path."):
            return given[expression.removeprefix("$request.path.")]
        for part in expression.removeprefix("$response.body#/").split("/"):
            document = document[int(part) if part.isdigit() else part]
        assert isinstance(document, str)
        return document


@pytest.fixture(scope="module")
def walk(ann: Api) -> Walk:
    ann.ended(ann.post("/runs/technique", {"technique_id": "words"}))
    ann.post("/webhook-secrets", None, 201)
    ann.send("POST", "/assets", files={"file": ("a.txt", b"linked")})
    return Walk(ann)


@pytest.mark.parametrize(
    ("name", "following"),
    [(name, each) for name in LINKS if name != NEEDS_A_PROVIDER for each in LINKS[name]],
)
def test_a_link_can_be_followed(walk: Walk, name: str, following: str) -> None:
    status = walk.follow(name, following)
    assert status == 409 if (name, following) == NOT_SENT else status in (200, 204)
