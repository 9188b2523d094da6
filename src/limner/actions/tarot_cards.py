"""The 22 major arcana: what each card shows, in the grammar of `tarot_art`, and what it is read as.

The cards and their themes are centuries old and free to use; the words are our own.
"""

# ruff: noqa: E501  # drawings are path data, which line breaks would not make clearer

from dataclasses import dataclass

NUMERALS = [
    "0",
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
    "XXI",
]


@dataclass(frozen=True, slots=True)
class Card:
    """One card. sky, land, flank: what stands behind its emblem. emblem: parts on a grid of 100 x 100."""

    number: int
    name: str
    color: str
    accent: str
    sky: str
    land: str
    flank: str
    emblem: tuple[str, ...]
    upright: str
    reversed: str

    @property
    def numeral(self) -> str:
        """The number as printed."""
        return NUMERALS[self.number]


INFINITY = "P M50 14c-6-9-20-9-20 0s14 9 20 0c6-9 20-9 20 0s-14 9-20 0z"
MIDNIGHT, WINE, FOREST, PLUM, TEAL, EMBER, INK = (
    "#16204a", "#541a2c", "#143d31", "#35205a", "#0f4450", "#6a2a14", "#1d1d26",
)  # fmt: skip
RUST, GOLD, ROSE, SKY, SAGE, IVORY = "#c8553d", "#d9a441", "#cf7f8c", "#6fa8c0", "#8fae7a", "#e9dcc0"

_ROWS = (
    ("The Fool", FOREST, RUST, "sun", "hills", "",
     "P M22 88L68 26;+P M62 12c11-4 25 4 23 17c-2 10-19 12-25 4c-4-6-5-17 2-21z;P M60 30l-8-4M60 30l-2 9;"
     "+C 26 38 8;C 26 38 3.5;P M26 46v16M26 56c6 0 9-3 10-8",
     "A beginning taken lightly. You do not need the whole map; you need the first step and room to be surprised.",
     "Haste, or a leap held back by fear. Look where you put your foot before you blame the cliff."),
    ("The Magician", WINE, GOLD, "stars", "floor", "",
     f"{INFINITY};P M10 78h80M18 78v16M82 78v16;+P M20 52h18c0 12-3 17-9 17s-9-5-9-17z;P M29 69v8M23 77.5h12;"
     "P M50 32v45M42 66h16;+C 72 66 11;P M72 59l2.2 4.5 5 .6-3.6 3.4.9 4.9-4.5-2.4-4.5 2.4.9-4.9-3.6-3.4 5-.6z",
     "The tools are on the table and the hand is steady. What you name clearly now can be made.",
     "Skill without aim, or a trick played on yourself. Ask what all the effort is for."),
    ("The High Priestess", MIDNIGHT, SKY, "stars", "waves", "pillars",
     "+P M62 12a30 30 0 1 0 14 48a25 25 0 1 1-14-48z;+R 28 74 44 18 4;P M36 80h28M36 86h18",
     "What you know without being told. Wait, listen, and let the quiet answer arrive before the loud one.",
     "A hunch talked down, or a secret that has grown heavy. Something wants to be admitted."),
    ("The Empress", FOREST, ROSE, "sun", "hills", "wheat",
     "+P M50 88C22 66 12 52 12 36a19 19 0 0 1 38-8a19 19 0 0 1 38 8c0 16-10 30-38 52z;C 50 40 10;P M50 50v20M42 61h16",
     "Growth that comes of care. Feed what is alive in the matter, and be patient with its season.",
     "Care that smothers, or none left for yourself. Something is being watered that needs drying out."),
    ("The Emperor", EMBER, GOLD, "rays", "floor", "pillars",
     "+P M28 94V44l22-16 22 16v50z;P M20 94h60M40 94V64h20v30;+P M33 24L28 6l12 9 10-13 10 13 12-9-5 18z",
     "Order that holds. Set the boundary, make the plan, and stand by the rule you have chosen.",
     "A grip too tight, or a throne left empty. Rules that serve no one are asking to be dropped."),
    ("The Hierophant", PLUM, GOLD, "rays", "floor", "pillars",
     "P M50 6v48M38 17h24M33 29h34M39 41h22;+C 23 86 9;+C 77 86 9;P M30 79L74 46M70 79L26 46M67 51l6 7M33 51l-6 7",
     "Learning from those who went before. A teacher, a custom or a promise can carry you here.",
     "A custom that no longer fits. It is allowed to ask why, and to do it another way."),
    ("The Lovers", WINE, ROSE, "sun", "hills", "wheat",
     "+C 36 60 27;+C 64 60 27;P M50 72c-8-6-12-10-12-15a6 6 0 0 1 12-3a6 6 0 0 1 12 3c0 5-4 9-12 15z;P M50 6v20M43 13l7-7 7 7",
     "A choice made with the whole heart. Two things meet, and each becomes more by it.",
     "A choice put off, or values out of step. Say what you want before asking to be met."),
    ("The Chariot", TEAL, GOLD, "stars", "hills", "",
     "P M28 40V12h44v28M20 12h60;+P M22 40h56l-6 34H28z;+C 28 82 13;+C 72 82 13;"
     "P M28 69v26M15 82h26M72 69v26M59 82h26;P M50 46l3 7 7.6.8-5.7 5 1.7 7.5-6.6-4-6.6 4 1.7-7.5-5.7-5 7.6-.8z",
     "Will that pulls in one direction. Hold the reins of what disagrees, and go.",
     "Speed without steering. The two horses want different roads; settle that first."),
    ("Strength", EMBER, GOLD, "sun", "hills", "",
     f"{INFINITY};+C 50 62 32;+C 50 62 20;*C 43 58 2.4;*C 57 58 2.4;P M45 67h10l-5 5zM50 72v4M50 76c-3 4-8 3-9 0M50 76c3 4 8 3 9 0;"
     "P M50 30v10M27 39l8 7M73 39l-8 7M18 62h12M82 62H70M27 85l8-7M73 85l-8-7M50 94V82",
     "The soft hand that calms the lion. Patience does here what force cannot.",
     "Doubt gnawing at your courage, or anger let off the lead. Be gentle with both."),
    ("The Hermit", INK, GOLD, "stars", "hills", "",
     "P M50 16a7 7 0 1 1 .1 0z;+P M30 36l8-20h24l8 20z;+P M33 36h34l5 44H28z;P M24 80h52v10H24z;"
     "*P M50 42l4 11 11 4-11 4-4 11-4-11-11-4 11-4z",
     "Time alone with a small, true light. Step back; the answer is quieter than the room you are in.",
     "Alone for too long, or afraid of being so. Let someone hold the lamp with you."),
    ("Wheel of Fortune", MIDNIGHT, RUST, "stars", "waves", "",
     "+C 50 50 42;C 50 50 31;+C 50 50 9;P M50 19v22M50 59v22M19 50h22M59 50h22M28 28l15.5 15.5M56.5 56.5L72 72M72 28L56.5 43.5M43.5 56.5L28 72",
     "A turn that was coming anyway. Move with it, and notice what rises as something else sinks.",
     "The same round once more. The wheel can be stepped off where you see the pattern."),
    ("Justice", PLUM, SKY, "rays", "floor", "pillars",
     "P M50 10v72M32 92h36M38 92c0-7 5-10 12-10s12 3 12 10M18 24h64;+P M4 56L19 24l15 32a15 11 0 0 1-30 0z;"
     "+P M66 56L81 24l15 32a15 11 0 0 1-30 0z;*C 50 14 5",
     "Cause meets consequence. Be exact and fair, with yourself as well, and the scales settle.",
     "A scale with a thumb on it. Something is owed, or has been judged too soon."),
    ("The Hanged Man", TEAL, GOLD, "rays", "waves", "",
     "P M10 8h80M50 8v18;+C 50 82 9;P M50 66.5a15.5 15.5 0 1 1-.1 0z;+P M41 70V44h18v26z;P M50 26v18M50 44l17-8-17-10M41 68L31 56l10-8M59 68l10-12-10-8",
     "A pause that shows the other side. Stop pushing; what you give up opens the view.",
     "Waiting that has turned into stalling. The rope is looser than it feels."),
    ("Death", INK, IVORY, "sun", "waves", "",
     "P M28 94L66 16;+P M67 15C46 4 24 11 10 31c17-9 35-9 50-2z;+C 72 62 11;C 72 62 5;P M72 73v21M72 86c-7 0-10-3-11-9",
     "An ending that makes room. Let what is over be over; the next thing needs the ground.",
     "An ending put off. What is kept past its time begins to cost more than its loss would."),
    ("Temperance", TEAL, ROSE, "sun", "hills", "",
     "+P M58 22L82 6c11 15 11 25 3 31s-18 1-27-15z;P M61 30C47 38 39 48 35 62M66 37C54 44 47 52 43 62;"
     "+P M20 62h36c0 18-5 26-18 26S20 80 20 62z;P M38 88v6M26 95h24",
     "The right measure. Mix slowly, taste often, and let two unlike things become one.",
     "Too much of one thing. Balance is not far off; it begins with less."),
    ("The Devil", INK, RUST, "rays", "floor", "",
     "P M24 4c-4 16 4 26 16 30M76 4c4 16-4 26-16 30;+P M50 96L30 34l53 39H17l53-39z;+C 14 90 6;+C 86 90 6;P M20 88l8-4M80 88l-8-4",
     "A chain that is loose enough to lift off. See plainly what you want, and what it costs.",
     "The habit is losing its hold. Name it aloud and it shrinks."),
    ("The Tower", MIDNIGHT, RUST, "stars", "hills", "",
     "+P M32 96l5-60h26l5 60z;+P M29 36V20h9v7h8v-7h8v7h8v-7h9v16z;P M45 54h10v14H45z;+P M84 2L64 24h11l-9 18 25-26H79z;"
     "*C 20 42 2.4;*C 15 60 2.4;*C 84 58 2.4;*C 25 76 2",
     "What was built on sand comes down. It is loud, it is quick, and the air is clear afterwards.",
     "A collapse put off, or one survived inside. Mend the crack while it is small."),
    ("The Star", MIDNIGHT, SKY, "stars", "waves", "",
     "+P M50 6l8 28 20-12-12 20 28 8-28 8 12 20-20-12-8 28-8-28-20 12 12-20-28-8 28-8-12-20 20 12z;C 50 50 9",
     "Hope after the storm. Small and steady counts: pour a little back into the well each day.",
     "The light is there and you look at the ground. Begin with rest."),
    ("The Moon", PLUM, IVORY, "stars", "waves", "towers",
     "+P M66 88a40 40 0 1 1 0-76a31 31 0 1 0 0 76z;*C 78 40 2;*C 84 54 2.4;*C 76 66 1.6;P M26 44c3-3 7-3 9 0M22 62c3 4 8 5 12 3",
     "A road in half light. Not everything is what it seems; walk slowly and trust what repeats.",
     "The fog lifts. A fear turns out to have had an ordinary shape."),
    ("The Sun", EMBER, GOLD, "rays", "hills", "wheat",
     "+C 50 50 22;*C 42 46 2.6;*C 58 46 2.6;P M41 57c5 6 13 6 18 0;+P M50 4l5 16H45zM50 96l5-16H45zM4 50l16 5V45zM96 50l-16 5V45zM17.5 17.5l15 8-7 7zM82.5 82.5l-15-8 7-7zM82.5 17.5l-15 8 7 7zM17.5 82.5l15-8-7-7z",
     "Plain gladness. What you do now does well in the open; share it.",
     "Joy behind a cloud. It has not gone; something small is standing in front of it."),
    ("Judgement", TEAL, IVORY, "rays", "waves", "",
     "P M12 80L62 30M20 88l50-50;P M12 80a5.6 5.6 0 0 0 8 8;+P M58 32L84 4c8 2 10 4 12 12L68 42z;+P M30 78l22 18V70L40 60z;P M44 72v12M38 78h12",
     "A call to rise. Weigh what has been, forgive what can be forgiven, and answer.",
     "A call not taken. You are the only one still holding the old sentence against you."),
    ("The World", FOREST, GOLD, "stars", "waves", "wreath",
     "+P M50 24l7.5 17.5 19 1.7-14.4 12.5 4.3 18.6L50 64.5 33.6 74.3l4.3-18.6L23.5 43.2l19-1.7z;C 50 50 6",
     "A circle closed well. Take the praise, keep the lesson, and notice that the end is a door.",
     "Nearly there. One loose end wants tying before the next road begins."),
)  # fmt: skip


def cards() -> tuple[Card, ...]:
    """Return the cards in order."""
    return tuple(
        Card(number, *row[:6], tuple(row[6].split(";")), *row[7:]) for number, row in enumerate(_ROWS)
    )
