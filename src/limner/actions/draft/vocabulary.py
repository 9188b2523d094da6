"""The words that a brief is read by: colours, moods, what calls for which layout, and words that name no thing."""

COLORS = {
    "red": "#d0312d", "crimson": "#b3122f", "scarlet": "#d7263d", "burgundy": "#6b1220", "maroon": "#651a24",
    "wine red": "#6f1d2e", "brick red": "#a63d2f", "cherry red": "#b8152f", "coral": "#f4766a",
    "salmon": "#f39a86", "terracotta": "#c4623f", "clay": "#b9694a", "rust": "#a8451d", "copper": "#b3693d",
    "orange": "#f08119", "burnt orange": "#bf5318", "sunset orange": "#f26b3a", "pumpkin": "#e0671b",
    "tangerine": "#f58a1f", "peach": "#fbbf9a", "apricot": "#f8ad78", "amber": "#f2a516", "gold": "#c89b3c",
    "golden yellow": "#f2b61f", "mustard": "#d5a021", "mustard yellow": "#d5a021", "saffron": "#efb023",
    "yellow": "#f7cf2e", "sunflower yellow": "#f9c921", "lemon yellow": "#f8e14b", "butter yellow": "#f9e6a0",
    "cream": "#f8f0df", "ivory": "#faf6ea", "linen": "#f0e8da", "beige": "#e8dcc6", "sand": "#dfcba8",
    "oatmeal": "#e3d7c2", "white": "#ffffff", "off-white": "#f8f6f1", "khaki": "#b7a878", "tan": "#c9a57b",
    "brown": "#6f4a2d", "chocolate brown": "#4a2c1d", "coffee brown": "#4d3324", "espresso brown": "#33211a",
    "caramel": "#b9783c", "green": "#2f8f4e", "forest green": "#24533a", "emerald": "#12805c",
    "emerald green": "#12805c", "olive": "#73763a", "olive green": "#73763a", "sage": "#9caf88",
    "sage green": "#9caf88", "mint": "#9fdcc0", "mint green": "#9fdcc0", "lime": "#a9cf2e", "lime green": "#a9cf2e",
    "moss green": "#65753d", "bottle green": "#123f31", "pine green": "#1e4a3a", "teal": "#14787c",
    "turquoise": "#27b3b0", "aqua": "#53c6cc", "cyan": "#19b5d8", "blue": "#2a63c4", "ocean blue": "#0b5d8f",
    "sea blue": "#1a6f96", "sky blue": "#7cbfe8", "baby blue": "#b3d8f2", "navy": "#14284b", "navy blue": "#14284b",
    "midnight blue": "#141c42", "royal blue": "#2746c2", "cobalt": "#1f47b4", "cobalt blue": "#1f47b4",
    "electric blue": "#1f5bff", "denim blue": "#3f6494", "powder blue": "#b8d3e8", "ice blue": "#d6ebf5",
    "steel blue": "#5a7fa3", "indigo": "#353089", "violet": "#7440ab", "purple": "#6b35a0", "lavender": "#b9a5e2",
    "lilac": "#c9b2e5", "plum": "#612050", "aubergine": "#3a1a3d", "magenta": "#c9258c", "fuchsia": "#d62a80",
    "pink": "#f08bb0", "hot pink": "#f0408c", "neon pink": "#ff3fa4", "neon green": "#55f06a",
    "neon yellow": "#e9f73b", "neon blue": "#31b4ff", "blush": "#f3cdc7", "blush pink": "#f3cdc7",
    "dusty pink": "#d3a1a0", "rose pink": "#e58fa3", "rose gold": "#c98b7c", "black": "#111111",
    "charcoal": "#2e3134", "grey": "#84878a", "gray": "#84878a", "silver": "#c3c7ca", "slate": "#4c5866",
    "slate blue": "#55668a",
    "rojo": "#d0312d", "azul": "#2a63c4", "verde": "#2f8f4e", "blau": "#2a63c4", "grün": "#2f8f4e",
    "rot": "#d0312d", "gelb": "#f7cf2e", "bleu": "#2a63c4", "rouge": "#d0312d", "vert": "#2f8f4e",
    "μπλε": "#2a63c4", "κόκκινο": "#d0312d", "πράσινο": "#2f8f4e", "синий": "#2a63c4", "красный": "#d0312d",
    "зелёный": "#2f8f4e",
}  # fmt: skip
"""Colours by the words for them; the longest match counts."""

_STUFF = (
    "linen sand clay lavender lilac plum peach salmon mint sage gold silver copper cream olive apricot orange pumpkin "
    "caramel mustard amber coral lime slate saffron rust tan violet emerald charcoal terracotta ivory tangerine"
)
STUFF = frozenset(_STUFF.split())
"""Colours that are also things: before another noun they are those."""

HINTS = {
    "ocean": "#0b5d8f", "sea": "#1a6f96", "sky": "#7cbfe8", "forest": "#24533a", "coffee": "#5a3a28",
    "sunset": "#f26b3a", "sunrise": "#f6a04d", "lemon": "#f8d93b", "rose": "#d9788f", "berry": "#9c2452",
    "tea": "#7f9052", "honey": "#e2a32b", "ceramic": "#c4623f", "ceramics": "#c4623f", "wine": "#6f1d2e",
    "dental": "#5cb8c4", "medical": "#2b86b8", "garden": "#4b8b4f", "beach": "#2aa5b8", "yoga": "#9a8fb8",
}  # fmt: skip
"""Colours that things suggest, where a brief names none."""

MOODS = {
    "calm": "calm quiet slow soft gentle spa yoga meditation serene peaceful linen wellness mindful sleep",
    "warm": "warm cosy cozy rustic earthy handmade craft bakery bread ceramic ceramics pottery homemade honey",
    "bold": "bold loud punchy strong sport sports fitness gym running sale clearance punk protest urban street",
    "night": "night neon dark midnight club techno dj cyber cyberpunk rave nightlife moonlit cinema horror",
    "elegant": "elegant classic refined wedding gala opera perfume gallery museum formal sophisticated",
    "playful": "playful fun funny party birthday cheerful quirky joyful carnival",
    "nature": "nature natural organic eco green garden plant plants botanical farm sustainable hiking forest outdoor",
    "tech": "tech technology digital startup software app data ai cloud saas code developer conference webinar robot",
    "kids": "kids children child school toy toys nursery kindergarten",
    "luxury": "luxury luxurious premium exclusive jewellery jewelry whisky champagne",
    "summer": "summer sunny beach tropical surf pool vacation holiday ice-cream",
    "winter": "winter snow ski christmas cold frost icy",
    "autumn": "autumn fall harvest pumpkin halloween october november",
    "spring": "spring easter bloom blossom floral flower flowers",
    "minimal": "minimal minimalist minimalistic clean simple modern swiss architecture",
    "retro": "retro vintage seventies 70s eighties 80s jazz vinyl analogue diner music concert band",
}
"""Moods, and the words that call for them."""

LAYOUT_WORDS = {
    "story": ("instagram story", "story format", "insta story", "stories", "story", "reel cover", "status"),
    "storyboard": ("storyboard", "story board", "shot list", "animatic", "scene by scene"),
    "mood-board": ("mood board", "moodboard", "mood-board", "inspiration board", "vision board"),
    "icon-sheet": ("icon sheet", "icon set", "icon pack", "set of icons", "icons", "pictograms"),
    "title-card": (
        "title card", "title screen", "opening title", "title slide", "end card", "lower third", "film title",
        "video title",
    ),
    "product-card": (
        "product card", "product shot", "product page", "product tile", "product ad", "product listing",
        "product launch", "packshot",
    ),
    "banner": ("web banner", "banner ad", "leaderboard", "hero banner", "banner", "header image", "cover photo",
               "website header", "email header"),
    "menu": ("menu", "price list", "drinks list", "wine list", "bill of fare"),
    "quote": ("quote card", "pull quote", "quotation", "quote", "testimonial", "saying"),
    "event": ("event invitation", "save the date", "invitation", "invite", "event", "concert", "workshop", "meetup",
              "conference", "gig", "open day", "exhibition", "opening night", "wedding", "webinar"),
    "social-post": ("instagram post", "social media post", "social post", "facebook post", "linkedin post", "post",
                    "social media", "social tile", "announcement"),
    "poster": ("movie poster", "gig poster", "poster", "flyer", "leaflet", "placard", "print", "one-sheet", "плакат",
               "афиша", "αφίσα", "affiche", "plakat", "cartel", "locandina"),
}  # fmt: skip
"""What calls for a layout, the more telling first; where several are named, the first in a brief counts."""

FORMATS = (
    "poster", "flyer", "leaflet", "banner", "story", "post", "card", "menu", "storyboard", "invitation", "invite",
    "ad", "advert", "advertisement", "graphic", "image", "picture", "visual", "design", "layout", "artwork",
    "illustration", "photo", "photograph", "template", "tile", "cover", "sheet", "board", "draft", "mockup", "print",
    "placard", "header", "slide",
)  # fmt: skip
"""Words for the thing that is made, which name nothing that it shows."""

_FUNCTION_WORDS = (
    "a about after all an and any are as at be been but by can could do each every featuring for from get give "
    "has have her his i if in inside into is it its just like make me more my need new no not of off on one or our "
    "out over please saying says she should show showing so some than that the their them then there these they "
    "this to too under up us use used uses using very want was we were what when where which while who will with "
    "would you your called named titled entitled create design draw generate build produce include including "
    "colour color colours colors style styled font type size format background text headline ticket tickets"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that a picture does not have to show."""

_SMALL_WORDS = "a an and as at but by for from in into nor of on or per the to via vs with"
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
"""Words that a title writes small, but for its first and last."""
