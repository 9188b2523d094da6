"""How values and messages read in a terminal: sizes, times, and commands in place of tool calls."""

import re
from datetime import datetime

from limner.types import Json

_ID = r"['\"]?(?P<id>run_\w+)['\"]?"
# Messages are written for agents, who call tools; a person types commands.
_COMMANDS = (
    (re.compile(rf"(?:[Cc]all )?get_run\(run_id={_ID}[^)]*\)"), r"Run `limner runs show \g<id>`"),
    (re.compile(r"(?:[Cc]all )?list_techniques\(runnable_only=true\)"), "`limner techniques list --runnable`"),
    (re.compile(r"Call list_techniques\b"), "Run `limner techniques list`"),
    (re.compile(r"\blist_techniques\b"), "`limner techniques list`"),
    (re.compile(r"\blist_runs\b"), "`limner runs list`"),
    (re.compile(r"[Cc]all start_run again with the same idempotency_key"), "run it again with the same --key"),
    (re.compile(r"call start_run with a new idempotency_key"), "run it with another --key"),
    (re.compile(r"choose a new idempotency_key"), "choose another --key"),
    (re.compile(r"^idempotency_key\b"), "--key"),
    (re.compile(r"^max_cost_usd\b"), "--max-cost"),
    (re.compile(r"\bmax_cost_usd\b"), "--max-cost"),
    (re.compile(r"Correct the fields named in `fields` and call again\."), "Correct it and run the command again."),
    (re.compile(r"\band call again\b"), "and run the command again"),
    (re.compile(r"\bthen call again\b"), "then run the command again"),
    (re.compile(r"Leave `revision` out"), "Leave --revision out"),
    (re.compile(r"Leave `cursor` out"), "Leave --cursor out"),
)
_UNITS = ("B", "KB", "MB", "GB", "TB")


def for_the_command_line(message: str) -> str:
    """Return a message with the commands that a person would type in place of tool calls."""
    for pattern, words in _COMMANDS:
        message = pattern.sub(words, message)
    return message


def format_size(size_bytes: float) -> str:
    """Return a size in decimal units: `48 KB`, `1.2 MB`."""
    unit = 0
    while size_bytes >= 999.5 and unit < len(_UNITS) - 1:
        size_bytes /= 1000
        unit += 1
    digits = 1 if unit and size_bytes < 9.95 else 0
    return f"{size_bytes:.{digits}f} {_UNITS[unit]}"


def format_time(unix_ms: int) -> str:
    """Return a moment in this machine's time zone: `2026-11-21 23:14`."""
    return datetime.fromtimestamp(unix_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M")


def format_elapsed(seconds: float) -> str:
    """Return a length of time: `3 ms`, `1.2 s`, `4 min 05 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def format_media(output: Json) -> str:
    """Return what an output document says of its file: `1600 × 900, 4.0 s`; empty for text."""
    parts = []
    if "width" in output and "height" in output:
        parts.append(f"{output['width']} × {output['height']}")
    if "duration_seconds" in output:
        parts.append(f"{output['duration_seconds']:.1f} s")
    return ", ".join(parts)


def target_of(document: Json) -> str:
    """Return what a run document executes: a slug, an action id or a model id."""
    if technique := document.get("technique"):
        return str(technique["technique_id"]).removeprefix("tech_")
    target = document.get("action") or document.get("model") or {}
    return str(next(iter(target.values()), ""))


def format_event(event: Json) -> str:
    """Return an event as one line: number, time of day, type, and what its type adds."""
    at = datetime.fromtimestamp(event["at"] / 1000).astimezone().strftime("%H:%M:%S.%f")[:-3]
    told = [
        f"{event['progress']:.0f}%" if "progress" in event else "",
        str(event.get("step", "")),
        str(event.get("action_id", "")),
        "from the cache" if event.get("cached") else "",
        str(event.get("message") or event.get("error", {}).get("message", "")),
    ]
    return f"{event['seq']:>4}  {at}  {event['type']:<14} {' '.join(each for each in told if each)}".rstrip()
