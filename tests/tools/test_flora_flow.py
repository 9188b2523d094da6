"""The whole way: an agent's host, Limner over stdio, and a FLORA account with its ledger."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from providers.fakes.flora_server import KEY, FloraServer, flora_server
from serving.sites import serving

from .hosts import COFFEE, RawHost, wait_for
from .modern import official

pytestmark = pytest.mark.anyio

GRID = "tech_flora-grid"
SECTION = """
[providers.flora]
type = "flora"
base_url = "{address}"
api_key_env = "FLORA_API_KEY"

[[providers.flora.models]]
id = "t2i-flux-2-pro"
price_usd = 0.04
"""
SETTINGS = {"FLORA_API_KEY": KEY}
WAIT = 45
COFFEE_BYTES = Path(COFFEE).read_bytes()


def configure(home: Path, section: str) -> None:
    """Put a section into a data folder's `limner.toml`."""
    home.mkdir(parents=True)
    (home / "limner.toml").write_text(section, encoding="utf-8")


@pytest.fixture
def flora(home: Path) -> Iterator[FloraServer]:
    """Yield an account that the data folder's `limner.toml` names."""
    with flora_server() as (address, server):
        configure(home, SECTION.format(address=address))
        yield server


@pytest.fixture
async def agent(home: Path, flora: FloraServer) -> AsyncIterator[Client]:
    """Yield the official client, connected to Limner over stdio."""
    async with official(home, "auto", SETTINGS) as client:
        yield client


async def ask(agent: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    found = (await agent.call_tool(tool, arguments)).structured_content
    assert found is not None
    return found


def grid_call(key: str, prompt: str = "a ceramic mug", **more: object) -> dict[str, Any]:
    inputs = {"prompt": prompt, "reference_image": COFFEE, "extras": [COFFEE]}
    return {"technique_id": GRID, "inputs": inputs, "idempotency_key": key, "wait_seconds": WAIT, **more}


async def test_the_accounts_techniques_and_models_are_listed_beside_the_local_ones(agent: Client) -> None:
    rows = (await ask(agent, "list_techniques", limit=100))["techniques"]
    by_id = {row["technique_id"]: row for row in rows}
    assert {GRID, "tech_flora-clip", "tech_palette-pull"} <= by_id.keys()
    assert by_id[GRID]["availability"] == "ready"
    assert by_id[GRID]["price_usd"] == 0.25
    assert by_id[GRID]["signature"] == (
        "prompt: text, reference_image?: imageUrl, extras?: imageUrl[] → output_1: imageUrl, p_2_notes: text"
    )
    found = (await ask(agent, "list_techniques", query="editorial image grid"))["techniques"]
    assert found[0]["technique_id"] == GRID
    models = (await ask(agent, "list_models"))["models"]
    prices = {row["model_id"]: row.get("price_usd") for row in models}
    assert {"flora/t2i-flux-2-pro", "flora/i2v-kling-3", "limner/draft-1"} <= prices.keys()
    assert (prices["flora/t2i-flux-2-pro"], prices["flora/i2v-kling-3"]) == (0.04, None)


async def test_a_technique_runs_there_once_and_the_same_key_replays_it(
    agent: Client, flora: FloraServer
) -> None:
    run = await ask(agent, "start_run", **grid_call("mug"))
    assert run.get("status") == "completed", run
    assert run["cost"] == {"estimated_usd": 0.25, "charged_usd": 0.25}
    picture, notes = run["outputs"]
    assert (picture["output_id"], picture["media_type"]) == ("output_1", "image/png")
    assert (picture["width"], picture["height"]) == (64, 64)
    assert notes["output_id"] == "p_2_notes"
    assert "a ceramic mug" in notes["text"]

    (billed,) = flora.ledger
    assert (billed["path"], billed["cost"]) == ("/api/v1/runs/technique", 0.25)
    assert re.fullmatch("[0-9a-f]{64}", billed["key"])
    assert [flora.files[name] for name in flora.assets] == [COFFEE_BYTES, COFFEE_BYTES]

    again = await ask(agent, "start_run", **grid_call("mug"))
    assert (again["run_id"], again["replayed"], again["outputs"]) == (run["run_id"], True, run["outputs"])
    await ask(agent, "start_run", **grid_call("another mug"))
    assert len(flora.ledger) == 2


async def test_what_is_dear_waits_for_consent_and_then_makes_films_sounds_and_documents(
    agent: Client, flora: FloraServer
) -> None:
    call = {"technique_id": "tech_flora-clip", "inputs": {"prompt": "a mug"}, "wait_seconds": WAIT}
    asked = await ask(agent, "start_run", **call)
    assert (asked["error"]["code"], flora.ledger) == ("consent_needed", [])
    run = await ask(agent, "start_run", **call, max_cost_usd=1.5)
    assert run.get("status") == "completed", run
    kinds = {each["output_id"]: (each["type"], each["media_type"]) for each in run["outputs"]}
    assert kinds == {
        "film": ("videoUrl", "video/mp4"),
        "sound": ("audioUrl", "audio/wav"),
        "sheet": ("documentUrl", "image/svg+xml"),
    }


async def test_a_generation_names_its_model_and_pays_its_price(agent: Client, flora: FloraServer) -> None:
    run = await ask(
        agent,
        "start_run",
        generate="image",
        prompt="a ceramic mug",
        model_id="flora/t2i-flux-2-pro",
        params={"aspect_ratio": "16:9"},
        inputs={"image": [COFFEE]},
        seed=11,
        wait_seconds=WAIT,
    )
    assert run.get("status") == "completed", run
    assert run["cost"]["charged_usd"] == 0.04
    body = flora.runs["run_1"]["body"]
    assert (body["prompt"], body["params"]["aspect_ratio"], body["params"]["seed"]) == (
        "a ceramic mug",
        "16:9",
        11,
    )


async def test_a_cap_below_the_price_refuses_before_anything_is_asked(
    agent: Client, flora: FloraServer
) -> None:
    refused = await ask(agent, "start_run", **grid_call("dear", max_cost_usd=0.2))
    assert refused["error"]["code"] == "budget_exceeded"
    priced = await ask(agent, "start_run", **grid_call("dear", dry_run=True))
    assert priced["cost"]["estimated_usd"] == 0.25
    assert flora.ledger == []


@pytest.mark.parametrize(
    ("faults", "ending", "code", "charged", "billed"),
    [
        (["402"], {}, "provider_out_of_credit", 0, 0),
        (["401"], {}, "provider_unauthorized", 0, 0),
        ([], {"error_code": "safety_blocked"}, "safety_blocked", 0.25, 1),
        ([], {"error_code": "model_timeout", "charged_cost": 0}, "model_timeout", 0, 1),
    ],
)
async def test_the_accounts_errors_reach_the_agent_with_what_they_cost(
    agent: Client,
    flora: FloraServer,
    faults: list[str],
    ending: dict[str, Any],
    code: str,
    charged: float,
    billed: int,
) -> None:
    flora.faults = faults
    flora.ending = {"status": "failed", "error_message": "Not today.", **ending}
    run = await ask(agent, "start_run", **grid_call("failing"))
    assert (run["status"], run["error"]["code"]) == ("failed", code)
    assert run["cost"]["charged_usd"] == charged
    assert len(flora.ledger) == billed


async def test_a_lost_answer_and_a_full_queue_cost_nothing_twice(agent: Client, flora: FloraServer) -> None:
    flora.faults = ["503", "drop after"]
    run = await ask(agent, "start_run", **grid_call("lossy"))
    assert run.get("status") == "completed", run
    assert len(flora.ledger) == 1


async def test_another_limner_is_such_an_account_and_makes_the_same_to_the_byte(home: Path) -> None:
    key = "studio-key-0123456789abc"
    section = '[providers.studio]\ntype = "flora"\nbase_url = "{}/api/v1"\napi_key_env = "STUDIO_KEY"\n'
    with serving(home.parent / "studio", LIMNER_API_KEYS=f"ann:{key}") as studio:
        configure(home, section.format(studio.url))
        async with official(home, "auto", {"STUDIO_KEY": key}) as agent:
            call = {"inputs": {"image": COFFEE, "colors": "5"}, "seed": 7, "wait_seconds": WAIT}
            there = await ask(agent, "start_run", technique_id="tech_studio-palette-pull", **call)
            here = await ask(agent, "start_run", technique_id="tech_palette-pull", **call)
            draft = {"generate": "image", "prompt": "A poster for a spring sale", "params": {"size": 512}}
            far = await ask(agent, "start_run", model_id="studio/limner/draft-1", wait_seconds=WAIT, **draft)
    assert (there["status"], here["status"], far["status"]) == ("completed",) * 3, (there, far)
    assert [each["output_id"] for each in there["outputs"]] == ["swatches", "colors"]
    assert there["outputs"][0]["asset_id"] == here["outputs"][0]["asset_id"]
    assert there["outputs"][1]["text"] == here["outputs"][1]["text"]
    assert (far["outputs"][0]["media_type"], far["fidelity"]) == ("image/png", "layout-draft")


@pytest.mark.parametrize("moment", ["at work", "before the answer"])
def test_a_kill_in_the_middle_is_billed_once_and_loses_nothing(
    moment: str, home: Path, flora: FloraServer
) -> None:
    flora.looks_until_done = 10_000
    flora.faults = ["slow"] if moment == "before the answer" else []
    host = RawHost(home, **SETTINGS)
    host.initialize()
    started = host.ask("start_run", grid_call("killed", wait_seconds=0))
    wait_for(lambda: len(flora.ledger) == 1, 30, "the run to be billed")
    if moment == "at work":
        wait_for(lambda: flora.runs["run_1"]["looks"] >= 1, 30, "the first look at the run")
    host.kill()
    flora.looks_until_done = 0
    with RawHost(home, **SETTINGS) as second:
        run = second.ask("get_run", {"idempotency_key": "killed", "wait_seconds": WAIT})
        assert run["run_id"] == started["run_id"]
        assert run.get("status") == "completed", run
        replayed = second.ask("start_run", grid_call("killed"))
    assert replayed["outputs"] == run["outputs"]
    assert len(flora.ledger) == 1
