"""Runs and outputs as resources: what a host can attach to a conversation by address."""

import base64
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import ResourceTemplateReference
from PIL import Image

from .hosts import CHELSEA, COFFEE, client, film_call

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["auto", "legacy"])
async def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Client]:
    async with client(tmp_path_factory.mktemp(request.param) / "home", request.param) as connected:
        yield connected


async def ask(host: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool and return its structured content, which is no error."""
    result = await host.call_tool(tool, arguments)
    assert not result.is_error, result.structured_content
    assert result.structured_content is not None
    return result.structured_content


def bytes_of(output: dict[str, Any]) -> bytes:
    """Return an output's file."""
    return Path(output["path"]).read_bytes()


def remove(output: dict[str, Any]) -> None:
    """Delete an output's file, as a user does who tidies up."""
    Path(output["path"]).unlink()


async def test_a_small_picture_is_read_byte_for_byte(host: Client) -> None:
    run = await ask(
        host, "start_run", action_id="qr-code-generator", inputs={"text": "read me"}, wait_seconds=40
    )
    output = run["outputs"][0]
    read = await host.read_resource(f"limner://runs/{run['run_id']}/outputs/{output['output_id']}")
    assert read.contents[0].mime_type == output["media_type"]
    assert base64.b64decode(read.contents[0].blob) == bytes_of(output)


async def test_a_large_picture_is_read_as_its_place_and_a_preview(host: Client) -> None:
    call = {"action_id": "blur-image", "inputs": {"image": CHELSEA}, "params": {"radius": 1}}
    large = await ask(host, "start_run", **call, wait_seconds=40)
    palette = await ask(
        host, "start_run", technique_id="palette-pull", inputs={"image": COFFEE}, wait_seconds=40
    )
    output = max([large["outputs"][0], palette["outputs"][0]], key=lambda each: each["size_bytes"])
    assert output["size_bytes"] > 700_000
    run = large if output in large["outputs"] else palette
    read = await host.read_resource(f"limner://runs/{run['run_id']}/outputs/{output['output_id']}")
    place, preview = read.contents
    assert json.loads(place.text)["path"] == output["path"]
    data = base64.b64decode(preview.blob)
    assert len(data) <= 512 * 1024
    with Image.open(io.BytesIO(data)) as picture:
        assert max(picture.size) <= 1024
        assert Image.MIME[picture.format or ""] == preview.mime_type


async def test_every_link_of_a_run_can_be_followed(host: Client) -> None:
    result = await host.call_tool("start_run", film_call("linked", 1.6, wait_seconds=45))
    links = [block for block in result.content if block.type == "resource_link"]
    assert [link.mime_type for link in links] == ["video/mp4"]
    assert result.structured_content is not None
    assert links[0].size == result.structured_content["outputs"][0]["size_bytes"]
    read = await host.read_resource(links[0].uri)
    assert read.contents[0].mime_type in ("video/mp4", "application/json")


async def test_a_video_can_be_looked_at(host: Client) -> None:
    run = await ask(host, "start_run", **film_call("linked", 1.6, wait_seconds=45))
    looked = await host.call_tool("view_output", {"run_id": run["run_id"], "max_pixels": 320})
    assert [block.type for block in looked.content] == ["text", "image"]
    with Image.open(io.BytesIO(base64.b64decode(looked.content[1].data))) as picture:
        assert max(picture.size) <= 320


async def test_a_run_in_flight_can_be_read_too(host: Client) -> None:
    run = await ask(host, "start_run", **film_call("in flight", 1.61, wait_seconds=0))
    read = await host.read_resource(f"limner://runs/{run['run_id']}")
    assert json.loads(read.contents[0].text)["run_id"] == run["run_id"]
    looked = await host.call_tool("view_output", {"run_id": run["run_id"], "output_id": "nothing"})
    assert looked.is_error
    await ask(host, "cancel_run", run_id=run["run_id"])


@pytest.mark.parametrize(
    "uri",
    [
        "limner://runs/run_nope",
        "limner://runs/run_nope/outputs/image",
        "limner://runs/../../etc/passwd",
        "limner://elsewhere",
        "file:///etc/passwd",
    ],
)
async def test_an_address_that_names_nothing_is_a_protocol_error(host: Client, uri: str) -> None:
    with pytest.raises(MCPError) as raised:
        await host.read_resource(uri)
    assert raised.value.error.code == -32602
    assert raised.value.error.data == {"uri": uri}


async def test_run_ids_complete_in_addresses(host: Client) -> None:
    run = await ask(
        host, "start_run", action_id="qr-code-generator", inputs={"text": "complete"}, wait_seconds=40
    )
    template = ResourceTemplateReference(uri="limner://runs/{run_id}")
    found = await host.complete(template, {"name": "run_id", "value": run["run_id"][:-2]})
    assert run["run_id"] in found.completion.values
    nothing = await host.complete(template, {"name": "run_id", "value": "run_nope"})
    assert nothing.completion.values == []


async def test_the_latest_runs_are_listed_newest_first(host: Client) -> None:
    run = await ask(
        host, "start_run", action_id="qr-code-generator", inputs={"text": "newest"}, wait_seconds=40
    )
    listed = (await host.list_resources()).resources
    assert listed[0].uri == f"limner://runs/{run['run_id']}"
    assert listed[0].title == "QR Code Generator: completed"


async def test_a_file_that_was_deleted_is_told_and_hides_no_run(host: Client) -> None:
    call = {"action_id": "qr-code-generator", "inputs": {"text": "deleted"}, "wait_seconds": 40}
    run = await ask(host, "start_run", **call, idempotency_key="deleted")
    remove(run["outputs"][0])
    for tool, arguments in (
        ("get_run", {"run_id": run["run_id"]}),
        ("get_run", {"run_id": run["run_id"], "since_seq": 0}),
        ("start_run", {**call, "idempotency_key": "deleted"}),
    ):
        told = await ask(host, tool, **arguments)
        assert told["run_id"] == run["run_id"]
        assert told["outputs"][0]["is_missing"] is True
        assert "path" not in told["outputs"][0]
        assert "new idempotency_key" in told["next_step"]
    rows = (await ask(host, "list_runs", limit=100))["runs"]
    assert run["run_id"] in [row["run_id"] for row in rows]
    looked = await host.call_tool("view_output", {"run_id": run["run_id"]})
    assert looked.is_error
    with pytest.raises(MCPError, match="gone"):
        await host.read_resource(f"limner://runs/{run['run_id']}/outputs/image")
    again = await ask(host, "start_run", **call, idempotency_key="deleted, made again")
    assert bytes_of(again["outputs"][0])


async def test_what_made_a_run_is_read_in_short_and_in_full(host: Client) -> None:
    call = {"technique_id": "palette-pull", "inputs": {"image": COFFEE}, "seed": 5}
    run = await ask(host, "start_run", **call, wait_seconds=40)
    address = f"limner://runs/{run['run_id']}"
    short, full = [
        json.loads((await host.read_resource(f"{address}/{part}")).contents[0].text)
        for part in ("summary", "provenance")
    ]
    assert short["provenance"] == f"{address}/provenance"
    assert short["run_id"] == full["run_id"] == run["run_id"]
    assert short["revision"] == full["technique"]["revision"] == run["technique"]["revision"]
    assert short["seed"] == full["seed"] == 5
    assert [each["sha256"] for each in short["outputs"]] == [each["sha256"] for each in full["outputs"]]
    assert not {"run_summary", "provenance"} & set(run)  # a Run stays small


async def test_a_run_that_has_not_completed_has_no_summary(host: Client) -> None:
    call = film_call("no-summary", 1.27, params={"duration": 20, "fps": "24", "zoom": 1.27}, wait_seconds=0)
    run = await ask(host, "start_run", **call)
    for part in ("summary", "provenance"):
        with pytest.raises(MCPError) as refused:
            await host.read_resource(f"limner://runs/{run['run_id']}/{part}")
        assert "completed run" in str(refused.value)
    await ask(host, "cancel_run", run_id=run["run_id"])
