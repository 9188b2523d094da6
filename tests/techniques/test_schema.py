import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from limner.authored.document import parse_document
from limner.errors import InvalidInput
from limner.techniques.format import format_schema
from limner.techniques.narrowing import ITEM_KEYWORDS, MisfitError, fit
from limner.techniques.ports import INPUT_KEYS, OUTPUT_KEYS
from limner.techniques.schema import input_schema, output_schema, signature
from limner.techniques.shape import TECHNIQUE_KEYS
from limner.techniques.values import validate_inputs
from limner.types import Json, Technique

from .loading import FIXTURES, load, load_fixture

PALETTE = load_fixture("palette-pull.yaml")
GOOD = sorted(path.name for path in FIXTURES.glob("*.yaml"))


def technique(name: str) -> Technique:
    return load_fixture(name, {PALETTE.technique_id: PALETTE})


def test_a_signature_sums_up_the_ports_in_one_line() -> None:
    assert signature(PALETTE) == "image: imageUrl, colors?: 3–12 = 6 → swatches: imageUrl, colors: text"
    assert signature(technique("captioned-sheet.yaml")) == (
        "images: imageUrl[2–4], captions?: text[1–4], blur?: 0–20 = 2, layout?: auto|grid-2x2 = auto, "
        "has_palette?: true|false = true, clip?: videoUrl → sheet: imageUrl, cover: imageUrl, colors?: text"
    )


@pytest.mark.parametrize("name", GOOD)
def test_schemas_are_portable(name: str) -> None:
    for schema in (input_schema(technique(name)), output_schema(technique(name))):
        Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        for name_, port in schema["properties"].items():
            assert re.fullmatch(r"[a-z0-9_]{1,64}", name_)
            assert port["description"]
            scalar = port["items"] if port["type"] == "array" else port
            assert scalar["type"] in ("string", "number", "integer", "boolean")
            assert not {"$ref", "anyOf", "oneOf", "allOf"} & {*port, *scalar}


def test_limits_are_repeated_in_descriptions() -> None:
    ports = input_schema(technique("captioned-sheet.yaml"))["properties"]

    assert "asset_…" in ports["images"]["description"]
    assert "A list of 2 to 4" in ports["images"]["description"]
    assert ports["blur"]["description"].endswith("A number from 0 to 20. Default: 2.")
    assert "One of: auto, grid-2x2." in ports["layout"]["description"]
    assert (
        "Aspect ratio 3:2, cropped to fit."
        in input_schema(technique("poster-copy.yaml"))["properties"]["photo"]["description"]
    )


def test_validated_inputs_satisfy_the_schema() -> None:
    sheet = technique("captioned-sheet.yaml")
    validator = Draft202012Validator(input_schema(sheet))

    for given_ in (
        {"images": ["a", "b"]},
        {"images": ["a", "b"], "captions": "x", "blur": "3", "has_palette": "true"},
    ):
        assert validator.is_valid(validate_inputs(sheet, given_))


@pytest.mark.parametrize("name", GOOD)
def test_every_good_file_satisfies_the_format_schema(name: str) -> None:
    schema = format_schema()
    Draft202012Validator.check_schema(schema)
    data, _ = parse_document((FIXTURES / name).read_text(encoding="utf-8"), name)

    assert [error.message for error in Draft202012Validator(schema).iter_errors(data)] == []
    assert list(Draft202012Validator(schema).iter_errors(technique(name).definition)) == []


def test_the_format_schema_refuses_what_the_loader_refuses() -> None:
    validator = Draft202012Validator(format_schema())
    sound: Json = dict(PALETTE.definition)

    for change in (
        {"nmae": 1},
        {"outputs": []},
        {"steps": {"a": {"acton": "x"}}},
        {"technique_id": "palette"},
        {"price_usd": -0.01},
        {"price_usd": 10_001},
        {"price_usd": "2.50"},
    ):
        assert not validator.is_valid({**sound, **change})


def test_the_format_schema_knows_every_key() -> None:
    schema = format_schema()

    assert set(schema["properties"]) == set(TECHNIQUE_KEYS)
    assert set(schema["$defs"]["input"]["properties"]) == set(INPUT_KEYS)
    assert set(schema["$defs"]["output"]["properties"]) == set(OUTPUT_KEYS)
    assert set(schema["$defs"]["narrowing"]["properties"]) == {
        *ITEM_KEYWORDS,
        "minItems",
        "maxItems",
        "items",
    }


NUMBERS = st.integers(-20, 20) | st.floats(-20, 20, allow_nan=False).map(lambda number: round(number, 2))
SCHEMAS: st.SearchStrategy[Json] = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={"minimum": NUMBERS, "maximum": NUMBERS, "multipleOf": st.integers(1, 5)},
    ),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(0, 5),
            "pattern": st.just("^[a-c]*$"),
        },
    ),
    st.fixed_dictionaries({"type": st.just("boolean")}),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from("abcdef"), min_size=1, unique=True)}),
)


@settings(deadline=None)
@given(schema=SCHEMAS, value=NUMBERS | st.booleans() | st.text("abcd", max_size=6))
def test_what_fits_is_what_json_schema_says_of_the_coerced_value(schema: Json, value: Any) -> None:
    validator = Draft202012Validator(schema)

    try:
        fitted = fit(value, schema)
    except MisfitError:
        assert not validator.is_valid(value)
    else:
        assert validator.is_valid(fitted)


def test_no_inputs_give_an_empty_object() -> None:
    still = load(
        "technique_id: tech_s\nname: S\ndescription: D\nsteps: {t: {action: generate-text-image}}\n"
        "outputs: [{id: image, type: imageUrl, from: $steps.t.image}]\n"
    )

    assert input_schema(still) == {"type": "object", "properties": {}, "additionalProperties": False}
    assert signature(still) == "→ image: imageUrl"
    with pytest.raises(InvalidInput, match="none to choose from"):
        validate_inputs(still, {"x": 1})
