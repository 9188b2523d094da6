"""Whatever a server writes into its answers, the adapter reads it or says that it cannot."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import LimnerError
from limner.providers.flora.catalogue import UnreadableRowError, is_ready, model_of, output_name, technique_of
from limner.providers.flora.runs import charged, failure_of, is_over, progress_of, ticket_of
from limner.techniques.remote import remote_techniques
from limner.types import Order, ProviderSettings, Task

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("model_id", "technique_id", "type", "name", "description", "params", "inputs", "outputs", "run_cost")
NAMES += ("capabilities", "estimated_credits", "estimated_seconds", "availability", "status", "progress")
NAMES += ("run_id", "poll_url", "charged_cost", "error_code", "error_message", "id", "options", "multiple")
NAMES += (
    "min",
    "max",
    "default",
    "required",
    "value",
    "label",
    "specified_aspect_ratio",
    "specified_duration",
)
WORDS = st.sampled_from(
    ["image", "imageUrl", "text", "string", "string[]", "seed", "int", "failed", "16:9", "x"]
)
ROWS = st.recursive(
    ANYTHING | WORDS,
    lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=10) | st.lists(inner, max_size=3),
    max_leaves=30,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), ROWS, max_size=len(NAMES))


@settings(max_examples=400, deadline=None)
@given(OBJECTS)
def test_a_row_is_a_model_or_a_technique_or_is_left_out(row: dict[str, Any]) -> None:
    is_ready(row)
    try:
        model, _ = model_of({"model_id": "x", "type": "image", **row}, "flora")
        assert model.model_id == f"flora/{model.native_id}"
        assert all({"type", "description", "default"} <= schema.keys() for schema in model.params.values())
    except UnreadableRowError:
        pass
    try:
        technique, _ = technique_of({"technique_id": "x", "run_cost": 1, **row})
        for each in remote_techniques("flora", [technique]).values():
            assert len(each.inputs) == len(technique.inputs)
    except UnreadableRowError:
        pass


@settings(max_examples=300, deadline=None)
@given(OBJECTS)
def test_an_answer_is_a_run_or_no_run(row: dict[str, Any]) -> None:
    account = ProviderSettings("flora", "flora", "https://app.flora.ai/api/v1")
    try:
        ticket_of(Order(Task.TECHNIQUE, "x"), row, account)
        is_over(row, "flora")
    except LimnerError:
        return
    share, _ = progress_of(row)
    assert 0 <= share <= 1
    assert (charged(row) or 0) >= 0
    assert failure_of(row, "flora").code


@given(st.text(min_size=1, max_size=60))
def test_every_output_id_becomes_one_that_references_can_name(native: str) -> None:
    assert output_name(native).replace("-", "_").isidentifier()
    assert output_name(native).isascii()
