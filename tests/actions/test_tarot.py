"""Tarot: a whole deck, cards that a question decides, pictures of a tarot's shape, and a reading of them."""

from pathlib import Path

import numpy as np
import pytest
from graphic_jobs import run

from limner.actions.svg import render
from limner.actions.tarot import pull
from limner.actions.tarot_art import SIZE, draw_card
from limner.actions.tarot_cards import Card, cards
from limner.types import Kind


def small(card: Card, *, is_reversed: bool = False) -> np.ndarray:
    return np.asarray(render(draw_card(card, is_reversed=is_reversed), (110, 190)).convert("RGB")).astype(int)


def test_the_deck_has_22_cards_with_meanings_of_their_own() -> None:
    deck = cards()
    assert [card.number for card in deck] == list(range(22))
    assert (deck[0].name, deck[13].numeral, deck[21].name) == ("The Fool", "XIII", "The World")
    meanings = [meaning for card in deck for meaning in (card.upright, card.reversed)]
    assert len(set(meanings)) == 44
    assert all(40 < len(meaning) < 160 for meaning in meanings)


def test_every_card_has_an_emblem_that_no_other_has() -> None:
    windows = [small(card)[45:120, 25:85] for card in cards()]
    for number, window in enumerate(windows):
        assert window.std() > 12
        others = [np.abs(window - other).mean() for other in windows[:number]]
        assert min(others, default=99) > 4


def test_a_reversed_cards_picture_stands_on_its_head_and_its_name_does_not() -> None:
    card = cards()[17]
    upright, turned = small(card), small(card, is_reversed=True)
    window = np.s_[70:155, 20:90]
    assert np.abs(upright[window] - turned[window]).mean() > 5
    assert np.abs(upright[24:155, 20:90][::-1, ::-1][46:131] - turned[24:155, 20:90][46:131]).mean() < 4
    assert np.array_equal(upright[162:172], turned[162:172])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_cards_come_as_asked_and_the_reading_names_them(tmp_path: Path, count: int) -> None:
    result = run(tmp_path, "tarot-pull", ["Will it rain?"], cards=count)
    assert [each.kind for each in result.made] == [Kind.IMAGE] * count + [Kind.TEXT]
    assert all(result.image(number).size == SIZE for number in range(count))
    pulls = pull("Will it rain?", count, (0, 0), may_reverse=True)
    assert "**Will it rain?**" in result.text
    assert all(each.card.name in result.text for each in pulls)
    assert len({each.card.number for each in pulls}) == count


def test_the_same_question_draws_the_same_cards_however_it_is_spelled() -> None:
    first = pull("Shall I go?", 3, (0, 0), may_reverse=True)
    assert pull("shall i GO", 3, (0, 0), may_reverse=True) == first
    draws = {
        tuple(each.card.number for each in pull("Shall I go?", 3, (0, seed), may_reverse=True))
        for seed in range(20)
    }
    assert len(draws) > 15


def test_all_cards_can_come_and_reversals_can_be_left_out() -> None:
    seen = [pull("?", 1, (0, seed), may_reverse=True)[0] for seed in range(400)]
    assert {each.card.number for each in seen} == set(range(22))
    assert 0.2 < np.mean([each.is_reversed for each in seen]) < 0.4
    assert not any(pull("?", 1, (0, seed), may_reverse=False)[0].is_reversed for seed in range(50))


def test_equal_questions_give_equal_bytes(tmp_path: Path) -> None:
    made = [run(tmp_path, "tarot-pull", ["Again?"], cards=1).path(Kind.IMAGE).read_bytes() for _ in range(2)]
    assert made[0] == made[1]
