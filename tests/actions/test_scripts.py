"""Text in scripts that the bundled fonts lack: with the extra fonts, and without them."""

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_jobs import plain, run
from PIL import features

from limner.actions import fonts, fonts_extra
from limner.actions.bidi import levels, runs_right_to_left, visual_order
from limner.actions.breaks import units
from limner.actions.catalogue import builtin
from limner.actions.face import PLAIN, Face, manner_of, runs_of
from limner.actions.typeset import balanced, fit, ink, wrap
from limner.errors import InvalidInput

SENTENCES = {
    "hebrew": "שלום עולם",
    "arabic": "مرحبا بالعالم",
    "devanagari": "नमस्ते दुनिया",
    "bengali": "শুভেচ্ছা বিশ্ব",
    "tamil": "வணக்கம் உலகம்",
    "thai": "สวัสดีชาวโลก",
    "georgian": "გამარჯობა",
    "amharic": "ሰላም ልዑል",
    "chinese": "你好，世界",
    "japanese": "こんにちは、セカイ",
    "korean": "안녕하세요 세계",
    "emoji": "🎉 👩\u200d🚀",
}
HEBREW = "אבגדהוז"
MIXED = st.text(
    st.sampled_from("abcXYZ" + HEBREW + "جحخدذ" + "0123456789" + "٠١٢٣" + " .,:;!?-+/#$%&*\"'()[]{}"),
    max_size=24,
)
needs_shaping = pytest.mark.skipif(not features.check("raqm"), reason="Pillow finds no FriBiDi here")


@needs_shaping
@pytest.mark.parametrize("style", ["sans", "serif-bold", "mono"])
@pytest.mark.parametrize("script", SENTENCES)
def test_a_script_is_set_in_ink_that_is_no_row_of_boxes(tmp_path, script, style):
    text = SENTENCES[script]
    made = run(tmp_path, "generate-text-image", text=text, width=500, height=200, font_family=style)
    boxes = ink(fit("\U0010ffff" * len(text.replace(" ", "")), style, 33, (450, 150)))
    assert made.warnings == []
    drawn = made.pixels[..., 0] < 128
    assert drawn.sum() > 300
    assert drawn.any(axis=0).sum() != (np.asarray(boxes) > 128).any(axis=0).sum()
    assert fonts.missing_glyphs(text, style) == ""


@needs_shaping
def test_letters_of_arabic_join_and_those_of_devanagari_combine():
    def width(text, font_text=None):
        return Face("sans", 40, manner_of(text)).getlength(font_text or text)

    for word in ("مرحبا", "क्षत्रिय"):
        apart = sum(width(letter) for letter in word)
        assert width(word) < 0.95 * apart


@needs_shaping
def test_bold_styles_set_other_scripts_bolder():
    for text in SENTENCES.values():
        light, bold = (
            np.asarray(ink(fit(text, style, 60, (900, 200)))).sum() for style in ("sans", "sans-bold")
        )
        assert bold > 1.05 * light


@needs_shaping
def test_a_line_of_two_directions_reads_from_the_right_in_each():
    # Of `אב (CD) 12 גד`, the first letters stand rightmost, Latin and digits run left to right.
    runs = runs_of("אב (CD) 12 גד", "sans", manner_of("אב"))
    assert runs is not None
    told = "".join(each.text[::-1] if each.is_rtl else each.text for each in runs)
    assert told.replace(" ", "") == "דג12)CD(בא"  # HarfBuzz mirrors the brackets of a run from right to left


@given(MIXED, st.booleans())
@settings(max_examples=400, deadline=None)
def test_characters_stand_in_the_order_of_the_reference_implementation(text, is_rtl):
    text = f"x{text}x"  # white space at the ends of a line, which wrapping removes, has rules of its own
    deep = levels(text, is_rtl=is_rtl)
    ours = "".join(visual_order(text, deep))
    reference = get_display(text, base_dir="R" if is_rtl else "L")
    assert ours == reference


def test_the_first_letter_tells_the_direction_of_a_text():
    assert runs_right_to_left("12, שלום world") and not runs_right_to_left("12, world שלום")


def test_lines_of_scripts_without_spaces_end_between_characters_but_not_before_closing_signs():
    lines = wrap("「これは長い、とても長い文です。」", Face("sans", 20, PLAIN), 90, may_break=False)
    assert lines is not None and len(lines) > 3
    assert "".join(lines) == "「これは長い、とても長い文です。」"
    assert not any(line[0] in "、。」" or line[-1] == "「" for line in lines)


def test_spaces_within_such_text_are_kept_and_none_are_added():
    block = fit("漢字 かな文字 ABC を組む見本の文章です", "sans", 30, (170, 300))
    even = balanced(block, 170)
    assert len(even.lines) > 1
    assert "".join(even.lines).replace(" ", "") == block.text.replace(" ", "")
    assert " ".join(fit(block.text, "sans", 30, (2000, 300)).lines) == block.text


def test_thai_words_end_where_zero_width_spaces_tell():
    told = [word.strip("\u200b") for _, word in units("สวัสดี\u200bชาวโลก\u200bทดสอบ")]
    assert told == ["สวัสดี", "ชาวโลก", "ทดสอบ"]
    for before, after in pairwise([word for _, word in units("เกมแม่น้ำ")]):
        assert before[-1] not in "เแ" and not unicodedata.category(after[0]).startswith("M")


def test_kana_and_hangul_choose_the_forms_of_ideographs():
    assert [manner_of(text).language for text in ("直門", "直門です", "直門 한국")] == ["zh", "ja", "ko"]
    forms = {bytes(np.asarray(ink(fit(text, "sans", 60, (900, 90))))) for text in ("直", "直\u200b")}
    assert len(forms) == 1  # what is unseen changes nothing
    japanese, chinese = (fonts.extra("sans", language)[-1].at(60).getmask("直") for language in ("ja", "zh"))
    assert bytes(japanese) != bytes(chinese)


def test_latin_text_takes_one_font():
    assert runs_of("Größe – Γειά, привет", "serif", PLAIN) is None


def test_without_the_extra_a_warning_names_the_characters_and_the_extra(tmp_path, without_extra):
    made = run(tmp_path, "add-text-to-image", [plain("navy", (300, 200))], text="Tea 茶 for two 🎉")
    (warning,) = made.warnings
    assert warning.startswith("params.text: left out 茶🎉: ") and "limner[fonts]" in warning


def test_without_the_extra_text_of_such_characters_only_is_refused_naming_it(tmp_path, without_extra):
    with pytest.raises(InvalidInput, match="שלום") as caught:
        run(tmp_path, "generate-text-image", text="שלום")
    assert "limner[fonts]" in caught.value.next_step


def test_a_character_that_no_font_has_is_named_and_nothing_is_said_of_the_extra(tmp_path):
    made = run(tmp_path, "generate-text-image", text="a\U00013000b")
    assert made.warnings == ["params.text: left out \U00013000: no installed font has it."]


def test_results_with_and_without_the_extra_are_kept_apart(without_extra):
    alone = {action.action_id: action.edition for action in builtin()}
    assert set(alone.values()) == {""}


def test_actions_that_set_text_know_the_edition_of_the_fonts():
    editions = {action.action_id for action in builtin() if action.edition.startswith(fonts_extra.edition())}
    assert editions == {
        "add-text-to-image", "generate-text-image", "ken-burns-video", "surveillance-image", "compose-grid",
        "compose-ads", "compose-book", "compose-moodboard", "compose-mugshot", "map-segments", "replace-text",
        "draft-layout",
    }  # fmt: skip
    assert fonts_extra.edition().startswith("manimgx-fonts 20")
