"""Writes docs/clients.md from what the clients and the wire told."""

import re
from collections.abc import Iterable
from pathlib import Path
from string import Template

from .attempt import TOOLS, Result
from .catalogue import CLIENTS, Attempt
from .claude_code import HOST_TIMEOUT_MS, Session

TEMPLATE = Path(__file__).with_name("page.txt")


def page(results: Iterable[Result], sessions: list[Session], package: str) -> str:
    """Return the page."""
    long = next(each for each in sessions if each.plan == "long")
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        tools=len(TOOLS),
        rows="".join(f"{row(each)}\n" for each in results),
        remarks="\n".join(
            f"- **{each.title} {each.version}** {each.remark}" for each in CLIENTS if each.remark
        ),
        version=long.version,
        package=package,
        sessions="".join(f"{session_row(each)}\n" for each in sessions),
        refusal=long.texts[0],
        answers=len(long.runs),
        runs=len({run_id for run_id, _ in long.runs}),
        end=long.runs[-1][1],
    )


def row_start(attempt: Attempt) -> str:
    """Return the pattern of an attempt's row. What comes with this interpreter may have moved on since."""
    client = attempt.client
    version = re.escape(client.version) if client.requirements or client.is_node else r"[\d.]+"
    return rf"^\| {re.escape(title(client.title, attempt.mode))} \| {version} \| {attempt.transport} \|"


def title(client: str, mode: str) -> str:
    """Return a client's name with how it was set up."""
    return f"{client}, `{mode}`" if mode else client


def row(result: Result) -> str:
    """Return one line of the table."""
    first = (title(result.client, result.mode), result.version, result.transport)
    if result.error is not None:
        failure = f"failed: {result.error.splitlines()[-1][:120]}"
        return f"| {' | '.join(first)} | | | {failure} | | |"
    heard = "no callback" if result.progress is None else str(len(result.progress))
    sent = str(result.sent_progress) if result.asked_for_progress else "not asked for"
    cells = (result.protocol or "?", f"{sent} / {heard}", verdict(result))
    return f"| {' | '.join((*first, *cells, ', '.join(result.seen), ', '.join(result.view)))} |"


def verdict(result: Result) -> str:
    """Return how the run ended, and what is missing."""
    missing = sorted(set(TOOLS) - set(result.tools))
    lacks = [f"without {name}" for name in missing]
    if not all(result.outputs.values()) or not result.outputs:
        lacks.append("an output could not be read")
    return ", ".join([result.status or "no status", *lacks])


def session_row(session: Session) -> str:
    """Return one line about Claude Code."""
    what = {"main": "list, start, look", "long": f"a film, tool time-out {HOST_TIMEOUT_MS // 1000} s"}
    kinds = [" + ".join(each) for each in session.results]
    shown = "; ".join(kinds) if session.plan == "main" else f"{kinds[0]} (the time-out), then json every time"
    reached = session.complaint and f"failed: {session.complaint[:100]}"
    told = f"{session.sent_progress}" if session.asked_for_progress else "not asked for"
    cells = (session.transport, session.protocol or "?", str(len(session.tools)), told, reached or shown)
    return f"| {what[session.plan]} | {' | '.join(cells)} |"
