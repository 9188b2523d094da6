"""The doctor's trial: opens the database, then makes a picture and a film with real workers, in a folder of its own."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from limner.app.installation import SCHEMA_VERSION
from limner.app.requests import RunFilter, StartRequest, TechniqueFilter
from limner.app.techniques import not_published
from limner.cli.causes import cause_of
from limner.cli.checks import Check, Result
from limner.cli.session import CALLER, Session
from limner.cli.wording import format_elapsed, format_media, format_size
from limner.config import Settings
from limner.errors import LimnerError
from limner.library import sample
from limner.types import Status

if TYPE_CHECKING:
    from limner.app.studio import Studio

PATIENCE_SECONDS = 90.0
COUNTED_RUNS = 100
PICTURE = StartRequest(action_id="qr-code-generator", inputs={"text": "limner doctor"}, params={"size": 256})


async def check_database(session: Session, settings: Settings) -> list[Check]:
    """Check that the user's own database opens, and the techniques there are."""
    try:
        async with session.open_studio(settings, works=False) as studio:
            runs = await studio.list_runs(CALLER, RunFilter(limit=COUNTED_RUNS))
            count = f"{COUNTED_RUNS} runs or more" if runs.next_cursor else f"{len(runs.items)} runs"
            return [
                Check(
                    "database",
                    Result.OK,
                    f"{settings.database} opens: schema {SCHEMA_VERSION}, {count}",
                ),
                *await _techniques(studio),
                *await _tools(studio, settings),
            ]
    except (LimnerError, BaseExceptionGroup) as raised:
        return [_failed("database", raised)]


async def _techniques(studio: "Studio") -> list[Check]:
    found = await studio.list_techniques(TechniqueFilter(limit=1))
    ready = await studio.list_techniques(TechniqueFilter(limit=1, runnable_only=True))
    told = (
        f"{found.total_estimate} techniques, {ready.total_estimate} run here; {len(studio.actions)} actions"
    )
    checks = [Check("techniques", Result.OK if found.total_estimate else Result.FAILED, told)]
    for each in studio.techniques.problems():
        checks.append(
            Check("techniques", Result.WARNING, f"{each.file}:{each.line}: {each.message}", each.remedy)
        )
    return checks


async def _tools(studio: "Studio", settings: Settings) -> list[Check]:
    """Check that every technique that is to be a tool of its own is there."""
    if not settings.tools:
        return []
    if settings.tools == ("all",):
        return [Check("tools", Result.OK, "every published technique is a tool of its own")]
    unknown = not_published(await studio.techniques.entries(), settings.tools)
    if not unknown:
        return [Check("tools", Result.OK, f"tools of their own: {', '.join(settings.tools)}")]
    return [
        Check(
            "tools",
            Result.WARNING,
            f"LIMNER_TOOLS names {name!r}, and no published technique has that slug",
            "Correct it (limner techniques list has them), or publish the technique.",
        )
        for name in unknown
    ]


async def check_media(session: Session, settings: Settings | None) -> list[Check]:
    """Check that worker processes start, and make a picture and a film. The user's runs are not touched."""
    source = sample("coffee.png")
    film = StartRequest(
        action_id="ken-burns-video", inputs={"image": str(source)}, params={"duration": 1, "fps": "24"}
    )
    async with anyio.TemporaryDirectory(prefix="limner-doctor-") as folder:
        own = settings or Settings(home=Path(folder), input_roots=())
        own = replace(own, home=Path(folder), input_roots=(source.parent,), techniques=())
        try:
            async with session.open_studio(own, works=True) as studio:
                return [
                    await _make(studio, "worker", "a worker process made a picture", PICTURE),
                    await _make(studio, "video", "a worker process encoded a film", film),
                ]
        except (LimnerError, BaseExceptionGroup) as raised:
            return [_failed("worker", raised)]


async def _make(studio: "Studio", check_id: str, told: str, request: StartRequest) -> Check:
    try:
        started = await studio.start_run(CALLER, request)
        view = await studio.wait(CALLER, started.run.run_id, PATIENCE_SECONDS)
    except LimnerError as error:
        return _failed(check_id, error)
    run = view.run
    if run.status is not Status.COMPLETED:
        error_document = run.error or {}
        message = error_document.get("message") or f"not done after {PATIENCE_SECONDS:.0f} s: {run.message}"
        return Check(
            check_id, Result.FAILED, message, error_document.get("next_step", "Try again with less load.")
        )
    asset = next(iter(view.assets.values()))
    facts = {"width": asset.width, "height": asset.height}
    took = format_elapsed(((run.completed_at or 0) - (run.started_at or 0)) / 1000)
    message = f"{told}: {format_media(facts)}, {asset.media_type}, {format_size(asset.size_bytes)}, in {took}"
    return Check(check_id, Result.OK, message)


def _failed(check_id: str, raised: BaseException) -> Check:
    error = cause_of(raised)
    if not isinstance(error, LimnerError):
        raise error
    return Check(check_id, Result.FAILED, error.message, error.next_step)
