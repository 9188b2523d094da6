"""`limner doctor`: says what works on this machine, what is missing and how to get it."""

import os
from dataclasses import asdict

import anyio

from limner import __version__
from limner.cli.checks import (
    Check,
    Result,
    check_data_folder,
    check_input_roots,
    check_python,
    check_settings,
    settings_in_force,
)
from limner.cli.extras import check_extras
from limner.cli.providers import NONE, Answered, ask_providers
from limner.cli.session import Session
from limner.cli.terminal import Terminal
from limner.cli.trial import check_database, check_media
from limner.config import Settings
from limner.types import Json

MARKS = {Result.OK: ("ok", "green"), Result.WARNING: ("note", "yellow"), Result.FAILED: ("FAIL", "bold red")}


async def examine(session: Session) -> int:
    """Check everything; return 0 when nothing that Limner needs has failed, else 1."""
    terminal = session.terminal
    settings, about_settings = check_settings(os.environ)
    session.log(settings.log_level if settings else "WARNING")
    checks = [*check_python(), *check_extras(), *about_settings]
    if settings is not None:
        checks += await anyio.to_thread.run_sync(check_data_folder, settings)
        checks += await check_database(session, settings)
        checks += await anyio.to_thread.run_sync(check_input_roots, settings)
    checks += await check_media(session, settings)
    answered = await ask_providers(settings, settings.providers) if settings else []
    checks += [each.check() for each in answered] or [Check("providers", Result.OK, NONE)]
    is_well = all(check.result is not Result.FAILED for check in checks)
    if session.arguments.json:
        terminal.print_json(_document(is_well, checks, settings, answered))
    else:
        _show(terminal, is_well, checks)
    return 0 if is_well else 1


def _document(
    is_well: bool, checks: list[Check], settings: Settings | None, answered: list[Answered]
) -> Json:
    return {
        "ok": is_well,
        "version": __version__,
        "checks": [{key: value for key, value in asdict(check).items() if value != ""} for check in checks],
        "settings": settings_in_force(settings, os.environ) if settings else [],
        "providers": [each.document() for each in answered],
    }


def _show(terminal: Terminal, is_well: bool, checks: list[Check]) -> None:
    terminal.say_whole(f"limner {__version__}")
    terminal.say()
    for check in checks:
        terminal.say_check(*MARKS[check.result], check.id.replace("_", " "), check.message, check.remedy)
    terminal.say()
    if is_well:
        terminal.say("What Limner needs works here.")
    else:
        failed = ", ".join(check.id for check in checks if check.result is Result.FAILED)
        terminal.say(
            f"Limner cannot work here yet: {failed}. Mend what is marked FAIL, then run limner doctor again."
        )
