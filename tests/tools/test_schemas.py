"""What agents are shown: portable schemas, small enough, and any change of them a reviewed diff.

After a change that is meant, write the golden files anew and review them:
`LIMNER_REGENERATE=1 python -m pytest tests/tools/test_schemas.py`
"""

import difflib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from .hosts import RawHost

GOLDEN = Path(__file__).parents[1] / "contract"
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
}
ERAS = ("legacy", "modern")
MAX_CHARS = 14_000
NAME = re.compile(r"[a-z0-9_]{1,64}")
FORBIDDEN = {
    "$ref",
    "$defs",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "patternProperties",
    "const",
}
WITHOUT_OUTPUT_SCHEMA = {"view_output"}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return tools/list as each era is sent it."""
    with RawHost(tmp_path_factory.mktemp("legacy") / "home") as host:
        legacy = host.result(host.send("tools/list"))
    modern_host = RawHost(tmp_path_factory.mktemp("modern") / "home")
    modern = modern_host.result(modern_host.send("tools/list", {"_meta": MODERN}))
    modern_host.close()
    return {"legacy": legacy, "modern": modern}


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema object in a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from nodes(value)


@pytest.mark.parametrize("era", ERAS)
def test_input_schemas_are_portable(listed: dict[str, dict[str, Any]], era: str) -> None:
    for tool in listed[era]["tools"]:
        schema = tool["inputSchema"]
        Draft202012Validator.check_schema(schema)
        assert NAME.fullmatch(tool["name"])
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert set(schema.get("required", ())) <= schema["properties"].keys()
        for name, value in schema["properties"].items():
            assert NAME.fullmatch(name), name
            assert isinstance(value["type"], str), f"{tool['name']}.{name}: no union types"
            assert value["description"], f"{tool['name']}.{name}"
        for node in nodes(schema):
            assert not FORBIDDEN & node.keys(), tool["name"]


@pytest.mark.parametrize("era", ERAS)
def test_limits_stand_in_the_descriptions_because_hosts_strip_them(
    listed: dict[str, dict[str, Any]], era: str
) -> None:
    for tool in listed[era]["tools"]:
        for name, value in tool["inputSchema"]["properties"].items():
            if "maximum" in value:
                assert str(value["maximum"]) in value["description"], f"{tool['name']}.{name}"
                assert str(value["minimum"]) in value["description"], f"{tool['name']}.{name}"


@pytest.mark.parametrize("era", ERAS)
def test_output_schemas_are_objects_so_that_no_client_drops_the_list(
    listed: dict[str, dict[str, Any]], era: str
) -> None:
    for tool in listed[era]["tools"]:
        if tool["name"] in WITHOUT_OUTPUT_SCHEMA:
            assert "outputSchema" not in tool
            continue
        schema = tool["outputSchema"]
        Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert {"error", "next_step"} <= schema["properties"].keys()
        assert "required" not in schema  # an error fits it too


@pytest.mark.parametrize("era", ERAS)
def test_hints_tell_the_truth(listed: dict[str, dict[str, Any]], era: str) -> None:
    hints = {tool["name"]: tool["annotations"] for tool in listed[era]["tools"]}
    assert {name for name, hint in hints.items() if not hint["readOnlyHint"]} == {"start_run", "cancel_run"}
    assert hints["cancel_run"]["destructiveHint"] is True
    assert hints["start_run"]["openWorldHint"] is True


@pytest.mark.parametrize("era", ERAS)
def test_the_list_is_short_enough_for_a_model(listed: dict[str, dict[str, Any]], era: str) -> None:
    chars = len(json.dumps(listed[era], ensure_ascii=False, separators=(",", ":")))
    assert chars <= MAX_CHARS


def test_both_eras_are_shown_the_same_tools(listed: dict[str, dict[str, Any]]) -> None:
    assert listed["legacy"]["tools"] == listed["modern"]["tools"]


def test_start_run_names_the_published_techniques(listed: dict[str, dict[str, Any]]) -> None:
    start = next(tool for tool in listed["legacy"]["tools"] if tool["name"] == "start_run")
    ids = start["inputSchema"]["properties"]["technique_id"]["enum"]
    assert "tech_palette-pull" in ids
    assert ids == sorted(ids)
    assert all(each.startswith("tech_") for each in ids)


@pytest.mark.parametrize("era", ERAS)
def test_what_agents_see_is_what_was_reviewed(listed: dict[str, dict[str, Any]], era: str) -> None:
    path = GOLDEN / f"tools.{era}.json"
    shown = json.dumps(stable(listed[era]), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("LIMNER_REGENERATE"):
        path.write_text(shown, encoding="utf-8")
    reviewed = path.read_text(encoding="utf-8")
    diff = "\n".join(
        difflib.unified_diff(
            reviewed.splitlines(), shown.splitlines(), f"reviewed {path.name}", "now", lineterm=""
        )
    )
    assert shown == reviewed, f"{diff}\n\nIf this is meant: {(__doc__ or '').strip().splitlines()[-1]}"


def stable(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result without the server's version."""
    return {name: value for name, value in result.items() if name != "_meta"}
