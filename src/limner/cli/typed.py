"""Turns what was typed after `--input` and `--param` into a request."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from limner.app.requests import StartRequest
from limner.errors import InvalidInput
from limner.types import Json


def build_request(arguments: argparse.Namespace) -> StartRequest:
    """Return the request of `limner run`. Raises: InvalidInput, naming the option that is wrong."""
    chosen = {
        "a technique": arguments.technique,
        "--action": arguments.action,
        "--generate": arguments.generate,
    }
    given = [name for name, value in chosen.items() if value is not None]
    if len(given) != 1:
        raise InvalidInput.of(
            "TECHNIQUE",
            f"give a technique or --action ACTION_ID or --generate TYPE; got {' and '.join(given) or 'none of them'}",
            next_step="See `limner techniques list`, `limner actions list` and `limner models`.",
        )
    if arguments.max_cost is not None and not arguments.max_cost >= 0:  # not a number is refused too
        raise InvalidInput.of("--max-cost", f"is {arguments.max_cost:g}, must be 0 or more")
    return StartRequest(
        technique_id=arguments.technique,
        action_id=arguments.action,
        generate=arguments.generate,
        prompt=None if arguments.prompt is None else _value("--prompt", arguments.prompt),
        model_id=arguments.model,
        inputs=collect("--input", arguments.input),
        params=collect("--param", arguments.param),
        brand_kit=arguments.brand_kit,
        evaluate=arguments.evaluate,
        revision=arguments.revision,
        seed=arguments.seed,
        idempotency_key=arguments.key,
        max_cost_usd=arguments.max_cost,
        allow_duplicate=arguments.allow_duplicate,
    )


def collect(option: str, pairs: Sequence[str]) -> Json:
    """Return `NAME=VALUE` texts by name; a name that comes several times has a list. Raises: InvalidInput."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InvalidInput.of(option, f"{pair!r} is not of the form NAME=VALUE")
        found.setdefault(name, []).append(_value(f"{option} {name}", value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _value(field: str, text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    path = _path(text[1:])
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise InvalidInput.of(
            field,
            f"{str(path)!r} cannot be read: {error.strerror}",
            next_step="Name a text file after @, or write @@ for a text that begins with @.",
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput.of(
            field,
            f"{str(path)!r} is not UTF-8 text",
            next_step="A media file is given by its path, without @.",
        ) from error


def named_files(inputs: Json) -> list[Path]:
    """Return the inputs that are files of this machine: the user named them, so they may be read."""
    values = [each for value in inputs.values() for each in (value if isinstance(value, list) else [value])]
    return [path for value in values if (path := _file(value))]


def _path(text: str) -> Path:
    # Only what shells leave alone after `=`; expanduser raises for `~somebody`, which may be plain text.
    return Path.home() / text[2:] if text.startswith("~/") else Path(text)


def _file(value: str) -> Path | None:
    path = _path(value)
    try:
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None  # a text that is too long, or has a zero byte, is no path
