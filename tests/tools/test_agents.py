"""The log of an agent through MCP: in order, with all kinds, and the same each time that it is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.agent_room import ScriptedServer, environment, says, write
from engine.test_agents import FETCH, GOOD, WRITER
from providers.fakes.serving import serving

from .hosts import COFFEE
from .modern import official

pytestmark = pytest.mark.anyio
KINDS = ("planning", "reasoning", "tool_call")


async def test_an_agents_log_replays_in_order_through_get_run(home: Path) -> None:
    script = [
        says("I blur the picture.", ("blur-image", {"image": "image_1", "radius": 9})),
        says("Now a page that is not public.", ("web_fetch", {"url": "https://127.0.0.1/admin"})),
        says(GOOD),
    ]
    write(home, WRITER)
    server = ScriptedServer(script=script)
    with serving(server.app()) as address:
        server.v1 = f"{address}/v1"
        async with official(home, "auto", environment(home, server)) as client:

            async def ask(tool: str, **arguments: Any) -> dict[str, Any]:
                found = (await client.call_tool(tool, arguments)).structured_content
                assert found is not None
                return found

            run = await ask(
                "start_run",
                technique_id="tech_agent",
                revision="draft",
                inputs={"topic": "mugs", "image": COFFEE},
                wait_seconds=45,
            )
            assert run["status"] == "completed", run
            whole = (await ask("get_run", run_id=run["run_id"], since_seq=0))["events"]
            again = (await ask("get_run", run_id=run["run_id"], since_seq=0))["events"]
            middle = next(each["seq"] for each in whole if each["type"] == "reasoning")
            rest = (await ask("get_run", run_id=run["run_id"], since_seq=middle))["events"]
    assert whole == again and rest == whole[middle:]
    assert [each["seq"] for each in whole] == list(range(1, len(whole) + 1))
    mind = [each for each in whole if each["type"] in KINDS]
    assert [each["type"] for each in mind] == ["planning", "tool_call", "reasoning", "tool_call"]
    assert mind[0]["text"] == "I blur the picture." and mind[0]["by"] == "fake/gpt-4.1-mini"
    assert mind[1]["result"]["image"]["handle"] == "image_2"
    assert "not on the public internet" in mind[3]["error"]["message"]
    assert mind[3]["arguments"] == {"url": "https://127.0.0.1/admin"} and FETCH[0] == mind[3]["tool"]
    (text,) = [each["text"] for each in run["outputs"] if each["output_id"] == "brief"]
    assert json.loads(text) == json.loads(GOOD)
    assert run["cost"] == {"estimated_usd": 0.5, "charged_usd": pytest.approx(3 * 0.002)}
