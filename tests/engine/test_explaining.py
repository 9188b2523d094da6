"""Actions that say how they come to their result: the same kinds of events as an agent's, and no model behind them."""

from pathlib import Path

import pytest

from limner.app.documents import event_document
from limner.app.requests import StartRequest
from limner.cli.wording import format_event
from limner.config import read_settings
from limner.library import sample
from limner.server import open_studio
from limner.types import Event, Status

pytestmark = pytest.mark.anyio
CHELSEA = str(sample("chelsea.png"))
KINDS = ("planning", "reasoning", "tool_call")


async def explained(home: Path, key: str, **inputs: object) -> tuple[list[Event], str]:
    """Return what a critique says of itself, in order, and its text."""
    variables = {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(Path(CHELSEA).parent)}
    async with open_studio(read_settings(variables)) as studio:
        request = StartRequest(
            technique_id="art-directors-critique",
            inputs={"image": CHELSEA, **inputs},
            idempotency_key=key,
        )
        started = await studio.start_run("local", request)
        view = await studio.wait("local", started.run.run_id, 120)
        assert view.run.status is Status.COMPLETED, view.run.error
        events = await studio.events("local", view.run.run_id, 0)
    (text,) = [output.text for output in view.run.outputs if output.text is not None]
    return [event for event in events if event.type in KINDS], text


async def test_a_critique_says_what_it_plans_measures_and_does_without_a_model(home: Path) -> None:
    told, text = await explained(home, "a")
    assert [event.type for event in told] == [
        "planning",
        "tool_call",
        *["reasoning"] * 6,
        "tool_call",
        "tool_call",
    ]
    assert {(event.data["step"], event.data["by"]) for event in told} == {("critique", "rules")}
    for event in told:
        if event.type == "reasoning":
            name, score = event.data["text"].split(" of 10.")[0].split(": ")
            assert f"## {name}: {score}, " in text
    assert format_event(event_document(told[1])).endswith("tool_call      critique measure")
    assert "planning       critique Measure contrast, hierarchy" in format_event(event_document(told[0]))
    mended = told[8].data
    assert (mended["tool"], mended["arguments"]) == ("mend", {"strength": 80})
    assert mended["result"]["changes"] and all(change in text for change in mended["result"]["changes"])
    before, after = (event.data["result"]["scores"] for event in told if event.data.get("tool") == "measure")
    assert set(before) == set(after) and before != after


async def test_a_critique_from_the_cache_says_the_same(home: Path) -> None:
    first, _ = await explained(home, "a")
    again, _ = await explained(home, "b")
    assert [(event.type, event.data) for event in first] == [(event.type, event.data) for event in again]


async def test_a_critique_that_changes_nothing_says_so(home: Path) -> None:
    told, _ = await explained(home, "a", strength=0)
    assert told[0].data["text"].endswith("and exposure; then change nothing.")
    assert [event.data["tool"] for event in told if event.type == "tool_call"] == ["measure"]
