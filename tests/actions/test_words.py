import re
import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.words_marks import is_word_edge, seen_characters
from limner.actions.worker import load_handler
from limner.errors import InvalidInput
from limner.types import Kind, Limits

FAMILY, FLAG, THUMB = "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽"
texts = st.text(st.sampled_from("aB ,.\n\r\tßéİ日ह" + "\u093f\u0301👍"), max_size=60)


def run(folder, action_id: str, *given_texts: str, **params: Any) -> tuple[list[str], list[str]]:
    """Return the texts that an action makes and its warnings."""
    action = builtin().get(action_id)
    assert set(params) <= set(action.params)
    told: list[Any] = []
    inputs = {Kind.TEXT: tuple(Given(text=text) for text in given_texts)}
    job = Job(inputs, {**action.defaults(), **params}, folder, Limits(), 0, told.append)
    made = load_handler(action.handler)(job)
    assert all(each.kind is Kind.TEXT and each.path is None for each in made)
    return [each.text or "" for each in made], [line["warning"] for line in told if "warning" in line]


def split(folder, text: str, **params: Any) -> list[str]:
    return run(folder, "split-text", text, **params)[0]


def replaced(folder, text: str, find: str, replace: str, **params: Any) -> str:
    return run(folder, "find-and-replace-text", text, find=find, replace=replace, **params)[0][0]


def joined(folder, *parts: str, **params: Any) -> str:
    return run(folder, "concat-text", *parts, **params)[0][0]


def test_split_takes_lines_apart_when_told_nothing(tmp_path):
    assert split(tmp_path, "one\r\n\r\n two \nthree\n") == ["one", "two", "three"]


def test_split_at_a_separator_trims_and_skips_only_when_asked(tmp_path):
    assert split(tmp_path, "a, b,, c", separator=",") == ["a", "b", "c"]
    assert split(tmp_path, "a, b,, c", separator=",", skip_empty=False) == ["a", "b", "", "c"]
    assert split(tmp_path, "a, b,, c", separator=",", trim_parts=False) == ["a", " b", " c"]
    assert split(tmp_path, "a, ,b", separator=",", trim_parts=False) == ["a", " ", "b"]


def test_a_separator_is_literal_and_may_be_typed_as_a_shell_types_it(tmp_path):
    assert split(tmp_path, "a.b|c.*d", separator=".*") == ["a.b|c", "d"]
    assert split(tmp_path, "a\tb", separator=r"\t") == ["a", "b"]
    assert split(tmp_path, "a\n\nb\nc", separator=r"\n\n") == ["a", "b\nc"]
    assert split(tmp_path, "a b", separator="") == ["a b"]


def test_paragraphs_are_what_blank_lines_separate(tmp_path):
    text = "\n\none\nstill one\n \t\n\n\ntwo\r\n\r\nthree\r\nstill three\n"
    assert split(tmp_path, text, split_mode="paragraph") == ["one\nstill one", "two", "three\r\nstill three"]


def test_lines_are_grouped_and_the_last_group_may_be_short(tmp_path):
    assert split(tmp_path, "1\n2\n3\n4\n5", split_mode="lines", lines_per_part=2.0) == ["1\n2", "3\n4", "5"]


def test_characters_are_counted_as_people_see_them(tmp_path):
    text = f"{FAMILY}{FLAG}{FLAG}{THUMB}x\u0323\u0302हि"
    parts = split(tmp_path, text, split_mode="charCount", chars_per_part=1)
    assert parts == [FAMILY, FLAG, FLAG, THUMB, unicodedata.normalize("NFC", "x\u0323\u0302"), "हि"]
    assert split(tmp_path, "abcdefg", split_mode="charCount", chars_per_part=3) == ["abc", "def", "g"]


def test_the_last_of_at_most_so_many_parts_keeps_the_rest(tmp_path):
    assert split(tmp_path, "a,,b,,c,d", separator=",", max_parts=2) == ["a", "b,,c,d"]
    assert split(tmp_path, "a\n\nb\n\n\nc\n", split_mode="paragraph", max_parts=2) == ["a", "b\n\n\nc"]
    assert split(tmp_path, "1\n2\n3\n4\n", split_mode="lines", max_parts=3) == ["1", "2", "3\n4"]
    assert split(tmp_path, "abcdef", split_mode="charCount", chars_per_part=2, max_parts=1) == ["abcdef"]
    assert split(tmp_path, "a,b", separator=",", max_parts=5) == ["a", "b"]


@pytest.mark.parametrize("mode", ["separator", "paragraph", "lines", "charCount"])
def test_an_empty_text_has_one_empty_part(tmp_path, mode):
    assert split(tmp_path, "", split_mode=mode) == [""]
    assert split(tmp_path, " \n ", split_mode=mode) == [""]


def test_more_parts_than_the_limit_are_refused_with_both_numbers(tmp_path):
    with pytest.raises(
        InvalidInput, match=r"inputs\.text: splits into 1,001 parts, the limit is 1,000"
    ) as told:
        split(tmp_path, "x," * 1000 + "x", separator=",")
    assert "max_parts" in told.value.next_step
    assert len(split(tmp_path, "x," * 5000, separator=",", max_parts=1000)) == 1000


def test_text_over_the_limit_is_refused_by_every_action(tmp_path):
    for action_id in ("split-text", "find-and-replace-text", "concat-text"):
        with pytest.raises(InvalidInput, match=r"inputs\.text: has 1,000,001 characters"):
            run(tmp_path, action_id, "x" * 1_000_001)


@settings(deadline=None)
@given(texts, st.sampled_from(["separator", "lines", "charCount"]), st.integers(0, 4), st.integers(1, 9))
def test_untrimmed_parts_lose_nothing_but_what_separates_them(tmp_path_factory, text, mode, most, count):
    text = unicodedata.normalize("NFC", text)
    parts = split(
        tmp_path_factory.getbasetemp(), text, split_mode=mode, separator=",", max_parts=most,
        chars_per_part=count, lines_per_part=count, trim_parts=False, skip_empty=False,
    )  # fmt: skip
    match mode:
        case "separator":
            assert parts == (text.split(",", most - 1) if most else text.split(","))
        case "charCount":
            assert "".join(parts) == text
        case _:
            lines = [line for part in parts for line in re.split("\r\n|\r|\n", part)]
            assert lines == (text.splitlines() or [""])
    assert not most or len(parts) <= most


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("ab c.é"), min_size=1).filter(lambda text: text.strip() == text)))
def test_splitting_undoes_joining(tmp_path_factory, parts):
    folder = tmp_path_factory.getbasetemp()
    assert split(folder, joined(folder, *parts)) == (parts or [""])


def test_without_find_the_text_comes_back(tmp_path):
    made, warnings = run(tmp_path, "find-and-replace-text", "as it is", replace="x")
    assert made == ["as it is"] and warnings == []


def test_finding_is_literal(tmp_path):
    assert replaced(tmp_path, r"a.c abc a\1", "a.c", r"\1$0") == r"\1$0 abc a\1"
    assert replaced(tmp_path, "((a+)+)!", "(a+)+", "") == "()!"


def test_the_first_or_every_place_is_replaced_and_never_what_was_put_in(tmp_path):
    assert replaced(tmp_path, "aaaa", "aa", "a") == "aa"
    assert replaced(tmp_path, "aaaa", "aa", "b", replace_all=False) == "baa"
    assert replaced(tmp_path, "cat", "a", "aa") == "caat"


def test_case_is_folded_in_full_when_it_does_not_matter(tmp_path):
    assert replaced(tmp_path, "Straße STRASSE strasse", "STRASSE", "Weg") == "Straße Weg strasse"
    assert (
        replaced(tmp_path, "Straße STRASSE strasse", "STRASSE", "Weg", case_sensitive=False) == "Weg Weg Weg"
    )
    assert replaced(tmp_path, "ΟΔΟΣ οδός οδος", "οδος", "x", case_sensitive=False) == "x οδός x"
    assert replaced(tmp_path, "ß", "s", "x", case_sensitive=False) == "ß"
    assert replaced(tmp_path, "İx", "X", "y", case_sensitive=False) == "İy"


@pytest.mark.parametrize(
    ("text", "find", "expected"),
    [
        ("cat cats (cat) concat cat", "cat", "X cats (X) concat X"),
        ("don't don", "don", "don't X"),
        ("3.14 and 3", "3", "3.14 and X"),
        ("foo_bar foo", "foo", "foo_bar X"),
        ("naïve na", "na", "naïve X"),
        ("हिन्दी हि", "हि", "हिन्दी X"),
        ("кот котик", "кот", "X котик"),
        ("喝茶吧", "茶", "喝X吧"),
        ("C++ and C", "C++", "X and C"),
        ("rock'n'roll, rock", "rock", "rock'n'roll, X"),
        ("end.cat-cat", "cat", "end.cat-X"),
    ],
)
def test_whole_words_are_those_of_unicode(tmp_path, text, find, expected):
    assert replaced(tmp_path, text, find, "X", whole_word=True) == expected


def test_text_that_does_not_occur_is_said(tmp_path):
    made, warnings = run(tmp_path, "find-and-replace-text", "tea", find="coffee")
    assert made == ["tea"] and "'coffee' does not occur" in warnings[0]


def test_a_result_over_the_limit_is_refused_before_it_is_made(tmp_path):
    with pytest.raises(InvalidInput, match=r"params\.replace: makes a text of 5,000,000,000 characters"):
        replaced(tmp_path, "a" * 500_000, "a", "b" * 10_000)


def test_forms_of_one_text_are_found_in_each_other(tmp_path):
    assert replaced(tmp_path, "cafe\u0301", "caf\u00e9", "tea") == "tea"
    assert replaced(tmp_path, "caf\u00e9", "cafe\u0301", "tea") == "tea"


@settings(deadline=None)
@given(texts, st.text(st.sampled_from("aBß.é "), min_size=1, max_size=3), st.text(max_size=3))
def test_replacing_every_place_is_what_python_does(tmp_path_factory, text, find, replace):
    text, find, replace = (unicodedata.normalize("NFC", each) for each in (text, find, replace))
    expected = unicodedata.normalize("NFC", text.replace(find, replace))
    assert replaced(tmp_path_factory.getbasetemp(), text, find, replace) == expected


def test_texts_are_joined_in_order_with_separators_between_only(tmp_path):
    assert joined(tmp_path, "one", "two", "three") == "one\ntwo\nthree"
    assert joined(tmp_path, "Hello ", "world", separator="") == "Hello world"
    assert joined(tmp_path, "one", "two", separator=r"\n\n") == "one\n\ntwo"
    assert joined(tmp_path, " only ") == " only "


def test_empty_parts_are_skipped_and_parts_trimmed_when_asked(tmp_path):
    assert joined(tmp_path, "a", "", " b ", separator="|") == "a| b "
    assert joined(tmp_path, "a", "", " b ", separator="|", skip_empty=False) == "a|| b "
    assert joined(tmp_path, "a", "  ", " b ", separator="|", trim_parts=True) == "a|b"
    assert joined(tmp_path, "", "") == ""


def test_prefix_and_suffix_stand_around_the_whole_or_each_part(tmp_path):
    around = {"prefix": "<", "suffix": ">", "separator": " "}
    assert joined(tmp_path, "a", "b", **around) == "<a b>"
    assert joined(tmp_path, "a", "b", **around, wrap_each_part=True) == "<a> <b>"


def test_headings_number_the_parts_that_are_joined(tmp_path):
    assert joined(tmp_path, "a", "", "b", add_headers=True) == "## Part 1\na\n## Part 2\nb"
    wrapped = joined(tmp_path, "a", "b", add_headers=True, wrap_each_part=True, prefix="(", suffix=")")
    assert wrapped == "## Part 1\n(a)\n## Part 2\n(b)"


def test_a_joined_text_over_the_limit_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"inputs\.text: makes a text of 2,0\d\d,\d\d\d characters"):
        joined(tmp_path, *["x"] * 1000, prefix="y" * 2000, wrap_each_part=True)


@pytest.mark.parametrize(
    "characters",
    [
        ["a", "\r\n", "\n", "\r", "b"],
        [FAMILY, "❤\ufe0f", "🏴\U000e0067\U000e0062\U000e007f", THUMB],
        ["🇩🇪", "🇫🇷", "a", "🇮"],
        ["กำ", "ก", "한", "\u1112\u119e\u11ab", "ｶﾞ"],
        ["\u0065\u0323\u0302", "ह\u093f", "म\u064e"],
    ],
)
def test_characters_begin_where_people_see_them_begin(characters):
    text = "".join(characters)
    starts = [*seen_characters(text), len(text)]
    assert [text[a:b] for a, b in pairwise(starts)] == characters


@pytest.mark.parametrize(
    "words",
    [
        ["The", " ", "quick", " ", "(", '"', "brown", '"', ")", " ", "fox", " ", "can't", " ", "jump"],
        ["32.3", " ", "feet", ",", " ", "right", "?"],
        ["1,000", " ", "e\u0301tude", " ", "a_b", "-", "c3po", " ", "‘", "so", "’"],
        ["日", "本", "カタカナ", "ひ", "ら", "Latin", " ", "한국어"],
        [FAMILY, " ", "शब्द", "।", "م\u064eن"],
    ],
)
def test_words_end_where_unicode_says(words):
    text = "".join(words)
    edges = [index for index in range(len(text) + 1) if is_word_edge(text, index)]
    assert [text[a:b] for a, b in pairwise(edges)] == words
