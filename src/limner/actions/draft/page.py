"""Writes the SVG of a page: named layers, shapes, real text, embedded pictures."""

from collections import Counter
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from limner.actions.draft.setting import Setting, capital
from limner.actions.draft.typefaces import FALLBACKS, FAMILIES
from limner.actions.draft.types import SHARES, Box
from limner.actions.svg import document, number

LAYERS = ("ground", "ornament", "pictures", "panels", "emblems", "copy", "brand")
"""The layers, from the back to the front."""
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


@dataclass
class Page:
    """An SVG in the making. size: in pixels."""

    size: tuple[int, int]
    layers: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in LAYERS})
    defs: list[str] = field(default_factory=list)
    _ids: Counter[str] = field(default_factory=Counter)

    def svg(self, title: str) -> str:
        """Return the whole drawing."""
        body = [f"<defs>{''.join(self.defs)}</defs>"] if self.defs else []
        for name, parts in self.layers.items():
            if parts:
                body += [f'<g id="{name}">', *parts, "</g>"]
        return document(self.size, body, title)

    def name(self, stem: str) -> str:
        """Return an id that nothing else on the page has."""
        self._ids[stem] += 1
        return stem if self._ids[stem] == 1 else f"{stem}-{self._ids[stem]}"

    def add(self, layer: str, *parts: str) -> None:
        """Put finished elements on a layer."""
        self.layers[layer].extend(parts)

    def rect(self, layer: str, box: Box, color: str, radius: float = 0) -> None:
        """Fill a rectangle."""
        rounded = f' rx="{number(radius)}"' if radius else ""
        self.add(layer, f'<rect {place(box)}{rounded} fill="{color}"/>')

    def outline(self, layer: str, box: Box, color: str, width: float, radius: float = 0) -> None:
        """Draw the edge of a rectangle, inside it."""
        inner = box.inset(width / 2)
        rounded = f' rx="{number(radius)}"' if radius else ""
        self.add(
            layer,
            f'<rect {place(inner)}{rounded} fill="none" stroke="{color}" stroke-width="{number(width)}"/>',
        )

    def line(self, layer: str, start: tuple[float, float], end: tuple[float, float], color: str, width: float,
             dash: str = "") -> None:  # fmt: skip
        """Draw a straight line. dash: as SVG writes it, round."""
        dashed = f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else ""
        (x1, y1), (x2, y2) = start, end
        self.add(
            layer,
            f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" fill="none" stroke="{color}" '
            f'stroke-width="{width:.2f}"{dashed}/>',
        )

    def circle(self, layer: str, centre: tuple[float, float], radius: float, color: str) -> None:
        """Fill a circle."""
        x, y = centre
        self.add(layer, f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{color}"/>')

    def path(self, layer: str, data: str, color: str) -> None:
        """Fill a path."""
        self.add(layer, f'<path d="{data}" fill="{color}"/>')

    def clip(self, box: Box, radius: float = 0) -> str:
        """Return the attribute that shows only what is inside a box."""
        name = self.name("clip")
        self.defs.append(f'<clipPath id="{name}"><rect {place(box)} rx="{number(radius)}"/></clipPath>')
        return f'clip-path="url(#{name})"'

    def clip_path(self, data: str) -> str:
        """Return the attribute that shows only what is inside a path."""
        name = self.name("clip")
        self.defs.append(f'<clipPath id="{name}"><path d="{data}"/></clipPath>')
        return f'clip-path="url(#{name})"'

    def scrim(self, layer: str, box: Box, color: str, stops: tuple[tuple[float, float], ...]) -> None:
        """Lay a colour over a box, of an opacity that changes downwards. stops: (place, opacity), 0 to 1."""
        name = self.name("scrim")
        listed = "".join(
            f'<stop offset="{at:g}" stop-color="{color}" stop-opacity="{opacity:g}"/>'
            for at, opacity in stops
        )
        self.defs.append(f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{listed}</linearGradient>')
        self.add(layer, f'<rect {place(box)} fill="url(#{name})"/>')

    def text(
        self, layer: str, name: str, setting: Setting, x: float, top: float, color: str, align: str
    ) -> Box:
        """Set lines of text; `top` is where their capitals, or accents on them, begin. Returns their box."""
        family, weight = FAMILIES[setting.style]
        first = top + setting.rise + capital(setting.style) * setting.size
        spaced = f' letter-spacing="{setting.tracking * setting.size:.2f}"' if setting.tracking else ""
        spans = "".join(
            f'<tspan x="{number(x)}" y="{number(first + row * setting.leading * setting.size)}">'
            f"{escape(line)}</tspan>"
            for row, line in enumerate(setting.lines)
        )
        self.add(
            layer,
            f'<text id={quoteattr(self.name(name))} font-family="{FALLBACKS[family]}" font-weight="{weight}" '
            f'font-size="{setting.size:.2f}"{spaced} fill="{color}" text-anchor="{ANCHORS[align]}">{spans}</text>',
        )
        width = setting.width
        left = x - width * SHARES[align]
        return Box(left, top, width, setting.height + 0.26 * setting.size)


def place(box: Box) -> str:
    """Return a box as the attributes of an element."""
    left, top, width, height = (number(value) for value in box)
    return f'x="{left}" y="{top}" width="{width}" height="{height}"'
