"""What the drawer passes about: boxes, what a brief says, colours, type, pictures' places, and layouts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from limner.actions.draft.sheet import Sheet

MODEL = "limner/draft-1"
FIDELITY = "layout-draft"


SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
"""By alignment, the share of a width that lies left of the place which it is aligned to."""


class Box(NamedTuple):
    """A rectangle in pixels of the page; y runs down."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y where it ends."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inset(self, across: float, down: float | None = None) -> "Box":
        """Return it smaller by so many pixels at each side."""
        down = across if down is None else down
        return Box(self.left + across, self.top + down, self.width - 2 * across, self.height - 2 * down)

    def upper(self, height: float) -> "Box":
        """Return its uppermost pixels."""
        return Box(self.left, self.top, self.width, height)

    def below(self, y: float) -> "Box":
        """Return what of it lies below a y."""
        return Box(self.left, y, self.width, self.bottom - y)

    def lefthand(self, width: float) -> "Box":
        """Return its leftmost pixels."""
        return Box(self.left, self.top, width, self.height)

    def beyond(self, x: float) -> "Box":
        """Return what of it lies to the right of an x."""
        return Box(x, self.top, self.right - x, self.height)

    def columns(self, count: int, gap: float) -> list["Box"]:
        """Return it parted into columns of equal width."""
        width = (self.width - gap * (count - 1)) / count
        return [Box(self.left + each * (width + gap), self.top, width, self.height) for each in range(count)]

    def rows(self, count: int, gap: float) -> list["Box"]:
        """Return it parted into rows of equal height."""
        height = (self.height - gap * (count - 1)) / count
        return [Box(self.left, self.top + each * (height + gap), self.width, height) for each in range(count)]


class Item(NamedTuple):
    """One line of a list: a dish and its price, a scene, a topic. price: "" for none."""

    name: str
    price: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """The words for a page, each "" or empty where nothing is known. sources: by field, where its words come from."""

    headline: str
    subline: str = ""
    details: tuple[str, ...] = ()
    call_to_action: str = ""
    date: str = ""
    time: str = ""
    place: str = ""
    price: str = ""
    offer: str = ""
    attribution: str = ""
    items: tuple[Item, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    """brief (its exact words), derived (a title made of them), parameter, or default."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a brief asks for. All of it is read; none of it is printed as it stands."""

    layout: str
    copy: Copy
    subject: str
    """What a picture should show, as in "golden retriever astronaut"; "" for nothing."""
    is_depicted: bool
    """Whether it asks to see the subject, and not only to read of it."""
    moods: tuple[str, ...]
    colors: tuple[tuple[str, str], ...]
    """Colours that it names: the words, and #rrggbb."""
    terms: tuple[str, ...]
    """Its words that mean something and that neither copy, nor colours, nor moods, nor the layout account for."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour. source: kit, brief, mood, or contrast, where no other could be read."""

    hex: str
    role: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a page, as #rrggbb. swatches: all that there are, also those that have no role."""

    paper: str
    ink: str
    primary: str
    accent: str
    secondary: str
    swatches: tuple[Swatch, ...]

    @property
    def hues(self) -> tuple[str, ...]:
        """The colours that are neither paper nor ink, each once."""
        found = (self.primary, self.accent, self.secondary)
        return tuple(dict.fromkeys(each for each in found if each not in (self.paper, self.ink)))


@dataclass(frozen=True, slots=True)
class TypePair:
    """The styles of `limner.actions.fonts.FILES` that a page is set in. notes: what a kit asked for and did not get."""

    heading: str
    body: str
    strong: str
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """What is drawn of a brand kit: its name, and its logo as a PNG."""

    name: str
    logo_png: bytes = b""
    logo_size: tuple[int, int] = (0, 0)
    clear_space: float = 0.5
    """Free space around the logo, as a share of its height."""
    least_px: int = 48


class Slot(NamedTuple):
    """A place for a picture. picture: the number of the user's picture that fills it; None for a placeholder."""

    label: str
    box: Box
    picture: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to set a page. ratio: its own, width:height."""

    name: str
    ratio: str
    compose: "Callable[[Sheet], None]"
