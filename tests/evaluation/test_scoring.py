"""From what was measured to scores, and the measures of words."""

import pytest

from limner.brands.rubric import CRITERIA
from limner.evaluation import words
from limner.evaluation.copy import copy_of
from limner.evaluation.criteria import HOUSE_RUBRIC, MEASURES
from limner.evaluation.scoring import CAP, Measured, evaluated, score_of
from limner.evaluation.short import shortened
from limner.types import Json, Output, Phase, PortType, Run, RunType, Status


def asked(criterion_id: str, **limits: Json) -> Json:
    return {"id": criterion_id, "weight": 1, **limits}


def test_every_criterion_of_a_rubric_can_be_measured() -> None:
    assert set(MEASURES) == set(CRITERIA)
    assert {each["id"] for each in HOUSE_RUBRIC} < set(CRITERIA)


@pytest.mark.parametrize(
    ("criterion", "value", "score"),
    [
        (asked("contrast", limits={"at_least": 4.5}, hard_limits={"at_least": 3}), 4.5, 1),
        (asked("contrast", limits={"at_least": 4.5}, hard_limits={"at_least": 3}), 3.75, 0.5),
        (asked("contrast", limits={"at_least": 4.5}, hard_limits={"at_least": 3}), 2.9, 0),
        (asked("palette", limits={"at_least": 0.4}), 0.26, 0.5),  # 0 at 30 % of the limit
        (asked("palette", limits={"at_least": 0.4}), 0.12, 0),
        (asked("exposure", limits={"at_most": 0.05}), 0.05, 1),
        (asked("exposure", limits={"at_most": 0.05}), 0.175, 0.5),
        (asked("loudness", limits={"at_least": -16, "at_most": -12}), -20.5, 0.5),
        (asked("loudness", limits={"at_least": -16, "at_most": -12}), -7.5, 0.5),
        (asked("duration", limits={"at_least": 6, "at_most": 30}, hard_limits={"at_most": 60}), 45, 0.5),
        (asked("banned_words", hard_limits={"at_most": 0}), 0, 1),
        (asked("banned_words", hard_limits={"at_most": 0}), 1, 0),
        (asked("readability", limits={"at_most": 8}), 11, 0.5),
        (asked("aspect_ratio", limits={"at_most": 0}, hard_limits={"at_most": 0}), 0, 1),
    ],
)
def test_a_score_is_linear_between_the_limit_and_its_end(criterion: Json, value: float, score: float) -> None:
    assert score_of(criterion, value) == pytest.approx(score)


def test_the_whole_is_weighed_over_what_was_measured() -> None:
    rubric = [
        {"id": "palette", "weight": 3, "limits": {"at_least": 0.4}},
        {"id": "resolution", "weight": 1, "limits": {"at_least": 1000}},
        {"id": "logo", "weight": 6, "limits": {"at_least": 0.9}},
    ]
    found = {
        "palette": [Measured(0.4)],
        "resolution": [Measured(400.0, {"width": 400}, output="a"), Measured(2000.0, output="b")],
    }
    whole = evaluated(rubric, found)
    assert whole["score"] == 0.75
    by_id = {each["id"]: each for each in whole["criteria"]}
    assert by_id["resolution"]["score"] == 0
    assert by_id["resolution"]["evidence"] == {"output": "a", "width": 400}
    assert by_id["logo"]["not_measured"] == "no image or video output"
    assert "capped_by" not in whole


def test_one_output_with_the_logo_is_enough_and_every_output_needs_its_ratio() -> None:
    rubric = [asked("logo", limits={"at_least": 0.9}), asked("aspect_ratio", limits={"at_most": 0.01})]
    found = {
        "logo": [Measured(0.3, output="a"), Measured(0.95, output="b")],
        "aspect_ratio": [Measured(0.0, output="a"), Measured(0.3, output="b")],
    }
    scores = {each["id"]: each["score"] for each in evaluated(rubric, found)["criteria"]}
    assert scores == {"logo": 1, "aspect_ratio": 0}


def test_a_broken_hard_limit_caps_the_score_and_is_named() -> None:
    rubric = [
        {"id": "palette", "weight": 9, "limits": {"at_least": 0.4}},
        asked("banned_words", hard_limits={"at_most": 0}),
    ]
    whole = evaluated(rubric, {"palette": [Measured(1.0)], "banned_words": [Measured(1.0)]})
    assert (whole["score"], whole["capped_by"]) == (CAP, ["banned_words"])
    passing = evaluated(rubric, {"palette": [Measured(1.0)], "banned_words": [Measured(0.0)]})
    assert passing["score"] == 1


def test_nothing_measured_is_no_score() -> None:
    whole = evaluated([asked("logo", limits={"at_least": 0.9})], {"logo": [Measured(reason="it broke")]})
    assert whole["score"] is None
    assert shortened(whole)["criteria"] == [{"id": "logo", "not_measured": "it broke"}]


def test_banned_words_are_found_whole_in_any_case_and_spacing() -> None:
    found = words.banned(
        ["A CHEAP chair. Your last\nchance!", "Cheaply made"], ["cheap", "last chance", "hurry"]
    )
    assert found.value == 2
    assert found.evidence["words"] == ["cheap", "last chance"]
    assert words.banned(["A fair chair"], ["cheap"]).value == 0


def test_required_words_count_as_a_share() -> None:
    assert words.required(["Night market, tonight"], ["Night Market"]).value == 1
    half = words.required(["Night market, tonight"], ["Night Market", "free entry"])
    assert (half.value, half.evidence) == (0.5, {"missing": ["free entry"]})


def test_readability_is_the_flesch_kincaid_grade() -> None:
    # 10 words, 2 sentences, 11 syllables: 0.39 * 5 + 11.8 * 1.1 - 15.59
    plain = words.grade(["The cat sat on a mat. The dog ran away."])
    assert plain.value == pytest.approx(-0.7, abs=0.06)
    hard = words.grade(
        ["Extraordinarily sophisticated international communication necessitates organizational ability now."]
    )
    assert (hard.value or 0) > 20
    assert words.grade(["Too short"]).value is None


@pytest.mark.parametrize(
    ("word", "count"), [("cat", 1), ("table", 2), ("made", 1), ("linen", 2), ("beauty", 2), ("tree", 1)]
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert words.syllables_of(word) == count


def run_of(**more: Json) -> Run:
    base: Json = {
        "run_id": "run_1",
        "type": RunType.TECHNIQUE,
        "caller": "local",
        "workspace_id": "",
        "project_id": "",
        "operation": "",
        "target_id": "tech_x",
        "target_name": "",
        "fingerprint": "",
        "status": Status.RUNNING,
        "phase": Phase.RENDERING,
        "progress": 0.0,
        "message": "",
        "created_at": 0,
        "seq": 1,
    }
    return Run(**{**base, **more})


def test_copy_is_what_is_set_in_type_or_comes_out_as_text() -> None:
    definition = {
        "steps": {
            "page": {
                "action": "compose-grid",
                "params": {"title": "$inputs.title", "style": "$inputs.style"},
            },
            "line": {"action": "add-text-to-image", "params": {"text": "{{ inputs.words | upper }}"}},
        }
    }
    inputs = {"title": "Autumn", "style": "clean", "words": ["one", "two"], "image": "asset_1"}
    run = run_of(request={"inputs": inputs})
    outputs = (
        Output("poem", PortType.TEXT, text="Rain."),
        Output("colors", PortType.TEXT, text='["#fff"]'),
    )
    assert copy_of(run, outputs, definition) == ["Rain.", "Autumn", "one", "two"]
    action = run_of(
        type=RunType.ACTION, request={"inputs": {"text": ["a"]}, "params": {"text": "b", "color": "red"}}
    )
    assert copy_of(action, (), None) == ["a", "b"]
