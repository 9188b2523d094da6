"""Editing a host's file: what was there stays there, and undoing brings back every byte."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner.errors import ConfigurationError
from limner.hosts.edit import Place

ENTRY = {"command": "/opt/limner/bin/limner", "args": [], "env": {"LIMNER_HOME": "/data/é"}}
OTHER = {"command": "/usr/bin/other", "args": ["a"]}
PLACE = Place("mcpServers", "limner", allows_comments=True)
STRICT = Place("mcpServers", "limner", allows_comments=False)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
sections = st.dictionaries(st.sampled_from(["limner", "other", "Ünïcode", 'qu"ote', "{,}", "// no"]), values)
configurations = st.dictionaries(st.text(max_size=5), values, max_size=4).flatmap(
    lambda rest: st.one_of(
        st.just(rest),
        st.tuples(sections, st.booleans()).map(
            lambda drawn: (
                {"mcpServers": drawn[0], **{k: v for k, v in rest.items() if k != "mcpServers"}}
                if drawn[1]
                else {**rest, "mcpServers": drawn[0]}
            )
        ),
    )
)
styles = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 1, 2, 4, "\t"]),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")]),
        "ensure_ascii": st.booleans(),
    }
)
endings = st.sampled_from(["\n", "\r\n"])
noise = st.sampled_from(["", " ", "\n", "\t", "// note, {\n", "/* a } */", '/* b\n " */', "\n// c ]\n\n"])


@st.composite
def plain_texts(draw: st.DrawFn) -> str:
    text = json.dumps(draw(configurations), **draw(styles))
    return (
        draw(st.sampled_from(["", "\ufeff", " \n"]))
        + text.replace("\n", draw(endings))
        + draw(noise.filter(str.isspace) | st.just(""))
    )


@st.composite
def commented_texts(draw: st.DrawFn) -> str:
    """Return a configuration with comments and white space wherever they may stand, and trailing commas."""

    def written(value: Any) -> str:
        if isinstance(value, dict) and value:
            inner = ",".join(
                f"{draw(noise)}{json.dumps(key)}{draw(noise)}:{draw(noise)}{written(each)}{draw(noise)}"
                for key, each in value.items()
            )
            return f"{{{inner}{draw(st.sampled_from(['', ',']))}{draw(noise)}}}"
        if isinstance(value, dict):
            return f"{{{draw(noise)}}}"
        return json.dumps(value)

    return draw(noise) + written(draw(configurations)) + draw(noise)


def without(text: str, added: str) -> bool:
    """Whether `text` can be had from `added` by leaving letters out: every byte survived, in order."""
    letters = iter(added)
    return all(letter in letters for letter in text)


def meaning(text: str) -> Any:
    return json.loads(text.lstrip("\ufeff")) if text.strip("\ufeff \n\r\t") else {}


@given(plain_texts())
@example("")
@example("\n")
@example("{}")
@example('{"mcpServers":{}}')
@example('{"mcpServers": {"limner": 1}}')
def test_what_was_there_is_still_there(text: str) -> None:
    try:
        edited = STRICT.put(text, ENTRY)
    except ConfigurationError as refused:
        assert "must be an object" in refused.message  # e.g. {"mcpServers": 3}
        return
    before, after = meaning(text), meaning(edited)
    had = before.get("mcpServers", {})
    assert after == {**before, "mcpServers": {**had, "limner": ENTRY}}
    order = [key for key in before.get("mcpServers", {}) if key != "limner"]
    assert [key for key in after["mcpServers"] if key != "limner"] == order
    assert [key for key in after if key in before] == list(before)
    if "limner" not in had:
        assert without(text.rstrip(), edited)


@given(st.one_of(plain_texts(), commented_texts()))
@example("")
def test_installing_and_undoing_is_the_identity(text: str) -> None:
    try:
        edited = PLACE.put(text, ENTRY)
    except ConfigurationError:
        return
    assert PLACE.put(edited, ENTRY) == edited
    assert PLACE.restore(edited, text) == text
    assert PLACE.get(edited) == ENTRY


@given(commented_texts())
def test_comments_and_trailing_commas_survive(text: str) -> None:
    try:
        had = PLACE.get(text)
        edited = PLACE.put(text, ENTRY)
    except ConfigurationError as refused:
        assert "must be an object" in refused.message
        return
    for comment in ("// note, {", "/* a } */", '/* b\n " */', "// c ]"):
        if had is None:
            assert edited.count(comment) == text.count(comment)
    assert PLACE.get(edited) == ENTRY


@given(plain_texts(), plain_texts())
def test_undoing_keeps_what_the_host_has_changed_since(text: str, later: str) -> None:
    try:
        changed = STRICT.put(later, ENTRY)
        had = STRICT.get(text)
    except ConfigurationError:
        return
    undone = STRICT.restore(changed, text)
    assert undone is not None
    expected = meaning(later)
    expected["mcpServers"] = {
        key: value for key, value in meaning(changed)["mcpServers"].items() if key != "limner"
    }
    if had is not None:
        expected["mcpServers"]["limner"] = had
    found = meaning(undone)
    found.setdefault("mcpServers", {})
    assert found == expected


def test_the_file_keeps_its_indentation_line_endings_and_trailing_comma() -> None:
    text = '{\r\n\t// mine\r\n\t"servers": {\r\n\t\t"other": {"command": "x"}, // yes\r\n\t},\r\n}\r\n'
    place = Place("servers", "limner", allows_comments=True)
    edited = place.put(text, {"command": "/l"})
    assert edited == text.replace(
        "// yes\r\n", '// yes\r\n\t\t"limner": {\r\n\t\t\t"command": "/l"\r\n\t\t},\r\n'
    )
    assert place.take(edited) == text


def test_the_entry_stands_as_far_in_as_its_neighbours() -> None:
    text = '{\n  "mcpServers": {\n        "a": {}\n  }\n}\n'
    added = ',\n        "limner": {\n          "command": "/l"\n        }\n'
    assert STRICT.put(text, {"command": "/l"}) == text.replace('"a": {}\n', '"a": {}' + added)


def test_a_file_on_one_line_stays_on_one_line() -> None:
    assert STRICT.put('{"a":1,"mcpServers":{}}', {"command": "/l", "args": []}) == (
        '{"a":1,"mcpServers":{"limner":{"command":"/l","args":[]}}}'
    )


def test_the_entry_is_taken_out_wherever_it_stands() -> None:
    for order in (["limner", "a", "b"], ["a", "limner", "b"], ["a", "b", "limner"]):
        for indent in (None, 2):
            text = json.dumps({"mcpServers": {key: {"command": key} for key in order}}, indent=indent)
            rest = {"mcpServers": {key: {"command": key} for key in ("a", "b")}}
            assert STRICT.take(text) == json.dumps(rest, indent=indent)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{\n  "mcpServers": {,}\n}', "line 2, column 18"),
        ('{\r\n  "a": 1\r\n  "b": 2}', "line 3, column 3"),
        ('{"a": 1, // no\n}', "line 1, column 10"),
        ("[]", "line 1, column 1"),
        ('{\n "mcpServers": []}', "line 2, column 16"),
        ('{"mcpServers": {},\n "mcpServers": {}}', "line 2, column 2"),
        ('{"a": "unended}', "line 1, column 7"),
        ("{" * 3, "line 1, column 2"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(text: str, where: str) -> None:
    for edit in (lambda: STRICT.put(text, ENTRY), lambda: STRICT.take(text)):
        with pytest.raises(ConfigurationError, match=where):
            edit()
