"""Draws tarot cards for a question: the pictures, and a reading in words."""

import hashlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from limner.actions.job import Job, Made
from limner.actions.stills import save_image
from limner.actions.svg import render
from limner.actions.tarot_art import SIZE, draw_card
from limner.actions.tarot_cards import Card, cards
from limner.types import Kind

PLACES = {
    1: (("The card", "What the question asks of you now."),),
    2: (("Where you stand", "What is already so."), ("What helps", "Where to put your weight.")),
    3: (
        ("Past", "What led here."),
        ("Present", "What is at work now."),
        ("Future", "Where it tends, if nothing changes."),
    ),
}
"""What each card of a spread is about, by the number of cards."""
CLOSING = "Drawn by chance, for reflection: a card asks better questions than it answers."


@dataclass(frozen=True, slots=True)
class Pull:
    """One card as it was drawn."""

    card: Card
    is_reversed: bool


def tarot_pull(job: Job) -> tuple[Made, ...]:
    """Draw one to three of the major arcana. The same question and seeds draw the same cards."""
    question = " ".join(job.text().split())
    count = int(job.params["cards"])
    pulls = pull(
        question, count, (job.seed, int(job.params["seed"])), may_reverse=bool(job.params["reversals"])
    )
    made = []
    for number, each in enumerate(pulls, start=1):
        picture = render(draw_card(each.card, is_reversed=each.is_reversed), SIZE)
        ground = Image.new("RGB", SIZE, "#100d14")
        ground.paste(picture, (0, 0), picture.getchannel("A"))
        made.append(Made(Kind.IMAGE, save_image(ground, job, f"card-{number}", graphic=True)))
        job.progress(number / (count + 1), f"drew {each.card.name}")
    return (*made, Made(Kind.TEXT, text=reading(question, pulls)))


def pull(question: str, count: int, seeds: tuple[int, int], *, may_reverse: bool) -> list[Pull]:
    """Return the cards that a question and its seeds draw, no card twice."""
    spoken = question.casefold().rstrip("?!. ")
    digest = hashlib.sha256(spoken.encode()).digest()
    random = np.random.default_rng((int.from_bytes(digest[:8], "big"), *seeds))
    deck = cards()
    drawn = random.permutation(len(deck))[:count]
    turned = random.random(count) < 0.3
    return [
        Pull(deck[int(place)], may_reverse and bool(is_turned))
        for place, is_turned in zip(drawn, turned, strict=True)
    ]


def reading(question: str, pulls: list[Pull]) -> str:
    """Return the reading as Markdown: the question, then a paragraph for each card's place."""
    lines = [f"**{question}**" if question else "**A card for today**", ""]
    for (title, about), each in zip(PLACES[len(pulls)], pulls, strict=True):
        card = each.card
        name = f"{card.name} ({card.numeral}{', reversed' if each.is_reversed else ''})"
        lines += [f"**{title}: {name}.** {about} {card.reversed if each.is_reversed else card.upright}", ""]
    return "\n".join([*lines, CLOSING])
