"""The main job through the official Python client, in both eras of the protocol."""

import base64
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError
from mcp_types import CallToolResult
from PIL import Image

from .hosts import CHELSEA, COFFEE, client, make_workspace

pytestmark = pytest.mark.anyio

TOOLS = (
    "list_techniques",
    "get_technique",
    "start_run",
    "get_run",
    "list_models",
    "list_runs",
    "cancel_run",
    "view_output",
)
VERSIONS = {"auto": "2026-07-28", "legacy": "2025-11-25"}


class Host:
    """The official client, checking what every answer must keep."""

    def __init__(self, connected: Client, mode: str, home: Path) -> None:
        self.client = connected
        self.mode = mode
        self.home = home
        self.output_schemas: dict[str, dict[str, Any]] = {}

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """Call a tool; its structured content is the first text block, and fits the tool's output schema."""
        if not self.output_schemas:
            listed = (await self.client.list_tools()).tools
            self.output_schemas = {each.name: each.output_schema for each in listed if each.output_schema}
        result = await self.client.call_tool(tool, arguments)
        if result.structured_content is not None:
            assert result.content[0].type == "text"
            assert json.loads(result.content[0].text) == result.structured_content
        if tool in self.output_schemas:
            assert result.structured_content is not None
            Draft202012Validator(self.output_schemas[tool]).validate(result.structured_content)
        return result

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool and return its structured content, which is no error."""
        result = await self.call(tool, **arguments)
        assert not result.is_error, result.structured_content
        assert result.structured_content is not None
        return result.structured_content

    async def palette(self, **more: Any) -> dict[str, Any]:
        """Return a finished run of palette-pull."""
        given = {"inputs": {"image": COFFEE}, "idempotency_key": "palette", **more}
        return await self.ask("start_run", technique_id="tech_palette-pull", wait_seconds=40, **given)


def bytes_of(output: dict[str, Any]) -> bytes:
    """Return an output's file."""
    return Path(output["path"]).read_bytes()


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=VERSIONS)
async def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Host]:
    home = tmp_path_factory.mktemp(request.param) / "home"
    async with client(home, request.param) as connected:
        yield Host(connected, request.param, home)


async def test_the_client_speaks_its_era_and_is_told_how_to_begin(host: Host) -> None:
    assert host.client.protocol_version == VERSIONS[host.mode]
    assert host.client.server_info is not None
    assert host.client.server_info.name == "limner"
    assert "list_techniques" in (host.client.instructions or "")


async def test_the_eight_tools_are_listed_in_one_order(host: Host) -> None:
    listed = (await host.client.list_tools()).tools
    assert tuple(tool.name for tool in listed) == TOOLS
    hints = {tool.name: tool.annotations.read_only_hint for tool in listed if tool.annotations}
    assert [name for name, is_read_only in hints.items() if not is_read_only] == ["start_run", "cancel_run"]


async def test_techniques_are_listed_with_what_a_first_call_needs(host: Host) -> None:
    found = await host.ask("list_techniques", query="palette")
    row = next(each for each in found["techniques"] if each["technique_id"] == "tech_palette-pull")
    assert row["availability"] == "ready"
    assert row["price_usd"] == 0
    assert row["signature"] == "image: imageUrl, colors?: 3–12 = 6 → swatches: imageUrl, colors: text"
    assert "schema" not in str(row)


async def test_techniques_page_by_cursor_to_the_same_list(host: Host) -> None:
    whole = await host.ask("list_techniques", limit=100)
    ids = [each["technique_id"] for each in whole["techniques"]]
    assert whole["meta"] == {"next_cursor": None, "total_estimate": len(ids)}
    paged, cursor = [], {}
    while cursor is not None:
        page = await host.ask("list_techniques", limit=2, **cursor)
        assert len(page["techniques"]) <= 2
        paged += [each["technique_id"] for each in page["techniques"]]
        cursor = {"cursor": page["meta"]["next_cursor"]} if page["meta"]["next_cursor"] else None
    assert paged == ids


async def test_a_technique_says_its_schemas_and_an_example_that_fits_them(host: Host) -> None:
    by_id = await host.ask("get_technique", technique_id="tech_palette-pull")
    assert await host.ask("get_technique", technique_id="palette-pull") == by_id
    Draft202012Validator.check_schema(by_id["input_schema"])
    Draft202012Validator.check_schema(by_id["output_schema"])
    Draft202012Validator(by_id["input_schema"]).validate(by_id["example"]["inputs"])
    assert by_id["example"]["technique_id"] == "tech_palette-pull"
    assert by_id["revision"].startswith("rev_")
    assert [port["id"] for port in by_id["outputs"]] == ["swatches", "colors"]


async def test_the_main_job_gives_a_picture_of_the_size_it_says_and_the_colors_in_it(host: Host) -> None:
    run = await host.palette()
    assert run["status"] == "completed"
    assert (run["phase"], run["progress"]) == ("done", 100)
    assert run["cost"] == {"estimated_usd": 0, "charged_usd": 0}
    swatches, colors = run["outputs"]
    with Image.open(swatches["path"]) as picture:
        picture.load()
        assert picture.size == (swatches["width"], swatches["height"])
        assert picture.width * 9 == picture.height * 16
        assert f"image/{(picture.format or '').lower()}" == swatches["media_type"]
    assert len(bytes_of(swatches)) == swatches["size_bytes"]
    found = json.loads(colors["text"])
    assert len({color["hex"] for color in found}) == 6
    assert 0.9 < sum(color["share"] for color in found) < 1.01


async def test_a_run_without_events_is_under_two_kilobytes(host: Host) -> None:
    run = await host.palette()
    assert len(json.dumps(run, ensure_ascii=False, separators=(",", ":")).encode()) < 2048


async def test_each_file_is_linked_and_can_be_read_as_a_resource(host: Host) -> None:
    run = await host.palette()
    result = await host.call("get_run", run_id=run["run_id"])
    links = [block for block in result.content if block.type == "resource_link"]
    assert [link.name for link in links] == ["swatches"]
    read = await host.client.read_resource(links[0].uri)
    facts = json.loads(read.contents[0].text)  # above the limit for a message: its place, and a preview
    assert facts["path"] == run["outputs"][0]["path"]
    assert read.contents[1].mime_type in ("image/jpeg", "image/png", "image/webp")
    text = await host.client.read_resource(f"limner://runs/{run['run_id']}/outputs/colors")
    assert text.contents[0].text == run["outputs"][1]["text"]
    whole = await host.client.read_resource(f"limner://runs/{run['run_id']}")
    assert json.loads(whole.contents[0].text)["outputs"] == run["outputs"]


async def test_an_output_can_be_looked_at_in_at_most_512_kilobytes(host: Host) -> None:
    run = await host.palette()
    result = await host.client.call_tool("view_output", {"run_id": run["run_id"], "max_pixels": 2048})
    assert result.structured_content is None
    facts, picture = result.content
    assert json.loads(facts.text)["path"] == run["outputs"][0]["path"]
    assert picture.type == "image"

    data = base64.b64decode(picture.data)
    assert len(data) <= 512 * 1024
    with Image.open(io.BytesIO(data)) as opened:
        assert max(opened.size) <= 2048
    text = await host.client.call_tool("view_output", {"run_id": run["run_id"], "output_id": "colors"})
    assert text.content[0].text == run["outputs"][1]["text"]


async def test_the_whole_log_of_a_run_has_no_gap(host: Host) -> None:
    run = await host.palette()
    whole = await host.ask("get_run", run_id=run["run_id"], since_seq=0)
    events = whole["events"]
    assert [event["seq"] for event in events] == list(range(1, run["last_seq"] + 1))
    assert (events[0]["type"], events[-1]["type"]) == ("queued", "completed")
    progress = [event["progress"] for event in events if "progress" in event]
    assert progress == sorted(progress)
    assert all(event["at"] >= run["created_at"] for event in events)
    rest = await host.ask("get_run", run_id=run["run_id"], since_seq=3)
    assert rest["events"] == events[3:]
    assert "events" not in await host.ask("get_run", run_id=run["run_id"])


async def test_a_dry_run_checks_and_prices_and_starts_nothing(host: Host) -> None:
    before = await host.ask("list_runs", limit=100)
    inputs = {"image": CHELSEA, "colors": 12}
    priced = await host.ask(
        "start_run", technique_id="palette-pull", inputs=inputs, dry_run=True, idempotency_key="dry"
    )
    assert priced["cost"] == {
        "estimated_usd": 0,
        "by_step": [{"step": "palette", "estimated_usd": 0, "count": 1}],
    }
    assert "run_id" not in priced
    refused = await host.call("start_run", technique_id="palette-pull", inputs={"image": 5}, dry_run=True)
    assert refused.is_error
    assert await host.ask("list_runs", limit=100) == before
    unknown = await host.call("get_run", idempotency_key="dry")
    assert unknown.is_error


async def test_runs_page_by_cursor_newest_first(host: Host) -> None:
    _, project = await make_workspace(host.home, "paged")
    for text in ("one", "two", "three"):
        await host.ask("start_run", action_id="qr-code-generator", inputs={"text": text}, project_id=project)
    pages, cursor = [], {}
    while cursor is not None:
        page = await host.ask("list_runs", project_id=project, limit=2, **cursor)
        pages.append([row["run_id"] for row in page["runs"]])
        cursor = {"cursor": page["meta"]["next_cursor"]} if page["meta"]["next_cursor"] else None
    assert [len(page) for page in pages] == [2, 1]
    whole = await host.ask("list_runs", project_id=project)
    assert [row["run_id"] for row in whole["runs"]] == pages[0] + pages[1]
    made = [row["created_at"] for row in whole["runs"]]
    assert made == sorted(made, reverse=True)
    none = await host.ask("list_runs", project_id=project, status="failed")
    assert none["runs"] == []


async def test_models_are_listed_as_they_are_and_no_more(host: Host) -> None:
    listed = await host.ask("list_models")
    real = {model["type"] for model in listed["models"] if model["fidelity"] != "layout-draft"}
    missing = {each["type"] for each in listed["unavailable"]}
    assert real | missing == {"image", "video", "audio", "text"}
    assert not real & missing
    assert all(each["availability"] == "needs_provider" for each in listed["unavailable"])
    available = await host.ask("list_models", available_only=True)
    assert available["models"] == listed["models"]
    assert "unavailable" not in available


async def test_cancelling_a_finished_run_leaves_it_as_it_is(host: Host) -> None:
    run = await host.palette()
    cancelled = await host.ask("cancel_run", run_id=run["run_id"])
    assert cancelled["status"] == "completed"
    assert cancelled["outputs"] == run["outputs"]
    assert cancelled["last_seq"] == run["last_seq"]


async def test_an_unknown_tool_is_a_protocol_error(host: Host) -> None:
    with pytest.raises(MCPError, match="Unknown tool: paint") as raised:
        await host.client.call_tool("paint", {})
    assert raised.value.error.code == -32602


async def test_an_error_fits_the_output_schema_and_says_the_way_out(host: Host) -> None:
    for tool, arguments in (
        ("get_technique", {"technique_id": "nope"}),
        ("start_run", {"technique_id": "palette-pull"}),
        ("get_run", {"run_id": "run_nope"}),
        ("cancel_run", {"run_id": "run_nope"}),
        ("list_runs", {"cursor": "nope"}),
        ("list_techniques", {"cursor": "nope%"}),
        ("list_models", {"cursor": "nope"}),
    ):
        result = await host.call(tool, **arguments)
        assert result.is_error, tool
        assert result.structured_content is not None
        assert {"code", "message", "next_step"} <= result.structured_content["error"].keys()


async def test_lists_that_hosts_ask_for_at_start_answer(host: Host) -> None:
    run = await host.palette()
    prompts = {prompt.name for prompt in (await host.client.list_prompts()).prompts}
    assert {"make_media", "palette-pull"} <= prompts
    templates = (await host.client.list_resource_templates()).resource_templates
    assert [template.uri_template for template in templates] == [
        "limner://runs/{run_id}",
        "limner://runs/{run_id}/outputs/{output_id}",
        "limner://runs/{run_id}/summary",
        "limner://runs/{run_id}/provenance",
        "limner://techniques/{technique_id}",
        "limner://brands/{brand_kit}",
        "limner://models/{model_id}",
    ]
    named = [resource.name for resource in (await host.client.list_resources()).resources]
    assert run["run_id"] in named
