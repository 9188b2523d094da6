"""Brand kits as agents meet them: resources, suggestions, prompts, typed tools, and runs that use one."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types as t
import pytest

from limner.library import brand_folder

from .hosts import RawHost
from .modern import ModernHost, publish

ERAS = ("legacy", "modern")
SIGNED = """
technique_id: tech_signed
name: Signed
description: Say who it is from.
inputs: [{id: line, name: Line, type: text, description: What is said.}]
steps:
  join: {action: concat-text, inputs: {text: [$inputs.line, $brand.name, $brand.colors.primary]}}
outputs: [{id: line, name: Line, type: text, from: $steps.join.text}]
"""
MAYBE = SIGNED.replace("signed", "maybe-signed").replace("inputs: [{id", "brand_kit: optional\ninputs: [{id")
OWN_NAME = SIGNED.replace("signed", "own-name").replace("inputs: [{id: line", "inputs: [{id: brand_kit")
OWN_NAME = OWN_NAME.replace("$inputs.line", "$inputs.brand_kit")
SIGNED_CALL: dict[str, Any] = {"technique_id": "tech_signed", "inputs": {"line": "Hello"}, "wait_seconds": 40}


def own_kit(home: Path, name: str = "Mine") -> None:
    """Put a kit into the data folder; another name is another revision."""
    folder = home / "brands" / "mine"
    shutil.copytree(brand_folder() / "homestead", folder, dirs_exist_ok=True)
    text = (folder / "kit.yaml").read_text(encoding="utf-8")
    text = text.replace("brand_kit: homestead", "brand_kit: mine").replace("name: Homestead", f"name: {name}")
    (folder / "kit.yaml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("brands") / "home"
    for name, text in (("signed", SIGNED), ("maybe-signed", MAYBE), ("own-name", OWN_NAME)):
        publish(home, name, text)
    return home


@pytest.fixture(scope="module")
def hosts(home: Path) -> Iterator[dict[str, RawHost]]:
    tools = "signed,maybe-signed,own-name,palette-pull"
    with RawHost(home, LIMNER_TOOLS=tools) as legacy, ModernHost(home, LIMNER_TOOLS=tools) as modern:
        yield {"legacy": legacy, "modern": modern}


@pytest.fixture(params=ERAS)
def host(request: pytest.FixtureRequest, hosts: dict[str, RawHost]) -> RawHost:
    return hosts[request.param]


def completed(host: RawHost, ref: dict[str, str], typed: str) -> list[str]:
    params = {"ref": ref, "argument": {"name": "brand_kit", "value": typed}}
    return list(host.result(host.send("completion/complete", params))["completion"]["values"])


def text_of(answer: dict[str, Any]) -> str:
    """Return what a prompt says."""
    return str(answer["messages"][0]["content"]["text"])


def test_a_kit_is_a_resource(host: RawHost) -> None:
    listed = {each["uri"]: each for each in host.result(host.send("resources/list"))["resources"]}
    assert listed["limner://brands/homestead"]["title"] == "Homestead"
    templates = host.result(host.send("resources/templates/list"))["resourceTemplates"]
    assert "limner://brands/{brand_kit}" in [each["uriTemplate"] for each in templates]
    uri = "limner://brands/night-market"
    (read,) = host.result(host.send("resources/read", {"uri": uri}))["contents"]
    assert (read["uri"], read["mimeType"]) == (uri, "application/json")
    document = json.loads(read["text"])
    assert document["brand_kit"] == "night-market"
    assert document["revision"].startswith("rev_")
    assert document["palette"][0]["hex"] == "#14122b"
    assert {"type", "voice", "logo", "ratios", "references", "rubric"} <= set(document)
    for wrong in ("limner://brands/none", "limner://brands/", "limner://brands/../homestead"):
        error = host.answer(host.send("resources/read", {"uri": wrong}))["error"]
        assert error["code"] == t.INVALID_PARAMS


def test_kits_are_suggested_where_one_is_asked_for(host: RawHost) -> None:
    address = {"type": "ref/resource", "uri": "limner://brands/{brand_kit}"}
    assert completed(host, address, "HOME") == ["homestead"]
    assert {"homestead", "night-market"} <= set(completed(host, address, ""))
    assert completed(host, {"type": "ref/prompt", "name": "signed"}, "night") == ["night-market"]
    for name in ("palette-pull", "own-name", "no-such-prompt"):
        assert completed(host, {"type": "ref/prompt", "name": name}, "") == []


def test_a_prompt_takes_the_kit_of_a_technique_that_reads_one(host: RawHost) -> None:
    prompts = {each["name"]: each for each in host.result(host.send("prompts/list"))["prompts"]}
    arguments = {
        name: [(each["name"], each["required"]) for each in prompts[name]["arguments"]]
        for name in ("signed", "maybe-signed", "own-name", "palette-pull")
    }
    assert arguments["signed"] == [("line", True), ("brand_kit", True)]
    assert arguments["maybe-signed"] == [("line", True), ("brand_kit", False)]
    assert arguments["own-name"] == [("brand_kit", True)]
    assert ("brand_kit", False) not in arguments["palette-pull"]
    given = {"name": "signed", "arguments": {"line": "Hello", "brand_kit": "homestead"}}
    said = text_of(host.result(host.send("prompts/get", given)))
    call, _ = json.JSONDecoder().raw_decode(said, said.index("start_run with {") + len("start_run with "))
    assert call == {"technique_id": "tech_signed", "inputs": {"line": "Hello"}, "brand_kit": "homestead"}
    run = host.ask("start_run", {**call, "wait_seconds": 40})
    assert (run["status"], run["brand_kit"]) == ("completed", "homestead")
    asked = text_of(host.result(host.send("prompts/get", {"name": "signed", "arguments": {"line": "x"}})))
    assert "- brand_kit (an argument of start_run, beside inputs)" in asked
    optional = host.result(host.send("prompts/get", {"name": "maybe-signed", "arguments": {"line": "x"}}))
    assert "brand_kit" not in text_of(optional)


def test_a_run_uses_and_shows_its_kit(host: RawHost) -> None:
    run = host.ask("start_run", {**SIGNED_CALL, "brand_kit": "night-market"})
    assert run["brand_kit"] == "night-market"
    assert run["outputs"][0]["text"] == "Hello\nNight Market\n#ff4f79"
    assert "evaluation" in run
    assert host.ask("get_run", {"run_id": run["run_id"]})["brand_kit"] == "night-market"
    (row,) = host.ask("list_techniques", {"query": "tech_signed"})["techniques"]
    assert row["brand_kit"] == "required"
    example = host.ask("get_technique", {"technique_id": "maybe-signed"})
    assert example["brand_kit"] == "optional"
    assert "brand_kit" not in example["example"]


def test_a_missing_or_unknown_kit_is_refused_with_the_way_out_and_keeps_the_key_free(host: RawHost) -> None:
    call = {**SIGNED_CALL, "idempotency_key": f"kept-{id(host)}"}
    for given, words in (({}, "is required"), ({"brand_kit": "acme"}, "acme")):
        error = host.ask("start_run", {**call, **given})["error"]
        assert error["code"] == "input_validation_error"
        assert [each["field"] for each in error["fields"]] == ["brand_kit"]
        assert words in error["message"]
        assert "homestead" in error["next_step"]
    run = host.ask("start_run", {**call, "brand_kit": "homestead"})
    assert run["status"] == "completed"
    assert run["replayed"] is False
    conflict = host.ask("start_run", {**call, "brand_kit": "night-market"})["error"]
    assert conflict["code"] == "idempotency_conflict"
    assert {each["field"] for each in conflict["diff"]} == {"brand_kit.brand_kit", "brand_kit.revision"}


def test_a_typed_tool_takes_the_kit_of_a_technique_that_reads_one(host: RawHost) -> None:
    tools = {tool["name"]: tool["inputSchema"] for tool in host.result(host.send("tools/list"))["tools"]}
    assert "brand_kit" in tools["run_signed"]["properties"]
    assert "brand_kit" not in tools["run_palette_pull"]["properties"]
    assert "run_brand_kit" in tools["run_own_name"]["properties"]
    run = host.ask("run_signed", {"line": "Hi", "brand_kit": "homestead", "wait_seconds": 40})
    assert run["outputs"][0]["text"].startswith("Hi\nHomestead")
    other = host.ask("run_own_name", {"brand_kit": "Mine", "run_brand_kit": "homestead", "wait_seconds": 40})
    assert other["outputs"][0]["text"].startswith("Mine\nHomestead")
    error = host.ask("run_own_name", {"brand_kit": "Mine"})["error"]
    assert [each["field"] for each in error["fields"]] == ["run_brand_kit"]


def test_a_changed_kit_is_told_to_those_who_watch_it_and_to_no_list_but_the_resources(
    home: Path, hosts: dict[str, Any]
) -> None:
    legacy, modern = hosts["legacy"], hosts["modern"]
    own_kit(home)
    uri = "limner://brands/mine"
    error = legacy.answer(legacy.send("resources/subscribe", {"uri": "limner://brands/none"}))["error"]
    assert "limner://brands/none" in error["message"]
    legacy.result(legacy.send("resources/list"))
    legacy.result(legacy.send("resources/subscribe", {"uri": uri}))
    stream, honoured = modern.listen(
        resourcesListChanged=True, toolsListChanged=True, resourceSubscriptions=[uri, "limner://brands/none"]
    )
    assert honoured["resourceSubscriptions"] == [uri]
    legacy.notifications.clear()
    modern.notifications.clear()
    own_kit(home, "Ours")
    legacy.notified(lambda note: note.get("params", {}).get("uri") == uri)
    legacy.notified(lambda note: note["method"] == "notifications/resources/list_changed")
    modern.told("notifications/resources/list_changed", stream)
    assert modern.told("notifications/resources/updated", stream)["uri"] == uri
    for host in (legacy, modern):
        host.result(host.send("tools/list"))
        told = [note["method"] for note in host.notifications]
        assert "notifications/tools/list_changed" not in told
