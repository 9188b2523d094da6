"""Words for colours: which of 200 names is nearest to a colour as people see it."""

from functools import cache

import numpy as np

from limner.actions.colour_spaces import Floats, difference, srgb_to_lab, to_unit

# Our own choice: words that a designer would say aloud, spread over the whole of sRGB.
_TABLE = """
000000 Black|1b1b1d Ink|2b2d2f Charcoal|36393d Graphite|4a4d52 Iron|5c6066 Slate Grey|757575 Grey
8c9096 Steel|a3a6a8 Pewter|b8b8b5 Ash|cfcfcc Silver|dedede Light Grey|ececea Mist|f5f5f2 Chalk|ffffff White
1a1410 Espresso|2a1c14 Dark Roast|3b2a20 Cocoa|4b3425 Walnut|5a3a22 Chestnut|6b4a2f Umber|7a5230 Brown
8a5a33 Saddle|9c6b3f Caramel Brown|a97b50 Camel|b98d62 Tan|c8a27a Fawn|d4b48c Sand|dfc7a3 Wheat
e9d8bd Oat|f0e4d0 Linen|f6eee0 Cream|faf6ee Ivory|cbbba4 Stone|b3a08a Taupe|94836f Mushroom|75675a Driftwood
574d45 Bark|3f3a36 Peat|8b7d77 Mink|a8988f Cashmere|d9cdc4 Porcelain
2a0a0c Oxblood Black|4a0e14 Oxblood|6b1220 Burgundy|7f1d2b Claret|8f2231 Wine|a3202e Garnet|b7222b Brick Red
c8202a Crimson|d92b2b Red|e63946 Poppy|ee4b3a Vermilion|f0624a Tomato|a2483f Terracotta Red|b4584a Redwood
c2685a Clay|cf7b6d Rosewood|de8f80 Salmon Clay|f08a78 Coral|f7a594 Salmon|fac3b5 Shell Pink|fde0d8 Blush White
7a2e1d Rust Brown|96391d Rust|b0441f Burnt Orange|c6511f Persimmon|dd5f1f Pumpkin|ef6c1a Orange
f58220 Tangerine|f89a3c Apricot Orange|fbb266 Apricot|fdcb96 Peach|fee2c6 Pale Peach|b56a3a Copper
c77f4f Bronze Clay|a8643b Terracotta|d99a6c Toffee
5c4408 Dark Mustard|7d5c0e Bronze|9c7414 Old Gold|b98b1b Ochre|cf9d22 Mustard|e0ae2a Gold|f0be2e Saffron
f9cf3a Sunflower|fcdd5e Lemon|fbe88f Butter|fdf2bf Vanilla|ffee00 Yellow|d9c27a Straw|b8a35a Khaki|8f7f45 Moss Khaki
3a3a12 Dark Olive|54541c Olive|6f6f2a Olive Green|8a8a3a Avocado|a3a34e Fern|bdbd66 Pear|d2d488 Pistachio
c3d82c Lime|9ccc2b Lime Green|e2ecb4 Pale Lime|a9b08a Sage|c3c9a8 Pale Sage|7d8464 Lichen
14270f Deep Forest|1f3d1a Forest|2c5524 Pine|3c6e30 Leaf|4c8a3c Grass|5fa64a Green|79bd62 Apple|9bd184 Spring Green
c2e5b0 Mint Cream|00c853 Emerald Bright|00ff00 Pure Green|5c7a5a Eucalyptus|87a284 Celadon|b4c8b0 Seafoam Grey
0f2e26 Bottle Green|134a3c Evergreen|1a6650 Emerald|238263 Jade|35a07d Sea Green|5dbb98 Mint|92d5ba Seafoam
c9ebdd Ice Mint|0b3a3c Deep Teal|0f5457 Teal|177377 Peacock|21959a Lagoon|3eb5b8 Turquoise|7ccfd0 Aqua|b6e5e4 Pale Aqua
00ffff Cyan|5f8a8b Verdigris|8fb0b0 Duck Egg
06192b Midnight|0d2740 Navy|133a5e Prussian Blue|1a4f7d Ocean|21669e Blue|2f80c0 Azure|4f9bd6 Sky|7db7e5 Cornflower
aed3f2 Powder Blue|d8eafa Ice Blue|0000ff Pure Blue|1f3fbf Cobalt|3457d5 Royal Blue|5b78e0 Periwinkle Blue
2b3f5c Denim|435c7d Dusk Blue|64809f Steel Blue|8ea5bd Storm|b8c7d6 Fog Blue|3f4a59 Slate|596879 Blue Slate
11103a Deep Indigo|221f66 Indigo|35309a Ultramarine|5149c4 Iris|7a72dc Periwinkle|a39eea Wisteria|cdc9f6 Pale Lilac
25103d Aubergine|3c1a5e Royal Purple|57268a Purple|7535b3 Violet|9657cf Amethyst|b583e0 Lavender|d6b8f0 Lilac
e9dcf8 Lavender Mist|6b5b7b Dusty Violet|9183a3 Heather|b9aec6 Thistle|453a52 Plum Grey
3a0d30 Deep Plum|5c174c Plum|7f2068 Mulberry|a32c85 Magenta Plum|c63fa1 Orchid|ff00ff Magenta|e06cc0 Pink Orchid
efa6da Pink Lavender|f8d3ee Petal|5a0a2c Bordeaux|860f42 Raspberry|b0175a Cerise|d42872 Fuchsia|e8558f Hot Pink
f283ad Pink|f8aec9 Rose|fcd5e2 Blush|8d4a5d Dusty Rose|b07284 Old Rose|cfa0ab Rose Taupe|e4c6cb Pale Rose
""".replace("\n", "|")


def colour_names(lab: Floats) -> list[str]:
    """Return a name for each colour, the nearest by CIEDE2000 that none before it has. lab: shape (n, 3)."""
    names, colours = _table()
    apart = difference(lab[:, None], colours[None])
    chosen: list[str] = []
    for row in apart:
        order = (names[index] for index in row.argsort(kind="stable"))
        chosen.append(next(name for name in order if name not in chosen))
    return chosen


@cache
def _table() -> tuple[tuple[str, ...], Floats]:
    entries = [entry.split(" ", 1) for entry in _TABLE.split("|") if entry.strip()]
    colours = to_unit(np.array([list(bytes.fromhex(digits)) for digits, _ in entries], np.uint8))
    return tuple(name for _, name in entries), srgb_to_lab(colours)
