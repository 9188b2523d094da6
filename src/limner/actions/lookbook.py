"""Composes pictures and a title into a lookbook page."""

from math import log

from PIL import Image, ImageDraw

from limner.actions.aspect import inner_size
from limner.actions.canvas import each_picture, lay_ink, sheet
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.layout_pages import Box, Page, clean, editorial
from limner.actions.product import Product, evened, in_cell, shrunk, trimmed
from limner.actions.stills import RGBA, parse_color, save_image
from limner.actions.typeset import fit, ink
from limner.types import Kind

LONG_SIDE = 2000
CAPTION_PX = 20.0
CAPTION_ROOM = 38
TITLE_STYLES = {"editorial": "serif-display", "clean": "sans-semibold"}
TITLE_PX = {"editorial": 150.0, "clean": 64.0}
TITLE_LEADING = 1.04


def compose_grid(job: Job) -> tuple[Made, ...]:
    """Set one to nine pictures as a page: trimmed, of even scale and exposure, in a template."""
    params = job.params
    size = inner_size((LONG_SIDE, LONG_SIDE), params["aspect_ratio"])
    paper = parse_color(params["background"], "params.background")
    canvas = sheet(size, paper)
    products = evened([trimmed(shrunk(image)) for image in each_picture(job)])
    job.progress(0.4, "laying out the page")
    title = readable_title(job)
    page = laid_out(job, len(products), size, has_title=bool(title))
    colors = (ink_on(paper), blend(paper, ink_on(paper), 0.055))
    for number, (box, product) in enumerate(
        zip(page.pictures, arranged(products, page), strict=True), start=1
    ):
        draw_cell(canvas, box, product, colors, f"{number:02d}" if params["numbers"] else "")
        job.progress(0.4 + 0.5 * number / len(products), f"placed picture {number}")
    if title and page.title:
        draw_title(canvas, page.title, title, params["style"], colors[0])
    return (Made(Kind.IMAGE, save_image(canvas, job, "lookbook")),)


def laid_out(job: Job, count: int, size: tuple[int, int], *, has_title: bool) -> Page:
    """Return the page's boxes: the template of the style, or an even grid when columns are asked for."""
    margin, gap = round(float(job.params["margin"])), round(float(job.params["gap"]))
    foot = CAPTION_ROOM if job.params["numbers"] else 0
    box = (margin, margin, size[0] - margin, size[1] - margin + foot // 2)
    columns = int(job.params["columns"])
    if job.params["style"] == "editorial" and not columns:
        return editorial(count, box, gap, has_title=has_title)
    return clean(count, columns, box, gap, has_title=has_title)


def readable_title(job: Job) -> str:
    """Return the title without what the font lacks; the user is told of that."""
    text, missing = without_missing(job.params["title"], TITLE_STYLES[job.params["style"]])
    if missing:
        job.warn(f"params.title: {left_out(missing)}")
    return text.strip()


def arranged(products: list[Product], page: Page) -> list[Product]:
    """Return the pictures in the order of the boxes: the first leads, the others go where they fit best."""
    ratios = [(right - left) / (bottom - top) for left, top, right, bottom in page.pictures]
    order = list(range(len(products)))
    improved = True
    while improved:
        improved = False
        for first in range(1, len(order)):
            for second in range(first + 1, len(order)):
                swapped = order.copy()
                swapped[first], swapped[second] = order[second], order[first]
                if misfit(swapped, products, ratios) < misfit(order, products, ratios) - 0.15:
                    order, improved = swapped, True
    return [products[index] for index in order]


def misfit(order: list[int], products: list[Product], ratios: list[float]) -> float:
    """Return how far photographs are from the shape of their boxes; objects that stand free fit anywhere."""
    return sum(
        abs(log(products[index].ratio / ratio))
        for index, ratio in zip(order, ratios, strict=True)
        if products[index].backing == "photo"
    )


def draw_cell(
    canvas: Image.Image, box: Box, product: Product, colors: tuple[RGBA, RGBA], number: str
) -> None:
    """Draw one picture into its box, with its number below it."""
    left, top, right, bottom = box
    if number:
        bottom -= CAPTION_ROOM
        caption = ink(fit(number, "sans-medium", CAPTION_PX, (200, CAPTION_PX * 1.2)))
        lay_ink(canvas, caption, (left, bottom + 13), (*colors[0][:3], 170))
    size = (max(1, right - left), max(1, bottom - top))
    canvas.paste(in_cell(product, size, colors[1]), (left, top))


def draw_title(canvas: Image.Image, box: Box, title: str, style: str, color: RGBA) -> None:
    """Set the title in its box below a thin rule, as large as fits."""
    left, top, right, bottom = box
    ImageDraw.Draw(canvas).rectangle((left, top, right - 1, top + 1), fill=color[: len(canvas.mode)])
    room = (right - left, max(20, bottom - top - 40))
    block = fit(title, TITLE_STYLES[style], TITLE_PX[style], room, leading=TITLE_LEADING)
    lay_ink(canvas, ink(block), (left, top + 30), color)


def ink_on(paper: RGBA) -> RGBA:
    """Return the colour of type on a paper: near-black on light, near-white on dark."""
    is_light = 0.299 * paper[0] + 0.587 * paper[1] + 0.114 * paper[2] > 128 or paper[3] < 128
    return (24, 22, 20, 255) if is_light else (244, 241, 235, 255)


def blend(first: RGBA, second: RGBA, share: float) -> RGBA:
    """Return the colour that lies `share` of the way from the first to the second."""
    red, green, blue = (
        round(one + (two - one) * share) for one, two in zip(first[:3], second[:3], strict=True)
    )
    return (red, green, blue, 255)
