"""The OpenAPI document and the page that shows it.

After a change that is meant, write the golden file anew and review it:
`LIMNER_REGENERATE=1 python -m pytest tests/rest/test_openapi.py`
"""

import difflib
import json
import os
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from limner import __version__

from .calling import Api

GOLDEN = Path(__file__).parents[1] / "contract" / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
CONTRACT = [
    "GET /techniques",
    "GET /techniques/{technique_id}",
    "POST /techniques/{technique_id}/runs",
    "GET /techniques/{technique_id}/runs/{run_id}",
    "GET /technique-runs",
    "POST /runs/technique",
    "POST /runs/generation",
    "POST /runs/action",
    "GET /runs/{run_id}",
    "GET /runs/{run_id}/events",
    "POST /runs/{run_id}/cancel",
    "GET /models",
    "GET /actions",
    "GET /actions/{action_id}",
    "POST /assets",
    "GET /assets",
    "POST /assets/{asset_id}/complete",
    "GET /workspaces",
    "GET /projects",
]


@pytest.fixture(scope="module")
def document(ann: Api) -> dict[str, Any]:
    found: dict[str, Any] = ann.get("/openapi.json")
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def nodes(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def test_the_document_is_the_one_that_was_reviewed(document: dict[str, Any]) -> None:
    shown = {**document, "info": {**document["info"], "version": "VERSION"}}
    text = json.dumps(shown, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert document["info"]["version"] == __version__
    if os.environ.get("LIMNER_REGENERATE"):
        GOLDEN.write_text(text)
    known = GOLDEN.read_text()
    changes = difflib.unified_diff(known.splitlines(), text.splitlines(), "reviewed", "now", lineterm="", n=2)
    assert text == known, "\n".join(list(changes)[:80])


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    from schemathesis.specs.openapi.definitions import OPENAPI_31

    assert document["openapi"] == "3.1.0"
    Draft202012Validator(OPENAPI_31).validate(document)


def test_every_schema_is_valid_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description"), f"{name} says what it is"
    for node in nodes(document):
        if isinstance(node.get("$ref"), str):
            found: Any = document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]


def test_every_operation_of_the_contract_is_there(document: dict[str, Any]) -> None:
    assert set(CONTRACT) <= set(operations(document))


def test_every_operation_says_how_it_is_called_and_how_it_fails(document: dict[str, Any]) -> None:
    names = [each["operationId"] for each in operations(document).values()]
    assert len(names) == len(set(names))
    for name, operation in operations(document).items():
        assert operation["description"] and operation["tags"], name
        answers = operation["responses"]
        assert {"400", "401", "403", "413", "421", "429", "500", "503"} <= set(answers), name
        for status, answer in answers.items():
            assert "request-id" in answer["headers"], (name, status)
            assert ("retry-after" in answer["headers"]) == (status in ("429", "503"))
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorAnswer"}, (name, status)
        given = {(each["in"], each["name"]) for each in operation.get("parameters", ())}
        assert {("path", each) for each in re.findall(r"{(\w+)}", name)} <= given
        if not name.startswith("GET"):
            assert ("header", "Idempotency-Key") in given, name
            assert {"409", "422"} <= set(answers), name
        for each in operation.get("parameters", ()):
            assert each.get("description"), (name, each["name"])
            assert {"type": "null"} not in each["schema"].get("anyOf", ())


def test_every_link_names_an_operation_and_its_parameters(document: dict[str, Any]) -> None:
    by_id = {each["operationId"]: each for each in operations(document).values()}
    links = [
        (name, link)
        for operation in by_id.values()
        for answer in operation["responses"].values()
        for name, link in answer.get("links", {}).items()
    ]
    assert len(links) > 20
    for name, link in links:
        target = by_id[link["operationId"]]
        assert name == link["operationId"]
        known = {each["name"] for each in target["parameters"]}
        needed = {each["name"] for each in target["parameters"] if each["in"] == "path"}
        assert needed <= set(link["parameters"]) <= known


class Page(HTMLParser):
    """What stands on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))
        self.loads += [str(given[name]) for name in ("src", "srcset", "action") if given.get(name)]
        assert not any(name.startswith("on") or name == "style" for name in given), given

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def page(ann: Api) -> Page:
    return Page(ann.send("GET", "/docs").text)


def plain(text: str) -> str:
    """Return a text as it stands on the page: what is code has no backticks there."""
    return text.replace("`", "")


def test_the_reference_page_has_every_operation_and_every_shape(page: Page, document: dict[str, Any]) -> None:
    text = " ".join("".join(page.words).split())
    assert len(page.ids) == len(set(page.ids))
    for name, operation in operations(document).items():
        assert operation["operationId"] in page.ids, name
        assert plain(operation["description"]) in text, name
        for each in operation.get("parameters", ()):
            assert each["name"] in text
    for name, schema in document["components"]["schemas"].items():
        assert f"shape-{name}" in page.ids
        for field, value in schema.get("properties", {}).items():
            assert field in text and plain(value.get("description", "")) in text, (name, field)


def test_every_operation_is_shown_as_a_command_that_fits_it(page: Page, document: dict[str, Any]) -> None:
    commands = [shlex.split(each) for each in page.words if each.startswith("curl ")]
    known = list(operations(document).items())
    assert len(commands) == len(known)
    for (name, operation), command in zip(known, commands, strict=True):
        method = (
            "DELETE" if "DELETE" in command else "POST" if "POST" in command or "--json" in command else "GET"
        )
        path = re.sub(r"{\w+}", "[^/{}]+", name.partition(" ")[2])
        assert name.startswith(method) and re.fullmatch(f"http://[^/]+/api/v1{path}", command[1]), command
        if "--json" in command:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            body = json.loads(command[command.index("--json") + 1])
            Draft202012Validator({**schema, "components": document["components"]}).validate(body)


def test_every_link_of_the_reference_page_leads_somewhere(page: Page) -> None:
    inside = [each for each in page.links if each.startswith("#")]
    assert len(inside) > 60
    for each in inside:
        assert each[1:] in page.ids, each
    assert set(page.links) - set(inside) == {"openapi.json"}


def test_the_reference_page_runs_and_loads_nothing(ann: Api, page: Page) -> None:
    answer = ann.send("GET", "/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert (
        "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'none'" in policy
    )
    assert page.loads == [] and not page.tags & {"script", "link", "img", "iframe", "object", "base"}
    assert "url(" not in answer.text and "@import" not in answer.text


def test_shapes_of_answers_allow_null_only_where_it_is_sent(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    for name, schema in shapes.items():
        if name.startswith(("New", "Start")) or name in ("TechniqueRunBody", "ActionInput", "PortValue"):
            continue
        for field, value in schema.get("properties", {}).items():
            if {"type": "null"} in value.get("anyOf", ()):
                assert field in schema["required"], (name, field)
