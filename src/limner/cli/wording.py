"""How values and messages read in a terminal: sizes, times, and commands in place of tool calls."""

import json
import re
from datetime import datetime

from limner.money import usd
from limner.types import Json
from limner.types.technique import slug_of

EVENT_TEXT_CHARS = 200
"""Of what an agent says, in a line of events."""
# Messages are written for agents, who call tools; a person types commands.
_COMMANDS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"get_run\(run_id=['\"]?(run_\w+)['\"]?[^)]*\)", r"`limner runs show \1`"),
        (r"list_techniques\(runnable_only=true\)", "`limner techniques list --runnable`"),
        (r"\blist_techniques\b", "`limner techniques list`"),
        (r"\blist_runs\b", "`limner runs list`"),
        (r"\blist_models\b", "`limner models`"),
        (r"\bmodel_id=\"([^\"]+)\"", r"--model \1"),
        (r"\bparams=\{\"accept_drafts\": true\}", "--param accept_drafts=true"),
        (r"^(model)_id: ", r"--\1: "),
        (r"^prompt: ", "--prompt: "),
        (r"start_run again with the same idempotency_key", "the command again with the same --key"),
        (r"start_run with a new idempotency_key", "the command again with another --key"),
        (r"\bnew idempotency_key\b", "new --key"),
        (r"^idempotency_key\b", "--key"),
        (r"\bmax_cost_usd\b", "--max-cost"),
        (r"^(?:limit|cursor|seed|revision): ", r"--\g<0>"),
        (r"\b([Ll])eave (`?)(revision|cursor)\2 out", r"\1eave --\3 out"),
        (r"Correct the fields named in `fields` and call again\.", "Correct it and run the command again."),
        (r"\bcall again\b", "run the command again"),
        (r"\b([Cc])all (?=`limner|the command)", lambda found: "Run " if found[1] == "C" else "run "),
    )
)
_LONGEST_VALUE = 60
_UNITS = ("B", "KB", "MB", "GB", "TB")


def for_the_command_line(message: str) -> str:
    """Return a message with the commands that a person would type in place of tool calls."""
    for pattern, words in _COMMANDS:
        message = pattern.sub(words, message)
    return message


def format_value(value: object) -> str:
    """Return a value of a request, short enough for a line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def format_size(size_bytes: float) -> str:
    """Return a size in decimal units: `48 KB`, `1.2 MB`."""
    unit = 0
    while size_bytes >= 999.5 and unit < len(_UNITS) - 1:
        size_bytes /= 1000
        unit += 1
    digits = 1 if unit and size_bytes < 9.95 else 0
    return f"{size_bytes:.{digits}f} {_UNITS[unit]}"


def format_price(model: Json) -> str:
    """Return what a call of a model costs: `free`, `$0.04`, `$0.10 per duration`, `unknown price`."""
    price = model["price_usd"]
    if price is None:
        return "unknown price"
    if not price:
        return "free"
    unit = f" per {model['price_param']}" if model.get("price_param") else ""
    return f"{usd(price)}{unit}"


def format_day_or_time(unix_ms: int) -> str:
    """Return a moment in this machine's time zone: the time of day when it is today, else the day."""
    at = datetime.fromtimestamp(unix_ms / 1000).astimezone()
    return f"{at:%H:%M:%S}" if at.date() == datetime.now().astimezone().date() else f"{at:%Y-%m-%d}"


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
        return slug_of(technique["technique_id"])
    target = document.get("action") or document.get("model") or {}
    return str(next(iter(target.values()), ""))


def made_of(summary: Json) -> str:
    """Return in one line what decides a run's outputs beside its inputs: seed, revision, brand kit."""
    kit = summary.get("brand_kit")
    parts = [
        f"seed {summary['seed']}",
        f"revision {summary['revision']}" if "revision" in summary else "",
        f"brand kit {kit['brand_kit']} {kit['revision']}" if kit else "",
    ]
    return ", ".join(part for part in parts if part)


def format_event(event: Json) -> str:
    """Return an event as one line: number, time of day, type, and what its type adds."""
    at = datetime.fromtimestamp(event["at"] / 1000).astimezone().strftime("%H:%M:%S.%f")[:-3]
    told = [
        f"{event['progress']:.0f}%" if "progress" in event else "",
        str(event.get("step", "")),
        str(event.get("action_id") or event.get("tool", "")),
        "from the cache" if event.get("cached") else "",
        str(event.get("message") or event.get("error", {}).get("message", "")),
        " ".join(str(event.get("text", "")).split())[:EVENT_TEXT_CHARS],
    ]
    return f"{event['seq']:>4}  {at}  {event['type']:<14} {' '.join(each for each in told if each)}".rstrip()
