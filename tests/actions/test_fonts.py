import pytest
from PIL import ImageFont

from limner.actions.fonts import FILES, FOLDER, PUBLIC_STYLES, font, missing_glyphs, without_missing
from limner.actions.specs.layout import LAYOUT

ALPHABETS = {
    "western": "ABCXYZ abcxyz 0123456789 .,:;!?&@#%()[]{}/\\'\"-–—…«»„“”‘’ €£$¥ ©®™",
    "german and nordic": "ÄÖÜäöüß ÅØÆåøæ",
    "romance": "ÀÉÎÕÇàéîõçñ ¿¡ Œœ",
    "polish, czech, hungarian": "ĄĆĘŁŃŚŹŻ ąćęłńśźż ČĎĚŇŘŠŤŮŽ čďěňřšťůž ŐŰ őű",
    "romanian, turkish, baltic": "ȘȚșț ĞİŞğış ĀĒĢĪĶĻŅŪ āēģīķļņū",
    "vietnamese": "Việt Nam ơ ư ạ ả ấ ầ ẩ ẫ ậ ề ể ễ ệ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự",
    "greek": "ΑΒΓΔΕΖΗΘ αβγδεζηθ ΆΈΉΊΌΎΏ άέήίόύώ ςϊϋΐΰ",
    "cyrillic": "АБВГДЕЖЗ абвгджзий Ёё Ъъ Ыы Ээ Юю Яя ЄІЇҐ єіїґ Ђ Љ Њ Ћ Џ ў",
}


@pytest.mark.parametrize("style", FILES)
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_style_sets_every_alphabet_promised(style, alphabet):
    assert missing_glyphs(ALPHABETS[alphabet], style) == ""


@pytest.mark.parametrize("style", FILES)
def test_characters_of_other_scripts_are_missing_and_named_once_in_order(style, without_extra):
    assert missing_glyphs("a日b🎉日本c", style) == "日🎉本"


def test_what_has_no_ink_is_not_missing():
    assert missing_glyphs("a b\tc\nd\u00a0e\u200d\ufe0f", "sans") == ""


def test_a_letter_with_its_accent_apart_counts_as_one():
    assert without_missing("Cafe\u0301", "sans") == ("Café", "")


def test_left_out_emoji_take_their_joiners_with_them(without_extra):
    text, missing = without_missing("Hi 👩\u200d🚀\ufe0f!", "sans")
    assert text == "Hi !" and missing == "👩🚀"


def test_styles_of_the_specs_are_the_public_styles():
    offered = {
        tuple(action.params["font_family"]["enum"]) for action in LAYOUT if "font_family" in action.params
    }
    assert offered == {PUBLIC_STYLES}


def test_sizes_in_parts_of_a_pixel_scale_evenly():
    widths = [font("sans", size).getlength("Measured") for size in (20, 20.5, 41)]
    assert widths[0] < widths[1] < widths[2]
    assert widths[2] / widths[1] == pytest.approx(2, rel=0.02)


def test_every_file_has_a_family_that_css_can_name_unquoted_and_its_licence_beside_it():
    for name in FILES.values():
        family, style = ImageFont.truetype(FOLDER / name, 20).getname()
        assert family is not None and family.isidentifier()
        assert name == f"{family}-{style}.ttf"
        assert (
            (FOLDER / f"OFL-{family.removesuffix('Display')}.txt")
            .read_text(encoding="utf-8")
            .count("SIL OPEN FONT LICENSE")
        )


def test_the_folder_stays_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_000_000
