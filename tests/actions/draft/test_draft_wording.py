"""What a brief comes to: words that are set exactly, titles that are derived, layouts, colours, and what is missing."""

from pathlib import Path

import pytest
from drafts import Draft, draft

from limner.actions.draft.brief import read_brief
from limner.actions.draft.setting import set_text
from limner.actions.draft.types import Brief

PROMPTS = (
    "Make a poster for a running shoe launch in ocean blue, bold, Tempo 4, 12 March",
    "poster: a golden retriever astronaut on the moon eating ramen",
    "Create an image of a lighthouse in a storm at dusk with dramatic clouds",
    "Please design a flyer for our neighbourhood garage sale on Saturday from 9am to 2pm",
    "I need a web banner for a project management app, electric blue and white, sign up free",
    "Can you make me a social media post about our new opening hours for the winter season",
    "draw a product card for a hand-thrown stoneware mug, $38, sage green glaze",
    "an elegant wedding invitation for Anna & Tom, 6 September 2027, Villa Rosa, blush pink and gold",
    "generate a menu for a small coffee bar: flat white 3.50, espresso 2.40, croissant 2.80",
    "storyboard for a 15 second coffee advert: sun over the roofs, barista grinds beans, a friend walks in",
    "icon sheet for a veterinary clinic: dog, cat, heart, calendar, phone",
    "mood board for a dental clinic, mint and sky blue, calm",
    "title card for a documentary about the last orchards of the valley",
    "an instagram story announcing our summer gelato festival at Pier Road, Brighton on 14 June",
    "a minimal quote card about patience and slow work",
    "photo of a red vintage bicycle leaning against a yellow wall in the morning sun",
    "we would like a poster that shows two dancers in the rain under a street lamp at night",
    "Design a lively event poster for a street food festival with neon colours and big type",
    "Плакат для джазового фестиваля в парке у реки этим летом с друзьями",
    "Αφίσα για το φεστιβάλ κινηματογράφου στη Θεσσαλονίκη με ελεύθερη είσοδο για όλους",
    "yoga retreat flyer, lavender, 3-5 May 2027, Lake Bled, from €490 per person",
    "leaflet with tips for saving water at home, friendly, blue",
)
IMPERATIVES = (
    "make",
    "create",
    "design",
    "draw",
    "generate",
    "please",
    "poster",
    "flyer",
    "banner",
    "плакат",
    "αφίσα",
)


def read(text: str, layout: str = "auto", **given: str) -> Brief:
    return read_brief(text, layout, given)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_prompt_is_never_the_headline(prompt: str) -> None:
    headline = read(prompt).copy.headline
    words = headline.split()
    assert 1 <= len(words) <= 6
    assert headline.casefold() != prompt.casefold()
    assert len(headline) < 0.7 * len(prompt)
    assert words[0].casefold().strip(":,") not in IMPERATIVES
    assert words[0][0].isupper() or not words[0][0].isalpha()


@pytest.mark.parametrize(
    ("prompt", "headline"),
    [
        (PROMPTS[1], "Golden Retriever Astronaut"),
        (PROMPTS[3], "Neighbourhood Garage Sale"),
        (PROMPTS[4], "Project Management App"),
        (PROMPTS[5], "Opening Hours for the Winter Season"),
        (PROMPTS[7], "Anna & Tom"),
        (PROMPTS[15], "Vintage Bicycle"),
        (PROMPTS[20], "Yoga Retreat"),
        ('poster with the words "Rain, rain & <more> rain" in red', "Rain, rain & <more> rain"),
        ("Poster „Grüße aus Köln“ in grün", "Grüße aus Köln"),
        ("Плакат для джазового фестиваля «Синие ночи»", "Синие ночи"),
        ("event called Blue Hour at The Vortex", "Blue Hour"),
        ("poster for a film titled The Quiet Yellow Room, 2027", "The Quiet Yellow Room"),
        ("40% off all plants this weekend", "40% off"),
        ("", "Your Headline"),
    ],
)
def test_headlines(prompt: str, headline: str) -> None:
    assert read(prompt).copy.headline == headline


def test_facts_go_where_they_belong() -> None:
    copy = read(
        "invitation to a jazz night called Blue Hour at The Vortex, London, 8pm on Friday 24 October, tickets £15, "
        "book now"
    ).copy
    assert (copy.date, copy.time, copy.place) == ("Friday 24 October", "8pm", "The Vortex, London")
    assert (copy.price, copy.call_to_action) == ("£15", "Book now")
    assert read("sale poster, up to 40% off, 1–14 November").copy.offer == "Up to 40% off"
    assert read("poster, October 3-5, 2027, doors 19:00 to late").copy.date == "October 3-5, 2027"
    assert read("gig, doors 19:00 to late, 2027-03-04").copy.time == "Doors 19:00 to late"


def test_a_list_becomes_a_menu_with_its_prices() -> None:
    items = read("menu for a bar: flat white 3.50, green tea 2.40 and carrot cake €4").copy.items
    assert items == (("Flat white", "3.50"), ("Green tea", "2.40"), ("Carrot cake", "€4"))
    lines = read("Menu\n- soup  6\n- Bread and butter 3,50\n- water", "menu").copy.items
    assert lines == (("Soup", "6"), ("Bread and butter", "3,50"), ("Water", ""))


def test_who_said_a_quote_is_read_after_it() -> None:
    copy = read("quote: “Less is more.” — Ludwig Mies van der Rohe, minimal").copy
    assert (copy.headline, copy.attribution) == ("Less is more.", "Ludwig Mies van der Rohe")
    assert read('a quote card "Be kind." by Aesop').copy.attribution == "Aesop"


@pytest.mark.parametrize(
    ("prompt", "layout"),
    [
        ("poster for an event", "poster"), ("instagram story for a sale", "story"), ("storyboard, 6", "storyboard"),
        ("a moodboard of linen", "mood-board"), ("banner ad", "banner"), ("icon set for a bank", "icon-sheet"),
        ("menu for a diner", "menu"), ("invitation to our housewarming", "event"), ("title card, film", "title-card"),
        ("product shot of a lamp", "product-card"), ("facebook post", "social-post"), ("quote by Rumi", "quote"),
        ("Dinner, 4 May, 19:00, at Rosa", "event"), ("Walnut lamp, €89", "product-card"), ("a cat", "poster"),
        ('a poster that says "quote of the day"', "poster"),
    ],
)  # fmt: skip
def test_words_choose_the_layout(prompt: str, layout: str) -> None:
    assert read(prompt).layout == layout


def test_parameters_win_over_the_brief(tmp_path: Path) -> None:
    made = draft(
        tmp_path, 'poster "From the brief", 4 May', headline="Mine & <yours>", subline="Below it",
        details="One\nTwo; Three", call_to_action="Go", layout="social-post",
    )  # fmt: skip
    assert made.headline == "Mine & <yours>"
    assert "Mine &amp; &lt;yours&gt;" in made.svg.replace("</tspan>", " ")
    assert made.texts("subline") == ["Below it"]
    assert made.texts("call_to_action") == ["Go"]
    sources = {each["role"]: each["source"] for each in made.account["copy"]}
    assert sources["headline"] == "parameter"
    assert "From the brief" not in str(made.account["copy"])


def test_what_it_cannot_draw_is_said_and_never_replaced(tmp_path: Path) -> None:
    for seed in range(4):
        made = draft(tmp_path, PROMPTS[1], seed=seed)
        assert {"retriever", "astronaut", "ramen", "moon"} <= set(made.account["unmatched_terms"])
        assert not made.layer("emblems"), "no moon, paw or bowl stands in for it"
        for slot in made.account["slots"]:
            assert slot["label"].startswith("IMAGE: golden retriever astronaut")


def test_what_it_can_draw_is_drawn_and_no_longer_missing(tmp_path: Path) -> None:
    made = draft(tmp_path, "menu for a coffee bar: espresso 2.40, mocha 3.20, latte 3.50")
    assert any(each.get("id") == "emblem-coffee" for each in made.layer("emblems"))
    assert "coffee" not in made.account["unmatched_terms"]


@pytest.mark.parametrize(
    "text", ["Καλημέρα, Ελλάδα", "Съешь ещё этих мягких булок", "Žluťoučký kůň", "İstanbul ğ"]
)
def test_other_alphabets_are_set_and_seen(tmp_path: Path, text: str) -> None:
    made = draft(tmp_path, f'poster "{text}"', seed=2)
    assert made.headline == text
    assert not made.results.warnings


@pytest.mark.parametrize(
    "text",
    [
        "🎉🎉🎉", "<svg onload='x()'><script>&amp;</script>]]>", "\x00\x08 \ufffe \ud800 poster \u202e reversed",
        'poster "' + "very " * 900 + 'long"', "W" * 5000, "\n\n\n", "“”\"\"''", "% $ € 0", "a" * 70 + " " + "b" * 70,
        "poster called " + "(" * 400, "menu: " + ", ".join(f"dish {n} {n}.50" for n in range(200)), "—" * 3000,
    ],
)  # fmt: skip
def test_hostile_text_is_bounded_and_harmless(tmp_path: Path, text: str) -> None:
    made = draft(tmp_path, text.encode("utf-8", "replace").decode("utf-8", "replace"))
    assert_harmless(made)
    given = draft(
        tmp_path, "", headline=text[:280].encode("utf-8", "replace").decode("utf-8"), layout="quote"
    )
    assert_harmless(given)


def assert_harmless(made: Draft) -> None:
    tags = {each.tag.rpartition("}")[2] for each in made.root.iter()}
    assert tags <= {
        "svg", "title", "defs", "clipPath", "linearGradient", "stop", "g", "rect", "path", "circle", "text", "tspan",
        "image",
    }  # fmt: skip
    assert len(made.svg) < 200_000
    assert all(line.box[0] >= 0 and line.box[2] <= made.account["width"] for line in made.lines())
    assert made.headline


def test_what_the_type_lacks_is_left_out_with_a_warning(tmp_path: Path) -> None:
    made = draft(tmp_path, 'poster "Tea 茶 time 🎉"')
    assert made.headline == "Tea time"
    assert any("茶" in said and "🎉" in said for said in made.results.warnings)


def test_lines_are_of_about_equal_length_without_widows() -> None:
    for text in (
        "A weekend of talks and walks by the sea",
        "Slow mornings made by hand in a small town for you",
    ):
        for width in range(300, 900, 60):
            setting = set_text(text, "serif-display", 80, (width, 1000))
            assert " ".join(setting.lines) == text
            widths = [setting.line_width(line) for line in setting.lines]
            assert max(widths) <= width
            if len(widths) > 1:
                assert widths[-1] > 0.25 * max(widths)


def test_words_that_have_no_room_are_told_of(tmp_path: Path) -> None:
    roomy = draft(
        tmp_path, "", headline="A headline of nine words that fits without trouble", layout="poster"
    )
    assert not roomy.results.warnings
    cramped = draft(tmp_path, "", headline="word " * 55, layout="banner", size=300)
    assert any("no room for all of: headline" in said for said in cramped.results.warnings)


@pytest.mark.parametrize(
    ("brief", "headline", "colors"),
    [
        ("Instagram post announcing our new oat linen", "Oat Linen", 0),
        ("banner for our linen sale", "Linen Sale", 0),
        ("poster in sand and linen for a pottery weekend", "Pottery Weekend", 2),
    ],
)
def test_a_cloth_that_is_sold_is_no_colour(brief: str, headline: str, colors: int) -> None:
    found = read(brief)
    assert (found.copy.headline, len(found.colors)) == (headline, colors)


@pytest.mark.parametrize("between", [" ", " — ", " by "])
def test_the_name_after_a_quote_is_who_said_it(between: str) -> None:
    assert (
        read(f'Quote: "Water takes the shape of the cup."{between}Aiko Mori').copy.attribution == "Aiko Mori"
    )
