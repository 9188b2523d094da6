"""The way out of an error: said in operations of this API, whatever the rooms below call them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import limner
from limner.rest.wording import all_in_public_words, in_public_words

BELOW = ("app", "assets", "brands", "callbacks", "engine", "store", "techniques", "access", "errors.py")
TOOLS = re.compile(
    r"\b(start_run|get_run|list_runs|cancel_run|list_techniques|get_technique|list_models|view_output)\b"
)


def texts() -> Iterator[str]:
    """Yield every text that the rooms below may say, with `run_0…` where a value stands."""
    root = Path(limner.__file__).parent
    for room in BELOW:
        for path in [root / room] if room.endswith(".py") else (root / room).rglob("*.py"):
            tree = ast.parse(path.read_text())
            comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    parts = (
                        str(p.value) if isinstance(p, ast.Constant) else "'run_" + "0" * 26 + "'"
                        for p in node.values
                    )
                    yield "".join(parts)
                elif (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and id(node) not in comments
                ):
                    yield node.value


def test_nothing_that_is_said_names_a_tool() -> None:
    saying = {text for text in texts() if TOOLS.search(text) and " " in text}
    assert len(saying) >= 8
    for text in saying:
        assert not TOOLS.search(in_public_words(text)), in_public_words(text)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Call list_runs to see your runs.", "GET /technique-runs to see your runs."),
        ("call get_run(run_id='run_" + "a" * 26 + "').", "GET /runs/run_" + "a" * 26 + "."),
        ("Call get_run(run_id='run_x', wait_seconds=30); wait", "GET /runs/{run_id}; wait"),
        ("a technique: list_techniques(runnable_only=true).", "a technique: GET /techniques."),
        ("Nothing here.", "Nothing here."),
    ],
)
def test_a_tool_is_said_as_its_operation(ours: str, theirs: str) -> None:
    assert in_public_words(ours) == theirs
    assert all_in_public_words({"error": [{"next_step": ours}, 1, None]}) == {
        "error": [{"next_step": theirs}, 1, None]
    }
