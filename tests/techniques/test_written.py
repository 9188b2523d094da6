"""What is written of a definition reads back as the same revision."""

import pytest
import yaml

from limner.actions.catalogue import builtin
from limner.library import technique_folder
from limner.techniques.load import load_text
from limner.techniques.shelf import Shelf
from limner.techniques.written import as_yaml

from .loading import load, load_fixture

BUILT_IN = Shelf(builtin=technique_folder(), folders=[], actions=builtin().by_id).builtin()


@pytest.mark.parametrize("technique_id", BUILT_IN)
def test_each_technique_that_ships_reads_back_as_the_same_revision(technique_id: str) -> None:
    technique = BUILT_IN[technique_id]
    written = as_yaml(technique.definition)
    again = load_text(
        written, "again", actions=builtin().by_id, technique_of=lambda name, revision: BUILT_IN.get(name)
    )
    assert again.revision == technique.revision
    assert written.startswith(f"technique_id: {technique_id}\n")


TRICKY = [
    "yes",
    "1e3",
    "16:9",
    "0x1f",
    "null",
    "~",
    "on",
    "1_000",
    "2026-11-22",
    "#3",
    "a: b",
    " x ",
    "línea — ✓",
    "&a",
]


def test_texts_that_look_like_something_else_stay_texts() -> None:
    text = (
        "technique_id: tech_x\nname: X\ndescription: D\n"
        "inputs:\n  - {id: word, type: text, schema: {enum: WORDS, default: 'yes'}}\n"
        "steps: {join: {action: concat-text, inputs: {text: [$inputs.word, x]}}}\n"
        "outputs: [{id: line, type: text, from: $steps.join.text}]\n"
    )
    technique = load(text.replace("WORDS", str(TRICKY)))
    assert technique.inputs[0].schema["enum"] == TRICKY
    assert load(as_yaml(technique.definition)).revision == technique.revision


def test_the_order_in_a_file_makes_no_difference() -> None:
    technique = load_fixture("captioned-sheet.yaml")
    shuffled = {key: technique.definition[key] for key in reversed(technique.definition)}
    shuffled["steps"] = dict(reversed(technique.definition["steps"].items()))
    shuffled["inputs"] = [dict(reversed(port.items())) for port in technique.definition["inputs"]]
    assert as_yaml(shuffled) == as_yaml(technique.definition)
    assert yaml.safe_load(as_yaml(shuffled)) == technique.definition
