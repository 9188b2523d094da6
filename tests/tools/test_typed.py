"""`run_<slug>` tools: which there are, what they take, and that they are start_run with the technique chosen."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .hosts import CHELSEA, COFFEE, RawHost, environment
from .modern import ModernHost, publish

CONTROLS = ["seed", "idempotency_key", "wait_seconds", "max_cost_usd"]
AWKWARD = """
technique_id: tech_awkward-names
name: Awkward Names
description: Make a code with inputs that are called as the controls are.
inputs:
  - {id: seed, name: Seed, type: text, description: Words.}
  - {id: wait_seconds, name: Wait, type: text, optional: true, schema: {default: x}}
  - {id: idempotency_key, name: Key, type: text, optional: true, schema: {default: x}}
  - {id: run_idempotency_key, name: Key, type: text, optional: true, schema: {default: x}}
steps:
  code:
    action: qr-code-generator
    inputs:
      text: "{{ inputs.seed }} {{ inputs.wait_seconds }}
        {{ inputs.idempotency_key }} {{ inputs.run_idempotency_key }}"
outputs: [{id: image, name: Image, type: imageUrl, from: $steps.code.image}]
"""
LATER = AWKWARD.replace("awkward-names", "later-on").replace("Awkward Names", "Later On")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("typed") / "home"
    publish(home, "awkward-names", AWKWARD)
    return home


@pytest.fixture(scope="module")
def host(home: Path) -> Iterator[RawHost]:
    with RawHost(home, LIMNER_TOOLS="all") as raw:
        yield raw


def typed(host: RawHost) -> dict[str, dict[str, Any]]:
    """Return the typed tools by name, in the order of the list."""
    tools = host.result(host.send("tools/list"))["tools"]
    assert all(not tool["name"].startswith("run_") for tool in tools[:8]), "they come after the others"
    return {tool["name"]: tool for tool in tools[8:]}


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("palette-pull,color-transfer", ["run_color_transfer", "run_palette_pull"]),
        ("color-transfer, palette-pull", ["run_color_transfer", "run_palette_pull"]),
    ],
)
def test_the_chosen_techniques_are_tools_in_one_order(home: Path, setting: str, names: list[str]) -> None:
    with RawHost(home, LIMNER_TOOLS=setting) as legacy, ModernHost(home, LIMNER_TOOLS=setting) as modern:
        assert list(typed(legacy)) == names
        assert typed(modern) == typed(legacy)


def test_without_the_setting_there_are_none(home: Path) -> None:
    with RawHost(home) as host:
        assert typed(host) == {}
        error = host.answer(host.call("run_palette_pull", {"image": COFFEE}))["error"]
    assert error["code"] == -32602


def test_all_are_the_published_techniques_in_id_order(host: RawHost) -> None:
    rows = host.ask("list_techniques", {"limit": 100})["techniques"]
    published = sorted(row["technique_id"] for row in rows if row["availability"] != "not_published")
    assert list(typed(host)) == [f"run_{each.removeprefix('tech_').replace('-', '_')}" for each in published]
    assert "run_awkward_names" in typed(host)


def test_the_inputs_are_those_of_the_techniques_ports_and_then_the_controls(host: RawHost) -> None:
    start = next(
        tool for tool in host.result(host.send("tools/list"))["tools"] if tool["name"] == "start_run"
    )
    for name, tool in typed(host).items():
        slug = name.removeprefix("run_").replace("_", "-")
        ports = host.ask("get_technique", {"technique_id": slug})["input_schema"]
        schema = tool["inputSchema"]
        shown = schema["properties"]
        assert {port: shown[port] for port in ports["properties"]} == ports["properties"]
        assert schema.get("required", []) == ports.get("required", [])
        assert list(shown)[: len(ports["properties"])] == list(ports["properties"])
        # An input of the technique's own may have a control's name: that is tested with `awkward-names`.
        if not ports["properties"].keys() & set(CONTROLS):
            controls = {each: start["inputSchema"]["properties"][each] for each in CONTROLS}
            assert {each: shown[each] for each in CONTROLS} == controls
            kit = {"brand_kit"} & shown.keys()
            assert len(shown) == len(ports["properties"]) + len(controls) + len(kit)


def test_a_tool_says_which_technique_it_runs_and_which_outputs_come(host: RawHost) -> None:
    tool = typed(host)["run_palette_pull"]
    assert tool["title"] == "Palette Pull"
    assert "tech_palette-pull" in tool["description"]
    assert "idempotency_key" in tool["description"]
    outputs = tool["outputSchema"]["properties"]["outputs"]
    assert outputs["items"]["properties"]["output_id"]["enum"] == ["swatches", "colors"]
    assert tool["annotations"]["readOnlyHint"] is False


def test_a_call_makes_what_start_run_makes_and_the_key_is_one_for_both(host: RawHost) -> None:
    given = {"idempotency_key": "both", "wait_seconds": 40}
    first = host.ask("run_palette_pull", {"image": COFFEE, "colors": 5, **given})
    again = host.ask(
        "start_run", {"technique_id": "palette-pull", "inputs": {"image": COFFEE, "colors": 5}, **given}
    )
    other = host.ask("run_palette_pull", {"image": CHELSEA, "colors": 5, **given})
    assert first["status"] == "completed"
    assert [each["output_id"] for each in first["outputs"]] == ["swatches", "colors"]
    assert len(json.loads(first["outputs"][1]["text"])) == 5
    assert (again["run_id"], again["replayed"]) == (first["run_id"], True)
    assert other["error"]["code"] == "idempotency_conflict"
    assert other["error"]["run_id"] == first["run_id"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "image"),
        ({"image": COFFEE, "colors": 99}, "colors"),
        ({"image": COFFEE, "colors": "many"}, "colors"),
        ({"image": COFFEE, "colours": 5}, "colours"),
        ({"image": "/nowhere/at-all.png"}, "image"),
        ({"image": COFFEE, "seed": -1}, "seed"),
        ({"image": COFFEE, "idempotency_key": ""}, "idempotency_key"),
    ],
)
def test_what_is_wrong_is_named_as_the_tool_names_it(
    host: RawHost, arguments: dict[str, Any], field: str
) -> None:
    result = host.result(host.call("run_palette_pull", arguments))
    error = result["structuredContent"]["error"]
    assert result["isError"] is True
    assert error["code"] == "input_validation_error"
    assert [each["field"] for each in error["fields"]] == [field]
    assert error["message"].startswith(f"{field}: ")


def test_an_input_with_a_controls_name_keeps_it_and_the_control_gets_another(host: RawHost) -> None:
    tool = typed(host)["run_awkward_names"]
    shown = tool["inputSchema"]["properties"]
    assert shown["seed"]["type"] == "string"
    assert shown["run_seed"]["type"] == "integer"
    assert "run_run_idempotency_key" in tool["description"]
    call = {
        "seed": "words",
        "wait_seconds": "not a number",
        "idempotency_key": "an input",
        "run_wait_seconds": 40,
        "run_run_idempotency_key": "the key",
        "run_seed": 7,
    }
    run = host.ask("run_awkward_names", call)
    again = host.ask("run_awkward_names", call)
    assert (run["status"], run["seed"], run["idempotency_key"]) == ("completed", 7, "the key")
    assert (again["run_id"], again["replayed"]) == (run["run_id"], True)
    wrong = host.ask("run_awkward_names", {**call, "run_seed": -1})["error"]
    assert [each["field"] for each in wrong["fields"]] == ["run_seed"]


def test_a_name_that_no_technique_has_is_told_to_the_operator(home: Path) -> None:
    with RawHost(home, LIMNER_TOOLS="palette-pull,pallete") as host:
        assert list(typed(host)) == ["run_palette_pull"]
        typed(host)
    warnings = [line for line in host.stderr.decode().splitlines() if "tool_not_there" in line]
    assert len(warnings) == 1
    assert "pallete" in warnings[0]


@pytest.mark.parametrize(("setting", "result"), [("pallete,palette-pull", "warning"), ("all", "ok")])
def test_the_doctor_checks_the_setting(home: Path, setting: str, result: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "limner", "doctor", "--json"],
        env={**os.environ, **environment(home, LIMNER_TOOLS=setting)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    checks = [check for check in json.loads(done.stdout)["checks"] if check["id"] == "tools"]
    assert [check["result"] for check in checks] == [result]
    assert ("pallete" in checks[0]["message"]) is (result == "warning")
    assert done.returncode == 0


def test_a_technique_that_is_published_later_becomes_a_tool(home: Path) -> None:
    with RawHost(home, LIMNER_TOOLS="later-on") as host:
        assert typed(host) == {}
        publish(home, "later-on", LATER)
        host.notified(lambda note: note["method"] == "notifications/tools/list_changed")
        assert list(typed(host)) == ["run_later_on"]
        run = host.ask("run_later_on", {"seed": "words", "run_wait_seconds": 40})
    assert run["status"] == "completed"
