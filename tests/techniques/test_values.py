import pytest

from limner.errors import InvalidInput
from limner.techniques.values import validate_inputs, validate_params
from limner.types import Json

from .actions import ACTIONS
from .loading import load_fixture

SHEET = load_fixture("captioned-sheet.yaml")
IMAGES = ["a.png", "b.png"]


def test_values_are_coerced_and_defaults_filled_in_port_order() -> None:
    given = {"has_palette": "FALSE", "blur": "5.0", "images": '["a.png", " b.png "]', "captions": "One"}

    found = validate_inputs(SHEET, given)

    assert found == {
        "images": IMAGES,
        "captions": ["One"],
        "blur": 5,
        "layout": "auto",
        "has_palette": False,
    }
    assert list(found) == ["images", "captions", "blur", "layout", "has_palette"]
    assert isinstance(found["blur"], int)
    assert validate_inputs(SHEET, found) == found


@pytest.mark.parametrize("nothing", [None, []])
def test_an_optional_input_without_a_value_is_left_out(nothing: object) -> None:
    assert "captions" not in validate_inputs(SHEET, {"images": IMAGES, "captions": nothing})


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({}, "inputs.images", "is required: expects a list of 2 to 4, each an image as a path"),
        ({"images": ["a"]}, "inputs.images", "a list of 2 to 4, each an image as a path, file://"),
        ({"images": ["a", ""]}, "inputs.images[1]", "expects an image as a path"),
        ({"images": ["a", 5]}, "inputs.images[1]", "got '5'"),
        ({"images": IMAGES, "blur": 21}, "inputs.blur", "expects a number from 0 to 20, got '21'"),
        ({"images": IMAGES, "blur": "much"}, "inputs.blur", "expects a number from 0 to 20, got 'much'"),
        ({"images": IMAGES, "blur": True}, "inputs.blur", "expects a number"),
        ({"images": IMAGES, "blur": "1e999"}, "inputs.blur", "expects a number"),
        ({"images": IMAGES, "blur": float("nan")}, "inputs.blur", "expects a number"),
        ({"images": IMAGES, "blur": 10**400}, "inputs.blur", "expects a number"),
        ({"images": IMAGES, "layout": "grid"}, "inputs.layout", "expects one of: auto, grid-2x2, got 'grid'"),
        ({"images": IMAGES, "has_palette": 1}, "inputs.has_palette", "expects true or false, got '1'"),
        ({"images": IMAGES, "captions": ["x" * 81]}, "inputs.captions[0]", "text of at most 80 characters"),
        ({"images": IMAGES, "captions": [{"a": 1}]}, "inputs.captions[0]", "expects text"),
        ({"images": IMAGES, "captions": ["\ud800"]}, "inputs.captions[0]", "valid Unicode"),
        ({"images": IMAGES, "layuot": "auto"}, "inputs.layuot", "Did you mean 'layout'?"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_expected(given: Json, field: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        validate_inputs(SHEET, given)

    assert [error.field for error in caught.value.fields] == [field]
    assert message in caught.value.fields[0].message


def test_all_bad_values_are_reported_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        validate_inputs(SHEET, {"blur": 99, "nope": 1, "layout": 3})

    assert [error.field for error in caught.value.fields] == [
        "inputs.nope",
        "inputs.images",
        "inputs.blur",
        "inputs.layout",
    ]


def test_parameters_of_an_action_are_coerced_and_completed() -> None:
    assert validate_params(ACTIONS["ken-burns-video"].params, {"fps": 24}) == {"fps": "24", "duration": 4}
    assert validate_params(ACTIONS["add-shape-to-image"].params, {"center": '{"x": "10"}'})["center"] == {
        "x": 10
    }
    with pytest.raises(InvalidInput, match=r"params\.center\.x: expects a number from 0 to 100"):
        validate_params(ACTIONS["add-shape-to-image"].params, {"center": {"x": 101}})
    with pytest.raises(InvalidInput, match=r"Did you mean 'radius'"):
        validate_params(ACTIONS["blur-image"].params, {"radios": 3})
