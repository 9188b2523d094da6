"""`limner demo`: the main job on a real picture, and the promise that a retry executes nothing."""

import json
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app.requests import StartRequest
from limner.app.studio import RunView
from limner.cli.results import all_events, document_of, show_trouble
from limner.cli.saving import SavedFile, prepare_folder, save_outputs
from limner.cli.session import CALLER, Session
from limner.cli.terminal import Terminal, new_table
from limner.cli.watching import progress_of, watch
from limner.cli.wording import format_elapsed, format_media, format_size
from limner.errors import NotFound
from limner.library import sample
from limner.types import PortType, Status
from limner.types.technique import slug_of

if TYPE_CHECKING:
    from limner.app.studio import Studio
    from limner.types import Json, Technique

TECHNIQUES = ("palette-pull", "studio-blur", "quick-reframe")


@dataclass(frozen=True, slots=True)
class DemoRun:
    """One run of the demo, ended, with how long the user waited for it."""

    request: StartRequest
    view: RunView
    seconds: float


async def demo(session: Session) -> int:
    """Run techniques on a picture, copy what they make, and repeat the first call."""
    terminal = session.terminal
    picture = Path(session.arguments.image) if session.arguments.image else sample("coffee.png")
    folder = Path(session.arguments.out)
    await prepare_folder(folder)
    terminal.say_whole(f"Limner makes media from {picture}")
    began = time.monotonic()
    async with session.studio(works=True, reads=[picture]) as studio:
        runs = await _run_all(session, studio, picture)
        complete = [each for each in runs if each.view.run.status is Status.COMPLETED]
        saved = [(each, await save_outputs(studio, each.view, folder)) for each in complete]
        elapsed = time.monotonic() - began
        for each in runs:
            show_trouble(terminal, document_of(studio, each.view))
        _show(terminal, studio, saved)
        terminal.say_whole(f"{len(complete)} runs in {format_elapsed(elapsed)}, $0.00.")
        if complete:
            await _repeat(terminal, studio, complete[0])
    _show_next_steps(terminal)
    return 0 if len(complete) == len(runs) else 1


async def _run_all(session: Session, studio: "Studio", picture: Path) -> list[DemoRun]:
    """Return the runs of every demo technique that there is. Raises: NotFound, when there is none."""
    token = secrets.token_hex(3)
    runs: list[DemoRun] = []
    for slug in TECHNIQUES:
        try:
            technique = (await studio.get_technique(slug)).technique
        except NotFound as missing:
            session.terminal.note(f"limner: {missing.message}")
            continue
        request = StartRequest(
            technique_id=technique.technique_id,
            inputs=_inputs(technique, picture),
            idempotency_key=f"demo-{token}-{slug}",
        )
        runs.append(await _run(session, studio, request, slug))
    if not runs:
        raise NotFound(
            "None of the demo's techniques is installed.",
            next_step="Install Limner again: its technique files are missing.",
        )
    return runs


def _inputs(technique: "Technique", picture: Path) -> "Json":
    """Return the inputs of an example of the technique's author, with the picture where it takes one."""
    example: Json = dict(technique.examples[0]["inputs"]) if technique.examples else {}
    text = {port.id for port in technique.inputs if port.type is PortType.TEXT}
    first = next((port for port in technique.inputs if port.type is PortType.IMAGE), None)
    given = {name: value for name, value in example.items() if name in text}
    return given if first is None else {**given, first.id: str(picture.absolute())}


async def _run(session: Session, studio: "Studio", request: StartRequest, name: str) -> DemoRun:
    terminal = session.terminal
    began = time.monotonic()
    started = await studio.start_run(CALLER, request)
    with progress_of(session, name, is_live=terminal.is_live and terminal.is_watched) as see:
        view = await watch(session, studio, started.run.run_id, see)
    return DemoRun(request, view, time.monotonic() - began)


def _show(terminal: Terminal, studio: "Studio", saved: list[tuple[DemoRun, list[SavedFile]]]) -> None:
    files = new_table("file", "what", "size", right=("size",))
    runs = new_table("technique", "run", "took", right=("took",), whole=("run",))
    for each, copies in saved:
        for copy in copies:
            asset = each.view.assets.get(copy.output.asset_id or "")
            what = format_media({"width": asset.width, "height": asset.height}) if asset else "text"
            files.add_row(str(copy.path), what, format_size(copy.size_bytes))
        run = each.view.run
        runs.add_row(slug_of(run.target_id), run.run_id, format_elapsed(each.seconds))
    terminal.say()
    terminal.say(files)
    terminal.say()
    terminal.say(runs)
    terminal.say()


async def _repeat(terminal: Terminal, studio: "Studio", first: DemoRun) -> None:
    """Make the first call again and say what the log shows: the same run, and no step begun since."""
    began = time.monotonic()
    again = await studio.start_run(CALLER, first.request)
    seconds = time.monotonic() - began
    document = document_of(studio, again)
    events = await all_events(studio, again.run.run_id)
    executed = sum(event.type == "step_started" and event.seq > first.view.run.seq for event in events)
    terminal.say()
    terminal.say_whole(f"The same call again, with the same key {first.request.idempotency_key}:")
    terminal.say_whole(
        f"  {again.run.run_id} came back in {format_elapsed(seconds)}, "
        f"replayed: {json.dumps(document['replayed'])}, steps executed again: {executed}."
    )


def _show_next_steps(terminal: Terminal) -> None:
    script = Path(sys.executable).with_name("limner")
    server: Json = (
        {"command": str(script)} if script.exists() else {"command": sys.executable, "args": ["-m", "limner"]}
    )
    terminal.say()
    terminal.say_whole("Next:")
    terminal.say_whole("  limner techniques list       what else there is")
    terminal.say_whole("  limner doctor                what works on this machine")
    terminal.say_whole("  To give Limner to Claude Desktop, put this into claude_desktop_config.json")
    terminal.say_whole("  (mcp.json.example has more):")
    terminal.say_whole("  " + json.dumps({"mcpServers": {"limner": server}}))
