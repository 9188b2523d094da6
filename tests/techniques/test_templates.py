import pytest

from limner.errors import StepFailed
from limner.techniques.filling import fill_inputs, fill_params, fill_prompt
from limner.techniques.references import Reference, Scope
from limner.techniques.templates import Read, check_template, render, template_reads

SCOPE = Scope(
    inputs={"title": "{{ run.seed }}", "items": ["a", "b"], "n": 2.0, "gone": None},
    steps={"s": {"text": "Hi", "image": ["asset_1", "asset_2"]}, "skipped": None},
    brand={"voice": {"tone": "warm"}},
    run={"seed": 7},
    item={"word": "x"},
    index=3,
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain $5", "plain $5"),
        ("{{ inputs.title }}", "{{ run.seed }}"),
        ("{{ inputs.n * 2 }} {{ 7 / 2 }} {{ 7 // 2 + 1 }} {{ -index }}", "4 3.5 4 -3"),
        ("{{ inputs.items | join(', ') }}", "a, b"),
        (
            "{% for x in inputs.items %}{{ loop.index }}{{ x | upper }}{% if not loop.last %},{% endif %}{% endfor %}",
            "1A,2B",
        ),
        ("{{ inputs.gone }}|{{ inputs.gone | default('none') }}|{{ inputs.never }}", "|none|"),
        ("{{ steps.skipped.text }}{{ steps.s.text }}", "Hi"),
        ("{{ brand.voice.tone | capitalize }} {{ item.word }} {{ run.seed }}", "Warm x 7"),
        ("{% set a = 'x' %}{% for i in range(3) %}{{ a + a }}{% endfor %}", "xxxxxx"),
        ("{{ 'many' if inputs.items | length > 1 else 'one' }}", "many"),
        ("{{ inputs.n is odd }} {{ inputs.gone is none }} {{ 'b' in inputs['items'] }}", "false true true"),
        (
            "{{ 'abcdef' | truncate(4) }} {{ ' a ' | trim }} {{ 'a-b' | replace('-', '+') }} {{ 2.345 | round(1) }}",
            "abc… a a+b 2.3",
        ),
        ("{{ inputs['items'][1] }}{{ inputs['items'] | first }}{{ inputs['items'] | last }}", "bab"),
        ("a\n{{ 1 }}\n", "a\n1\n"),
    ],
)
def test_a_template_renders_values_as_data(template: str, text: str) -> None:
    assert check_template(template) == []
    assert render(template, SCOPE) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ inputs['items'] }}", "list or an object cannot be printed"),
        ("{{ 'x' * 1000000 }}", "works on two numbers"),
        ("{{ '%99999d' % 5 }}", "works on two numbers"),
        ("{% for i in range(2000) %}{% endfor %}", "at most 1000"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ 'abc' | int }}", "could not convert"),
        ("{{ inputs.n.real }}", "cannot be read"),
        ("{% set a = 'x' * 1 %}", "works on two numbers"),
        ("{% set a='xxxxxxxx' %}" + "{% set a = a + a %}" * 20, "over 64 KB"),
        ("{% set a='xxxxxxxx' %}" + "{% set a = [a, a] | join %}" * 20, "over 64 KB"),
        ("{% set n = 999999 %}" + "{% set n = n * n %}" * 9, "over 10^15"),
        ("{% for i in range(1000) %}{% for j in range(1000) %}xxxxxxxxxx{% endfor %}{% endfor %}", "over 64 KB"),
    ],
)  # fmt: skip
def test_a_template_that_passes_a_bound_fails_its_step(template: str, message: str) -> None:
    with pytest.raises(StepFailed) as caught:
        render(template, SCOPE)

    assert message in caught.value.message


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ inputs.__class__ }}",
        "{{ inputs.title.upper }}",
        "{{ self }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ inputs.title | safe }}",
        "{{ inputs.title() }}",
        "{{ 'a' ~ 'b' }}",
        "{{ {'a': 1} }}",
        "{{ [[1]] }}",
        "{% set inputs = 1 %}",
        "{% for x in inputs.items recursive %}{% endfor %}",
        "{% filter upper %}x{% endfilter %}",
        "{% block x %}{% endblock %}",
        "{% if %}",
        "{{ loop.index }}",
    ],
)
def test_what_a_template_may_not_do_is_refused_or_gives_nothing_of_python(template: str) -> None:
    if check_template(template):
        return
    try:
        text = render(template, SCOPE)
    except StepFailed as error:
        text = error.message
    assert "built-in" not in text
    assert "<" not in text


def test_what_a_template_reads_is_known_before_it_runs() -> None:
    text = (
        "{{ inputs.title | upper }}{% if steps.s.image[0] %}{{ item.word }}{% endif %}"
        "{% for x in inputs.items %}{% endfor %}"
    )

    assert template_reads(text) == [
        Read(Reference("inputs", ("title",)), is_printed=True, is_bare=False),
        Read(Reference("steps", ("s", "image", 0)), is_printed=False, is_bare=False),
        Read(Reference("item", ("word",)), is_printed=True, is_bare=True),
        Read(Reference("inputs", ("items",)), is_printed=False, is_bare=False),
    ]


def test_inputs_are_filled_with_lists_spliced_and_missing_members_left_out() -> None:
    filled = fill_inputs(
        {
            "image": ["$steps.s.image", "$inputs.gone", "$steps.s.image[1]"],
            "text": ["{{ run.seed }}", "$inputs.title"],
            "video": "$inputs.gone",
            "audio": {"first": ["$inputs.gone", "$steps.skipped.audio", "$item.word"]},
        },
        SCOPE,
    )

    assert filled == {
        "image": ["asset_1", "asset_2", "asset_2"],
        "text": ["7", "{{ run.seed }}"],
        "video": None,
        "audio": "x",
    }


def test_parameters_without_a_value_are_left_to_their_defaults() -> None:
    params = {
        "radius": "$inputs.gone",
        "center": {"x": "$inputs.n", "y": "$inputs.gone"},
        "fill": "{{ kept }}",
        "n": 0,
    }

    assert fill_params(params, SCOPE) == {"center": {"x": 2.0}, "fill": "{{ kept }}", "n": 0}


def test_a_prompt_is_a_reference_or_a_template() -> None:
    assert fill_prompt("$inputs.title", SCOPE) == "{{ run.seed }}"
    assert fill_prompt("Say {{ steps.s.text }}", SCOPE) == "Say Hi"
    assert fill_prompt("$inputs.gone", SCOPE) is None
