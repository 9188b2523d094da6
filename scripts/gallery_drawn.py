"""Draws what no sample photograph shows: a bottle on transparency, posters with words, book covers, a house."""

import io

import resvg_py
from PIL import Image

from limner.library import brand_folder, font_folder

INK, PAPER, RED, SEA = "#22201d", "#f4efe6", "#c8452d", "#1d5c6b"


def drawn(body: str, width: int, height: int) -> Image.Image:
    """Return the picture of an SVG's body, RGBA."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{body}</svg>'
    return rendered(svg, width)


def rendered(svg: str, width: int) -> Image.Image:
    """Return the picture of an SVG at a width, RGBA, set in the fonts that ship."""
    fonts = [str(path) for path in sorted(font_folder().glob("*.ttf"))]
    data = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True, font_files=fonts)
    with Image.open(io.BytesIO(bytes(data))) as image:
        return image.convert("RGBA")


def words(x: int, y: int, size: int, text: str, color: str, face: str = "Inter", extra: str = "") -> str:
    """Return a line of type; `y` is its baseline."""
    return (
        f'<text x="{x}" y="{y}" font-family="{face}" font-size="{size}" fill="{color}" {extra}>{text}</text>'
    )


def bottle() -> Image.Image:
    """Return a glass bottle with a label, on transparency."""
    glass = '<linearGradient id="g"><stop offset="0" stop-color="#14342b"/><stop offset=".22" stop-color="#3f8a6e"/>'
    glass += (
        '<stop offset=".5" stop-color="#1d5443"/><stop offset="1" stop-color="#0d231d"/></linearGradient>'
    )
    outline = "M250 40h100v190q0 60 60 110 40 34 40 100v660q0 60-60 60H210q-60 0-60-60V440q0-66 40-100 60-50 60-110Z"
    body = f'<defs>{glass}</defs><path d="{outline}" fill="url(#g)"/>'
    body += '<rect x="240" y="24" width="120" height="96" rx="10" fill="#b8893b"/>'
    body += f'<rect x="150" y="560" width="300" height="380" fill="{PAPER}"/>'
    body += (
        '<path d="M196 470v620" stroke="#fff" stroke-opacity=".35" stroke-width="16" stroke-linecap="round"/>'
    )
    middle = 'text-anchor="middle"'
    body += words(300, 700, 76, "OLIO", INK, "LimnerSerifDisplay", middle)
    body += words(300, 760, 26, "FIRST HARVEST", INK, "Inter", middle + ' letter-spacing="3"')
    body += f'<circle cx="300" cy="850" r="38" fill="{RED}"/>'
    return drawn(body, 600, 1200)


def poster() -> Image.Image:
    """Return a poster with a headline, three lines and a shape."""
    body = f'<rect width="900" height="1200" fill="{PAPER}"/><circle cx="600" cy="420" r="260" fill="{RED}"/>'
    body += words(80, 800, 118, "Summer sale", INK, "Inter", 'font-weight="700"')
    body += words(80, 890, 50, "All shirts half price", INK)
    body += words(80, 1010, 34, "Friday to Sunday, ten to six", SEA)
    body += words(80, 1060, 34, "12 Harbour Street", SEA)
    return drawn(body, 900, 1200)


def menu() -> Image.Image:
    """Return a menu: light type on one dark ground, in two columns."""
    body = '<rect width="1000" height="760" fill="#17262b"/>'
    body += words(80, 130, 72, "Breakfast", "#f0d9a8", "LimnerSerifDisplay")
    rows = ("Porridge with plums", "Two eggs, any way", "Bread from yesterday", "Filter coffee")
    for number, (dish, price) in enumerate(zip(rows, ("6", "7", "4", "3"), strict=True)):
        body += words(80, 250 + number * 110, 40, dish, "#f4efe6") + words(
            880, 250 + number * 110, 40, price, "#f0d9a8"
        )
    return drawn(body, 1000, 760)


def wordmark() -> Image.Image:
    """Return a logo of letters on one plain dark colour."""
    body = f'<rect width="900" height="500" fill="{SEA}"/>'
    body += words(
        450, 300, 170, "fjord", PAPER, "Inter", 'font-weight="700" text-anchor="middle" letter-spacing="-6"'
    )
    return drawn(body, 900, 500)


def kit_logo(kit: str) -> Image.Image:
    """Return a built-in kit's logo on transparency."""
    return rendered((brand_folder() / kit / "logo.svg").read_text(encoding="utf-8"), 800)


def cover(title: tuple[str, str], author: str, ground: str, ink: str) -> Image.Image:
    """Return a book cover: a title in two lines, waves, an author."""
    body = f'<rect width="800" height="1200" fill="{ground}"/>'
    body += words(70, 220, 130, title[0], ink, "LimnerSerifDisplay")
    body += words(70, 350, 130, title[1], ink, "LimnerSerifDisplay")
    for number in range(7):
        y = 560 + number * 62
        stroke = f'fill="none" stroke="{ink}" stroke-width="{4 + number * 2}"'
        body += f'<path d="M0 {y}q100-70 200 0t200 0 200 0 200 0" {stroke}/>'
    body += words(70, 1120, 44, author, ink, "Inter", 'letter-spacing="6"')
    return drawn(body, 800, 1200)


def back_cover(ground: str, ink: str) -> Image.Image:
    """Return the back of a book: a few lines of praise and a price code."""
    body = f'<rect width="800" height="1200" fill="{ground}"/>'
    lines = ("Two sisters, one ferry, and a", "winter that will not end.", "", "“Quiet, exact and warm.”")
    for number, line in enumerate(lines):
        body += words(90, 240 + number * 62, 42, line, ink, "LimnerSerif")
    body += '<rect x="510" y="960" width="210" height="150" fill="#fff"/>'
    body += "".join(
        f'<rect x="{530 + bar * 12}" y="980" width="{3 + bar * 5 % 7}" height="90"/>' for bar in range(14)
    )
    return drawn(body, 800, 1200)


def house() -> Image.Image:
    """Return a street of one house front, seen from the side, under a pale sky."""
    body = '<linearGradient id="s" x2="0" y2="1"><stop stop-color="#9fc3df"/><stop offset="1" stop-color="#e9eef0"/>'
    body += '</linearGradient><rect width="1200" height="900" fill="url(#s)"/>'
    body += '<path d="M0 780 1200 700V900H0Z" fill="#77736d"/>'
    body += '<path d="M120 120 980 250V720L120 790Z" fill="#d9cbb2"/>'
    body += '<path d="M980 250 1110 300V706L980 720Z" fill="#a8987e"/>'
    body += '<path d="M100 104 990 240V262L100 132Z" fill="#5d4a3f"/>'
    for row, (top, bottom) in enumerate(((0.14, 0.4), (0.52, 0.78))):
        for column in range(4):
            left, right = 0.07 + column * 0.24, 0.2 + column * 0.24
            corners = [on_wall(left, top), on_wall(right, top), on_wall(right, bottom), on_wall(left, bottom)]
            if row == 1 and column == 2:
                corners[2:] = [on_wall(right, 1.0), on_wall(left, 1.0)]
            points = " ".join(f"{x:.0f},{y:.0f}" for x, y in corners)
            body += f'<polygon points="{points}" fill="#2b3a44" stroke="#f2eee6" stroke-width="10"/>'
    return drawn(body, 1200, 900)


def block() -> Image.Image:
    """Return a block of flats from its front, grey, at dusk."""
    body = '<linearGradient id="s" x2="0" y2="1"><stop stop-color="#39456b"/><stop offset="1" stop-color="#d99a7c"/>'
    body += '</linearGradient><rect width="1200" height="800" fill="url(#s)"/>'
    body += '<rect y="720" width="1200" height="80" fill="#3b3a3c"/>'
    body += '<rect x="180" y="120" width="840" height="600" fill="#a7a39d"/>'
    for row in range(4):
        for column in range(6):
            light = "#f3c979" if (row * 5 + column * 3) % 4 == 0 else "#27303b"
            body += f'<rect x="{225 + column * 132}" y="{165 + row * 140}" width="84" height="92" fill="{light}"/>'
    return drawn(body, 1200, 800)


def on_wall(across: float, down: float) -> tuple[float, float]:
    """Return where a place of the house's wall, in shares of it, lies in the picture."""
    x = 120 + across * 860
    top, bottom = 120 + across * 130, 790 - across * 70
    return x, top + down * (bottom - top)
