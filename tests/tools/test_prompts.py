"""What a person picks and types in a host: prompts, suggestions, and techniques as resources."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types as t
import pytest

from limner.config import read_settings
from limner.server import open_studio

from .hosts import COFFEE, RawHost, environment, film_call
from .modern import ModernHost, publish

ERAS = ("legacy", "modern")
CHOICES = """
technique_id: tech_many-choices
name: Many Choices
description: Make a code, with inputs of every kind a person can type.
inputs:
  - {id: words, name: Words, type: text, description: What it says.}
  - {id: level, name: Level, type: text, optional: true, schema: {enum: [low, medium, Large], default: low}}
  - {id: loud, name: Loud, type: text, optional: true, schema: {type: boolean, default: false}}
  - {id: sizes, name: Sizes, type: text, allow_multiple: true, optional: true,
     schema: {items: {type: integer, minimum: 1, maximum: 9}, minItems: 1, maxItems: 3}}
steps:
  code:
    action: qr-code-generator
    inputs: {text: "{{ inputs.words }} {{ inputs.level }} {{ inputs.loud }} {{ inputs.sizes | join }}"}
outputs: [{id: image, name: Image, type: imageUrl, from: $steps.code.image}]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("prompts") / "home"
    publish(home, "many-choices", CHOICES)
    return home


@pytest.fixture(scope="module")
def hosts(home: Path) -> Iterator[dict[str, RawHost]]:
    with RawHost(home) as legacy, ModernHost(home) as modern:
        yield {"legacy": legacy, "modern": modern}


@pytest.fixture(params=ERAS)
def host(request: pytest.FixtureRequest, hosts: dict[str, RawHost]) -> RawHost:
    return hosts[request.param]


def listed(host: RawHost) -> dict[str, dict[str, Any]]:
    """Return the prompts by name, in order."""
    return {each["name"]: each for each in host.result(host.send("prompts/list"))["prompts"]}


def said(host: RawHost, name: str, arguments: dict[str, str] | None = None) -> str:
    """Return what a prompt says."""
    given = {"name": name} | ({"arguments": arguments} if arguments is not None else {})
    (message,) = host.result(host.send("prompts/get", given))["messages"]
    assert (message["role"], message["content"]["type"]) == ("user", "text")
    return str(message["content"]["text"])


def call_in(text: str) -> dict[str, Any]:
    """Return the call of start_run that a prompt spells out."""
    call, _ = json.JSONDecoder().raw_decode(text, text.index("start_run with {") + len("start_run with "))
    return dict(call)


def completed(host: RawHost, ref: dict[str, str], name: str, typed: str, **context: Any) -> list[str]:
    """Return what may be suggested."""
    params = {"ref": ref, "argument": {"name": name, "value": typed}, **context}
    completion = host.result(host.send("completion/complete", params))["completion"]
    assert completion["total"] == len(completion["values"]) or completion["hasMore"]
    return list(completion["values"])


def test_there_is_a_prompt_for_an_open_wish_and_one_per_technique_that_runs(host: RawHost) -> None:
    rows = host.ask("list_techniques", {"limit": 100, "runnable_only": True})["techniques"]
    prompts = listed(host)
    assert list(prompts) == ["make_media", *(row["technique_id"].removeprefix("tech_") for row in rows)]
    assert prompts["palette-pull"]["title"] == "Palette Pull"
    assert [each["name"] for each in prompts["palette-pull"]["arguments"]] == ["image", "colors"]
    assert [each["required"] for each in prompts["palette-pull"]["arguments"]] == [True, False]
    for prompt in prompts.values():
        assert prompt["description"]
        assert all(argument["description"] for argument in prompt["arguments"])


def test_a_prompt_with_its_arguments_spells_the_call_that_works(host: RawHost) -> None:
    text = said(host, "palette-pull", {"image": f" {COFFEE} ", "colors": "5"})
    call = call_in(text)
    assert call == {"technique_id": "tech_palette-pull", "inputs": {"image": COFFEE, "colors": 5}}
    assert "ask me" not in text
    assert "idempotency_key" in text
    assert "view_output" in text
    run = host.ask("start_run", {**call, "wait_seconds": 40})
    assert run["status"] == "completed"


def test_a_prompt_without_arguments_has_the_assistant_ask_for_what_is_missing(host: RawHost) -> None:
    text = said(host, "color-transfer")
    assert "ask me" in text
    assert "- image: The picture to grade." in text
    assert "- reference: The picture whose colors to take." in text
    assert "- strength" not in text
    assert call_in(text) == {"technique_id": "tech_color-transfer", "inputs": {}}
    assert said(host, "color-transfer", {"image": "  "}) == text


def test_an_open_wish_is_passed_on(host: RawHost) -> None:
    text = said(host, "make_media", {"wish": "a mood board of harbour.jpg"})
    assert "a mood board of harbour.jpg" in text
    assert "list_techniques" in text
    assert "start_run" in text
    assert "ask me what I want" in said(host, "make_media")


def test_what_a_person_types_becomes_the_inputs_type(host: RawHost) -> None:
    text = said(host, "many-choices", {"words": "12", "level": "Large", "loud": "true", "sizes": "1, 2,3"})
    inputs = {"words": "12", "level": "Large", "loud": True, "sizes": [1, 2, 3]}
    assert call_in(text)["inputs"] == inputs


@pytest.mark.parametrize(
    ("name", "arguments", "named"),
    [
        ("palette-pull", {"image": COFFEE, "colors": "many"}, "colors"),
        ("palette-pull", {"image": COFFEE, "colors": "13"}, "colors"),
        ("palette-pull", {"picture": COFFEE}, "picture"),
        ("many-choices", {"words": "w", "level": "huge"}, "level"),
        ("many-choices", {"words": "w", "sizes": "1,twelve"}, "sizes.1"),
        ("many-choices", {"words": "w" * 5000}, "words"),
        ("make_media", {"wish": "x", "mood": "y"}, "mood"),
        ("no-such-prompt", {}, "no-such-prompt"),
    ],
)
def test_what_a_prompt_does_not_take_is_an_error_that_names_it(
    host: RawHost, name: str, arguments: dict[str, str], named: str
) -> None:
    error = host.answer(host.send("prompts/get", {"name": name, "arguments": arguments}))["error"]
    assert error["code"] == t.INVALID_PARAMS
    assert named in error["message"]


@pytest.mark.parametrize(
    ("argument", "typed", "values"),
    [
        ("level", "", ["low", "medium", "Large"]),
        ("level", "l", ["low", "Large"]),
        ("level", "x", []),
        ("loud", "t", ["true"]),
        ("words", "", []),
        ("none", "", []),
    ],
)
def test_values_are_suggested_for_a_prompts_arguments(
    host: RawHost, argument: str, typed: str, values: list[str]
) -> None:
    assert completed(host, {"type": "ref/prompt", "name": "many-choices"}, argument, typed) == values


def test_ids_are_suggested_for_the_addresses_of_resources(host: RawHost) -> None:
    run = host.ask("start_run", film_call("suggested", 1.51, wait_seconds=45))
    technique = {"type": "ref/resource", "uri": "limner://techniques/{technique_id}"}
    output = {"type": "ref/resource", "uri": "limner://runs/{run_id}/outputs/{output_id}"}
    assert completed(host, technique, "technique_id", "palette") == ["tech_palette-pull"]
    assert completed(host, technique, "technique_id", "Color-T") == ["tech_color-transfer"]
    assert len(completed(host, technique, "technique_id", "")) >= 7
    assert run["run_id"] in completed(host, output, "run_id", run["run_id"][:9])
    assert completed(host, output, "run_id", "run_none") == []
    context = {"context": {"arguments": {"run_id": run["run_id"]}}}
    assert completed(host, output, "output_id", "", **context) == ["video"]
    assert completed(host, output, "output_id", "x", **context) == []
    assert completed(host, output, "output_id", "") == []
    unknown = {"context": {"arguments": {"run_id": "run_none"}}}
    assert completed(host, output, "output_id", "", **unknown) == []


def test_a_technique_is_a_resource(host: RawHost) -> None:
    shown = host.ask("get_technique", {"technique_id": "palette-pull"})
    for name in ("palette-pull", "tech_palette-pull"):
        uri = f"limner://techniques/{name}"
        (read,) = host.result(host.send("resources/read", {"uri": uri}))["contents"]
        assert (read["uri"], read["mimeType"]) == (uri, "application/json")
        assert json.loads(read["text"]).items() <= shown.items()
    error = host.answer(host.send("resources/read", {"uri": "limner://techniques/none"}))["error"]
    assert error["code"] == t.INVALID_PARAMS
    listed = host.result(host.send("resources/list"))["resources"]
    assert "limner://techniques/palette-pull" in [each["uri"] for each in listed]


def test_a_cursor_that_no_list_gave_is_an_error(host: RawHost) -> None:
    for method in ("prompts/list", "resources/list"):
        error = host.answer(host.send(method, {"cursor": "elsewhere"}))["error"]
        assert error["code"] == t.INVALID_PARAMS
        assert "cursor" in error["message"]


@pytest.mark.anyio
async def test_a_library_of_more_than_a_page_of_techniques_comes_in_pages(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "techniques").mkdir(parents=True)
    names = [f"many-choices-{number}" for number in range(102)]
    for name in names:
        (home / "techniques" / f"{name}.yaml").write_text(
            CHOICES.replace("many-choices", name), encoding="utf-8"
        )
    settings = read_settings(environment(home))
    async with open_studio(settings, works=False) as studio:
        for name in names:
            await studio.techniques.publish(name)
    with RawHost(home, LIMNER_TOOLS="all") as host:
        for method, key in (("prompts/list", "name"), ("resources/list", "uri")):
            first = host.result(host.send(method))
            second = host.result(host.send(method, {"cursor": first["nextCursor"]}))
            items = [*first[method.split("/")[0]], *second[method.split("/")[0]]]
            assert "nextCursor" not in second
            found = {each[key].removeprefix("limner://techniques/") for each in items}
            assert set(names) < found
            assert len(items) == len(found)
        tools = host.result(host.send("tools/list"))
        start = next(tool for tool in tools["tools"] if tool["name"] == "start_run")
    assert len([tool for tool in tools["tools"] if tool["name"].startswith("run_many_choices_")]) == len(
        names
    )
    assert "enum" not in start["inputSchema"]["properties"]["technique_id"]
