"""What was drawn without the extra fonts is not given out once they are there."""

from pathlib import Path

import pytest

from limner.actions import fonts_extra
from limner.app.requests import StartRequest
from limner.app.studio import RunView
from limner.config import read_settings
from limner.server import open_studio
from limner.types import Status

pytestmark = pytest.mark.anyio


async def drawn(home: Path) -> tuple[RunView, bool]:
    """Draw a text in a fresh server; return the run, and whether the cache had it."""
    request = StartRequest(
        action_id="generate-text-image", inputs={}, params={"text": "Tea"}, allow_duplicate=True
    )
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        started = await studio.start_run("local", request)
        view = await studio.wait("local", started.run.run_id, 60)
        events = await studio.events("local", view.run.run_id, 0)
    (completed,) = [event for event in events if event.type == "step_completed"]
    return view, completed.data["cached"]


async def test_text_is_drawn_again_with_another_edition_of_the_fonts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []
    for edition in ("", "", "fonts 1", "fonts 1", "fonts 2", ""):
        monkeypatch.setattr(fonts_extra, "edition", lambda edition=edition: edition)
        view, was_cached = await drawn(home)
        assert view.run.status is Status.COMPLETED
        found.append(was_cached)
    assert found == [False, True, False, True, False, True]
