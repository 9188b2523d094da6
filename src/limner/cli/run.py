"""`limner run`: starts a technique or an action and waits for the end, whoever started it first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app.studio import RunView
from limner.cli.results import document_of, evaluation_of, show_run
from limner.cli.saving import prepare_folder, save_outputs, save_provenance
from limner.cli.session import CALLER, Session
from limner.cli.typed import build_request, named_files
from limner.cli.watching import See, event_lines, progress_of, watch
from limner.money import usd
from limner.types import Json, Status
from limner.types.technique import slug_of

if TYPE_CHECKING:
    from limner.app.requests import StartRequest
    from limner.app.studio import Studio


async def run_technique(session: Session) -> int:
    """Start a run, watch it, show and save its outputs. Return 0 when it completed, else 1."""
    request = build_request(session.arguments)
    if session.arguments.out and not session.arguments.dry_run:
        await prepare_folder(Path(session.arguments.out))
    async with session.studio(
        works=not session.arguments.dry_run, reads=named_files(request.inputs)
    ) as studio:
        if session.arguments.dry_run:
            return await _price(session, studio, request)
        started = await studio.start_run(CALLER, request)
        with _sight(session, started) as see:
            view = await watch(session, studio, started.run.run_id, see)
        view = RunView(view.run, view.assets, started.disposition)
        return await finish(session, studio, view)


async def _price(session: Session, studio: "Studio", request: "StartRequest") -> int:
    cost = await studio.price(CALLER, request)
    step = "Nothing was started. Run it without --dry-run to start it."
    if session.arguments.json:
        session.terminal.print_json({"cost": cost, "next_step": step})
    else:
        for row in cost["by_step"]:
            if row["estimated_usd"] != 0:
                session.terminal.say_whole(_priced_step(row))
        session.terminal.say_whole(f"{_would_cost(cost)} {step}")
    return 0


def _priced_step(row: Json) -> str:
    times = "" if row["count"] == 1 else f" ×{row['count']}" if row["count"] else " (as often as it takes)"
    price = "price unknown" if row["estimated_usd"] is None else usd(row["estimated_usd"])
    model = f", {row['model_id']}" if "model_id" in row else ""
    return f"  {row['step']}{times}: {price}{model}"


def _would_cost(cost: Json) -> str:
    price = usd(cost["estimated_usd"])
    if "unpriced" not in cost:
        return f"This would cost {price}."
    names = " and ".join(cost["unpriced"])
    return f"This would cost {price}, and what {names} asks for, which is not known."


@contextmanager
def _sight(session: Session, started: RunView) -> Iterator[See]:
    if session.arguments.follow:
        yield event_lines(session)
        return
    name = slug_of(started.run.target_id)
    with progress_of(session, name, is_live=session.terminal.is_live) as see:
        yield see


async def finish(session: Session, studio: "Studio", view: RunView) -> int:
    """Show a run that has ended, save its outputs where that was asked for, and return the exit status."""
    is_complete = view.run.status is Status.COMPLETED
    saved: list[Path] = []
    if session.arguments.out and is_complete:
        folder = Path(session.arguments.out)
        copies = await save_outputs(studio, view, folder)
        saved = [*(copy.path for copy in copies), await save_provenance(studio, view, copies, folder)]
    document = document_of(studio, view)
    if not session.arguments.json:
        show_run(session.terminal, document, saved, await evaluation_of(studio, view))
    else:
        session.terminal.print_json(document)
        for path in saved:
            session.terminal.note(f"saved {path}")
    return 0 if is_complete else 1
