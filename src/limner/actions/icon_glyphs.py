"""The vocabulary of icons: what each is made of, on a grid of 48 x 48, and the words that call for it.

A part is a letter and numbers: R x y width height radius; C x y radius; P path data. `+` before it: it has the tint
inside. `*`: it is solid. Words: the icon's own name first, then what else it stands for, then its topics.
"""

# ruff: noqa: E501  # drawings are path data, which line breaks would not make clearer

from dataclasses import dataclass
from functools import cache

GRID = 48


@dataclass(frozen=True, slots=True)
class Glyph:
    """One icon. words: its name first."""

    words: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the icon is called."""
        return self.words[0]


_TABLE = """
coffee cup mug espresso latte tea drink cafe barista breakfast | +P M10 18h25v11a11 11 0 0 1-11 11h-3a11 11 0 0 1-11-11z;P M35 21h2a5 5 0 0 1 0 10h-2;P M17 6c-2 2.5 2 4 0 6.5M26 6c-2 2.5 2 4 0 6.5
bread loaf bakery baker toast flour food breakfast cafe | +P M10 20a7 7 0 0 1 3-13h22a7 7 0 0 1 3 13v19a2 2 0 0 1-2 2H12a2 2 0 0 1-2-2z;P M18 17l-2 5M25 17l-2 5M32 17l-2 5
cake birthday dessert party pastry sweet bakery celebration food cafe | +R 7 24 34 17 3;P M7 31c4 4 7 4 11 0s8 4 12 0 7 4 11 0M24 24v-8;*C 24 11 2.2
ice-cream gelato cone dessert sweet summer food | +P M12 21a12 12 0 0 1 24 0z;P M12 21h24L24 43z
pizza slice italian restaurant food dinner | +P M6 13c11-7 25-7 36 0L24 43z;P M9.5 18.5c9-5 20-5 29 0;*C 21 24 2;*C 27 27 2;*C 23 33 2
restaurant fork knife cutlery dining menu lunch dinner food kitchen | P M14 6v36M8 6v9a6 6 0 0 0 12 0V6;+P M34 27c-5 0-6-4-6-9c0-7 3-12 6-12z;P M34 6v36
wine glass bar drink dinner restaurant cocktail party | +P M14 6h20c2 11-2 19-10 19S12 17 14 6z;P M24 25v17M16 42h16M13.5 14h21
apple fruit healthy nutrition food kitchen school diet | +P M24 15c5-5 17-2 15 11c-1 8-6 16-10 16c-2 0-3-1-5-1s-3 1-5 1c-4 0-9-8-10-16C7 13 19 10 24 15z;P M24 15c0-4 2-8 6-9
fish seafood ocean sea sushi food pet fishing | +P M6 24c6-9 20-12 28 0c-8 12-22 9-28 0z;P M34 24l8-7v14z;*C 14 22.5 1.7
leaf nature eco organic vegan plant green sustainable garden forest | +P M10 38C8 20 20 9 40 9c1 20-10 31-26 28;P M10 38c4-9 10-15 19-19
sprout seedling growth grow plant garden eco farm spring nature | P M24 42V22;+P M24 24C24 15 18 10 8 10c0 9 6 14 16 14z;+P M24 31c0-8 5-13 16-13c0 9-6 13-16 13z
tree forest wood nature park outdoor camping hiking christmas | +P M24 6l11 13h-6l9 13H10l9-13h-6z;P M24 32v10
flower bloom florist garden spring nature wedding plant beauty | +C 24 9.5 5;+C 31 14.6 5;+C 28.3 22.6 5;+C 19.7 22.6 5;+C 17 14.6 5;*C 24 17 2.8;P M24 28v14M24 38c1-5 4-7 9-7c0 5-4 7-9 7
potted-plant houseplant pot plant home garden interior decor | +P M13 28h22l-3 14H16z;P M24 28V16M24 20c0-7-5-10-11-10c0 7 4 10 11 10zM24 16c0-6 4-10 10-10c0 6-3 10-10 10z
sun sunny weather day summer light beach solar morning energy | +C 24 24 8;P M24 6v4M24 38v4M6 24h4M38 24h4M11.3 11.3l2.8 2.8M33.9 33.9l2.8 2.8M11.3 36.7l2.8-2.8M33.9 14.1l2.8-2.8
moon night sleep dark dream weather evening | +P M40 28A17 17 0 1 1 20 8a13.5 13.5 0 0 0 20 20z
cloud cloudy weather sky storage hosting | +P M14 38a9 9 0 0 1-1-17.9A12 12 0 0 1 36 18a10 10 0 0 1-1 20z
rain rainy weather shower storm autumn | +P M14 29a8 8 0 0 1-1-15.9A11 11 0 0 1 34 11a9 9 0 0 1 0 18z;P M16 35l-2 5M25 35l-2 5M34 35l-2 5
snowflake snow winter cold frozen weather ski christmas | P M24 6v36M8.4 15l31.2 18M39.6 15L8.4 33M19 9l5 5 5-5M19 39l5-5 5 5M9 21l6.5-2.2L14 12M39 27l-6.5 2.2L34 36M9 27l6.5 2.2L14 36M39 21l-6.5-2.2L34 12
umbrella rain weather insurance beach protection | +P M6 25C7 14 14 7 24 7s17 7 18 18c-4-3-8-3-12 0c-4-3-8-3-12 0c-4-3-8-3-12 0z;P M24 24v14a4 4 0 0 1-8 0M24 4v3
drop water liquid oil hydration plumbing bathroom | +P M24 6c8 10 13 16 13 22a13 13 0 0 1-26 0c0-6 5-12 13-22z;P M17 29a7 7 0 0 0 6 7
fire flame hot heat campfire energy trending camping bbq | +P M25 5c2 8 12 12 12 23a13 13 0 0 1-26 0c0-5 3-8 5-12c1 3 3 5 5 5c2-5 0-10 4-16z;P M24 41c-4-1-6-4-6-7c0-4 4-5 5-9c4 3 7 6 7 10c0 3-2 5-6 6z
lightning bolt power electric energy fast storm charge flash | +P M27 4L9 27h13l-3 17 20-25H25z
wave sea ocean water surf swim beach pool | P M5 16c5-6 9-6 13 0s8 6 13 0 8-6 12 0M5 26c5-6 9-6 13 0s8 6 13 0 8-6 12 0M5 36c5-6 9-6 13 0s8 6 13 0 8-6 12 0
mountain hill hiking outdoor nature travel adventure alps climbing camping | +P M5 40l14-26 8 13 4-6 12 19z;P M14.2 23l4.8 4 5-3.5;C 35 11 3.5
tent camping camp outdoor adventure festival scout hiking | +P M24 9l19 31H5z;P M24 22l9 18H15zM24 9l-3-4M24 9l3-4
anchor boat harbour marine sea sailing nautical | C 24 9 4;P M24 13v29M15 20h18M8 28c1 9 7 14 16 14s15-5 16-14M8 28l-3 5M8 28l5 4M40 28l3 5M40 28l-5 4
boat sailing ship sea travel yacht harbour nautical | +P M6 31h36l-6 10H12z;P M23 31V6l14 19H23M18 12v13H9z
plane flight fly airport travel send paper trip holiday | +P M43 6L29 42l-8-15L6 19z;P M43 6L21 27
car auto drive vehicle taxi transport road travel | +P M7 33v-8l4-11a4 4 0 0 1 4-3h18a4 4 0 0 1 4 3l4 11v8a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2z;P M8 24h32M11 35v4M37 35v4;*C 14 29.5 1.8;*C 34 29.5 1.8
bicycle bike cycling cycle ride transport sport city | +C 12 31 8;+C 36 31 8;P M12 31l7-14h12l5 14M19 17l5 14H12M24 31l7-14M15.5 13.5H22M31 17l-1.5-5.5H35
train metro rail subway station transport travel commute | +R 11 6 26 28 6;P M11 21h26M16 42l4-8M32 42l-4-8M20 12h8;*C 17 28 1.8;*C 31 28 1.8
truck delivery shipping logistics van transport | +P M4 12h24v23H4z;P M28 19h8l7 8v8H28;+C 13 36 4;+C 35 36 4
pin map location place address travel city local | +P M24 43c-9-10-14-16-14-23a14 14 0 0 1 28 0c0 7-5 13-14 23z;C 24 20 5
globe world web internet earth international language travel | +C 24 24 18;P M6 24h36M24 6c6 5 8 11 8 18s-2 13-8 18c-6-5-8-11-8-18s2-13 8-18z
compass direction navigation explore adventure travel hiking | +C 24 24 18;P M31 17l-4 10-10 4 4-10z
suitcase luggage travel business work trip holiday hotel job | +R 5 15 38 25 4;P M17 15v-5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v5M5 26h38M24 24v5
ticket event concert cinema festival admission travel | +P M5 14h38v6.5a3.5 3.5 0 0 0 0 7V34H5v-6.5a3.5 3.5 0 0 0 0-7z;P M30 14v3M30 22.5v3M30 31v3
house home property estate building living family | +P M9 22L24 9l15 13v18H9z;P M5 25.5L24 9l19 16.5M19 40V29h10v11
shop store market retail business local boutique | +P M9 22v18h30V22;P M8 8h32l4 11a5 5 0 0 1-10 0a5 5 0 0 1-10 0a5 5 0 0 1-10 0a5 5 0 0 1-10 0z;P M19 40V29h10v11
sofa couch furniture interior living home decor lounge | +P M10 21v-7a5 5 0 0 1 5-5h18a5 5 0 0 1 5 5v7;+P M5 25a4 4 0 0 1 8 0v5h22v-5a4 4 0 0 1 8 0v12H5z;P M10 37v4M38 37v4
lamp light furniture interior home decor reading | +P M16 7h16l6 16H10z;P M24 23v18M15 41h18
bed hotel sleep bedroom furniture home rest interior | +P M5 29a4 4 0 0 1 4-4h30a4 4 0 0 1 4 4v8H5z;P M5 37v4M43 37v4M9 25V14a3 3 0 0 1 3-3h24a3 3 0 0 1 3 3v11M16 25v-5h16v5
key access password home security rent estate hotel | +C 15 33 8;P M21 27L40 8M33 15l6 6M28 20l4 4
lock security secure privacy password protection login safe | +R 10 21 28 20 4;P M16 21v-6a8 8 0 0 1 16 0v6M24 31v4;*C 24 30 2.4
shield security protection safe insurance trust guard privacy | +P M24 5l15 6v12c0 10-7 16-15 20c-8-4-15-10-15-20V11z;P M17 24l5 5 9-10
user person profile account people customer man woman | +C 24 16 8;+P M8 41c1-9 7-14 16-14s15 5 16 14z
team users people group community family friends staff | +C 18 17 7;+P M5 40c0-8 5-13 13-13s13 5 13 13z;P M31 10.5a7 7 0 0 1 0 13M36 28c4 2 7 6 7 12
heart love like favourite health valentine wedding care dating charity | +P M24 40C10 30 6 23 6 17a9.5 9.5 0 0 1 18-4a9.5 9.5 0 0 1 18 4c0 6-4 13-18 23z
star favourite rating best award night sky magic review | +P M24 6l5.5 11.6 12.5 1.6-9.2 8.7 2.4 12.6L24 34.3 12.8 40.5l2.4-12.6L6 19.2l12.5-1.6z
crown king queen royal premium luxury vip game | +P M8 36L5 13l11 9 8-14 8 14 11-9-3 23z;P M9 42h30
diamond gem jewel jewellery luxury premium wedding ring quality | +P M14 8h20l9 11-19 23L5 19z;P M5 19h38M17 19l7 23 7-23M14 8l3 11 7-11 7 11 3-11
trophy award winner win prize champion sport game success | +P M14 7h20v13a10 10 0 0 1-20 0z;P M14 11H7c0 7 3 10 8 11M34 11h7c0 7-3 10-8 11M24 30v7M16 42h16M18 42c0-3 2-5 6-5s6 2 6 5
flag goal country finish milestone golf sport | P M11 43V6;+P M11 8c9-5 16 5 27 0v18c-11 5-18-5-27 0z
gift present birthday christmas reward party holiday celebration shop | +R 8 21 32 20 3;R 5 13 38 8 2;P M24 13v28M24 13c-8 0-11-8-6-9c4-1 6 5 6 9c0-4 2-10 6-9c5 1 2 9-6 9z
bag shopping shop store fashion buy retail purchase | +P M9 16h30l2 25H7z;P M16 21v-6a8 8 0 0 1 16 0v6
cart shopping checkout buy shop ecommerce store retail | +P M12 13h29l-4 17H16z;P M5 7h5l2 6M16 30l-2 5h23;+C 17 40 2.5;+C 34 40 2.5
tag price sale label discount shop offer retail | +P M6 8a2 2 0 0 1 2-2h16l18 18-18 18L6 24z;C 15 15 3
card credit payment bank pay wallet finance money | +R 5 11 38 27 4;P M5 19h38M11 30h8
coin money dollar finance bank cash price economy savings | +C 24 24 18;P M29.5 18.5c-1-2-3-3.5-5.5-3.5c-3 0-5 1.6-5 4.3c0 6 10.5 3 10.5 9.2c0 3-2.5 4.5-5.5 4.5c-3 0-5-1.5-6-3.5M24 11.5v3.5M24 33v3.5
chart graph statistics data analytics growth finance report business | +R 7 26 9 15 2;+R 19.5 16 9 25 2;+R 32 8 9 33 2
rocket launch startup space speed business growth | +P M24 5c8 6 10 14 9 24H15c-1-10 1-18 9-24z;C 24 18 3.5;P M15 23l-7 8v6l8-5M33 23l7 8v6l-8-5M20 35l4 8 4-8
bulb idea light innovation creative think energy tip lamp startup | +P M18 33c0-4-6-7-6-15a12 12 0 0 1 24 0c0 8-6 11-6 15z;P M19 38h10M21 43h6
pencil edit write draw design creative school art blog | +P M8 40l3-11L31 9a4.2 4.2 0 0 1 6 0l2 2a4.2 4.2 0 0 1 0 6L19 37z;P M27 13l8 8
palette art paint colour color design creative artist studio | +P M24 6C13 6 5 14 5 24s8 18 18 18c4 0 4-3 3-5c-1-3 1-5 4-5h5c5 0 8-3 8-8C43 13 34 6 24 6z;*C 15 23 2.4;*C 19 14.5 2.4;*C 29 13 2.4;*C 35.5 20 2.4
scissors cut hairdresser salon barber craft tailor paper beauty | +C 13 36 6;+C 35 36 6;P M16.5 31L34 6M31.5 31L14 6
camera photo photography picture studio instagram creative travel | +P M10 14h6l3-6h10l3 6h6a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H10a4 4 0 0 1-4-4V18a4 4 0 0 1 4-4z;C 24 26 8;*C 36.5 19.5 1.6
film video movie cinema clip media studio | +R 5 10 38 28 4;P M14 10v28M34 10v28M5 19h9M5 29h9M34 19h9M34 29h9
play video start media player music watch | +C 24 24 18;P M20 16l12 8-12 8z
music note song audio sound concert radio party | P M18 35V11l20-4v24;+C 13 35 5;+C 33 31 5
microphone mic podcast voice record karaoke sing audio radio studio | +R 18 5 12 23 6;P M11 22a13 13 0 0 0 26 0M24 35v8M17 43h14
headphones audio listen podcast music support sound | P M8 32v-7a16 16 0 0 1 32 0v7;+R 6 29 9 13 3;+R 33 29 9 13 3
book read reading library story education school learn novel | +P M24 13c-4-4-10-5-18-5v28c8 0 14 1 18 5c4-4 10-5 18-5V8c-8 0-14 1-18 5z;P M24 13v28
graduation education school university study learn degree course student | +P M24 9l21 10-21 10L3 19z;P M12 24v10c6 5 18 5 24 0V24M45 19v12
flask science lab chemistry experiment research test | +P M19 6v13L8 38a3 3 0 0 0 3 4h26a3 3 0 0 0 3-4L29 19V6;P M16 6h16M14 29h20
robot ai bot automation machine technology tech | +R 9 15 30 24 6;*C 18 25 2.2;*C 30 25 2.2;P M18 32h12M24 15V9M5 24v7M43 24v7;C 24 6.5 2.5
game gaming controller play console fun toy esports | +P M15 13h18a11 11 0 0 1 11 12c0 7-2 12-6 12c-4 0-5-5-8-5H18c-3 0-4 5-8 5c-4 0-6-5-6-12A11 11 0 0 1 15 13z;P M12 23h8M16 19v8;*C 31 20.5 1.9;*C 35 26 1.9
football ball soccer sport team play fitness | +C 24 24 18;P M24 15l8 6-3 9.5H19L16 21zM24 15V6M32 21l9-3M29 30.5l6 8M19 30.5l-6 8M16 21l-9-3
dumbbell gym fitness workout exercise sport training strength health | P M15 24h18;+R 9 13 6 22 2.5;+R 33 13 6 22 2.5;P M5 19v10M43 19v10
paw pet dog cat animal vet veterinary zoo | +P M24 23c6 0 11 7 11 12c0 6-6 5-11 5s-11 1-11-5c0-5 5-12 11-12z;+C 10.5 20 3.6;+C 18.5 12 3.9;+C 29.5 12 3.9;+C 37.5 20 3.6
cat kitten pet animal feline vet | +P M9 7l9 7h12l9-7v21c0 8-7 13-15 13S9 36 9 28z;*C 17.5 26 1.9;*C 30.5 26 1.9;P M21.5 32l2.5 2.2 2.5-2.2
bird dove animal fly nature freedom peace spring | +P M8 30c0-12 8-20 18-20a8 8 0 0 1 8 7l8 3-8 3c0 11-8 17-18 17c-6 0-12-1-12-1c5-2 5-5 4-9z;*C 27.5 17 1.7
medical cross health hospital doctor pharmacy clinic first-aid care | +P M18 6h12v12h12v12H30v12H18V30H6V18h12z
pill medicine pharmacy drug health vitamin medical | +P M9.8 26.2l16.4-16.4a8.6 8.6 0 0 1 12 12L21.8 38.2a8.6 8.6 0 0 1-12-12z;P M18 18l12 12
eye view vision look see watch optician beauty visible | +P M4 24c6-9 12-14 20-14s14 5 20 14c-6 9-12 14-20 14S10 33 4 24z;C 24 24 6
glasses eyewear spectacles optician reading fashion | +C 13 28 8;+C 35 28 8;P M21 27c1.5-2 4.5-2 6 0M5 27l4-13h4M43 27l-4-13h-4
shirt tshirt clothes clothing fashion apparel wear laundry | +P M17 7L5 13l4 10 5-2v20h20V21l5 2 4-10-12-6c-1 4-4 6-7 6s-6-2-7-6z
mail email letter envelope message contact newsletter | +R 6 11 36 27 4;P M7 14l17 13 17-13
chat message talk comment conversation support contact social speech | +P M10 8h28a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H22l-10 8v-8h-2a4 4 0 0 1-4-4V12a4 4 0 0 1 4-4z;P M15 17h18M15 25h11
phone mobile smartphone call contact device technology | +R 14 5 20 38 5;P M21.5 37h5
laptop computer notebook work device technology tech office | +R 9 9 30 23 3;P M4 39h40l-4-7H8z
wifi internet wireless network signal technology web | P M6 19c10-10 26-10 36 0M12 26c7-7 17-7 24 0M18 33c4-4 8-4 12 0;*C 24 39.5 2.5
code developer programming software web tech engineering | P M16 13L5 24l11 11M32 13l11 11-11 11M28 8l-8 32
document file page text report paper contract office | +P M11 5h18l9 9v29H11z;P M29 5v9h9M18 24h13M18 32h13
folder files archive project office portfolio | +P M5 11a2 2 0 0 1 2-2h12l5 6h17a2 2 0 0 1 2 2v21a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2z
calendar date event schedule appointment plan month office | +R 7 10 34 31 4;P M7 19h34M16 6v8M32 6v8;*C 16 27 1.9;*C 24 27 1.9;*C 32 27 1.9;*C 16 34 1.9;*C 24 34 1.9
clock time hour schedule deadline watch history | +C 24 24 18;P M24 13v11l8 5
bell notification alarm alert reminder ring school | +P M24 7a12 12 0 0 1 12 12v9l4 7H8l4-7v-9A12 12 0 0 1 24 7z;P M19 40a5 5 0 0 0 10 0
search find magnifier look explore seo research | +C 21 21 14;P M31 31l11 11
settings controls sliders options preferences adjust tune | P M8 13h18M34 13h6M8 24h6M22 24h18M8 35h18M34 35h6;+C 30 13 4;+C 18 24 4;+C 30 35 4
wrench tool repair fix service maintenance mechanic build | +P M41 13a10 10 0 0 1-13 12L14 40a4.5 4.5 0 0 1-6-6l15-14A10 10 0 0 1 35 7l-6 6 1 5 5 1z
box package parcel delivery product shipping cube storage | +P M24 5l17 9v20l-17 9-17-9V14z;P M7 14l17 9 17-9M24 23v20M15.5 9.5l17 9
download save import arrow get | P M24 6v25M14 21l10 10 10-10;P M7 34v8h34v-8
trash delete bin remove waste recycle garbage | +P M11 14h26l-2 28H13z;P M6 14h36M18 14V7h12v7M20 22v12M28 22v12
check done success confirm complete approve yes quality | +C 24 24 18;P M15 25l6 6 12-13
magic wand spell effect sparkle creative party fantasy | P M8 40l21-21M33 5v8M29 9h8M40 18v6M37 21h6M19 6v6M16 9h6M25 15l8 8
"""


@cache
def glyphs() -> tuple[Glyph, ...]:
    """Return every icon, in an order in which near neighbours belong together."""
    lines = (line.split("|") for line in _TABLE.splitlines() if line.strip())
    return tuple(Glyph(tuple(words.split()), tuple(parts.strip().split(";"))) for words, parts in lines)
