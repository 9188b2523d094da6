"""Text on a picture, and pictures of text."""

from PIL import Image

from limner.actions.canvas import is_lossless, lay_ink, sheet, soft_shadow
from limner.actions.fonts import left_out, way_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.stills import RGBA, check_pixels, open_image, parse_color, save_image
from limner.actions.typeset import Block, balanced, fit, ink
from limner.errors import InvalidInput
from limner.types import Kind

ON_PICTURE_SHARE = 1 / 13
"""The automatic size of type on a picture, as a share of its shorter side."""
ALONE_SHARE = 1 / 6
"""The same where the text is all there is."""
MARGIN_SHARE = 0.05
SHADOW_RADIUS = 0.11
SHADOW_DROP = 0.035
"""Both in sizes of type."""


def add_text_to_image(job: Job) -> tuple[Made, ...]:
    """Write text on a picture at one of nine places, in lines that stay within the margins."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    text = readable(job)
    if text.strip():
        vertical, _, horizontal = job.params["position"].partition("-")
        write(image, job, text, ("middle" if vertical == "center" else vertical, horizontal or "center"))
    return (Made(Kind.IMAGE, save_image(image, job, "text", graphic=is_lossless(job))),)


def generate_text_image(job: Job) -> tuple[Made, ...]:
    """Make a picture of text alone, centred on a plain background."""
    size = (int(job.params["width"]), int(job.params["height"]))
    check_pixels(size, job.limits, "params.width")
    image = sheet(size, parse_color(job.params["background"], "params.background"))
    text = readable(job)
    if text.strip():
        write(image, job, text, ("middle", "center"))
    return (Made(Kind.IMAGE, save_image(image, job, "text", graphic=True)),)


def readable(job: Job) -> str:
    """Return the text to set, without the characters that the font lacks, which the user is told of.

    Raises: InvalidInput, when nothing is left of it.
    """
    text, missing = without_missing(job.params["text"], job.params["font_family"])
    if missing and not text.strip():
        raise InvalidInput.of(
            "params.text",
            f"no installed font has any of its characters: {missing[:40]}",
            next_step=way_out(),
        )
    if missing:
        job.warn(f"params.text: {left_out(missing)}")
    return text


def write(image: Image.Image, job: Job, text: str, place: tuple[str, str]) -> None:
    """Set text on a picture. place: top, middle or bottom, and left, center or right."""
    color = parse_color(job.params["color"], "params.color")
    margin = margin_of(job, image.size)
    block = compose(job, text, image.size, margin)
    if place[1] == "center" and "\n" not in text.strip():
        block = balanced(block, image.width - 2 * margin)
    mask = ink(block, place[1])
    x = spot(place[1], ("left", "center", "right"), image.width - mask.width, margin)
    y = spot(place[0], ("top", "middle", "bottom"), image.height - mask.height, margin)
    opacity = float(job.params.get("opacity", 100)) / 100
    if job.params.get("shadow", False):
        drop_shadow(image, mask, (x, y), block.size_px, color, opacity)
    lay_ink(image, mask, (x, y), (*color[:3], round(color[3] * opacity)))


def margin_of(job: Job, size: tuple[int, int]) -> int:
    """Return the margin in pixels, at most what leaves a tenth of the picture."""
    asked = float(job.params["margin"])
    margin = round(min(size) * MARGIN_SHARE) if asked < 0 else round(asked)
    most = int(min(size) * 0.45)
    if margin > most:
        job.warn(f"params.margin: {margin} px leaves no room in {size[0]} x {size[1]} px; used {most} px.")
    return min(margin, most)


def compose(job: Job, text: str, size: tuple[int, int], margin: int) -> Block:
    """Return the text in lines that fit within the margins, and tell the user when that took another size."""
    share = ON_PICTURE_SHARE if Kind.IMAGE in job.inputs else ALONE_SHARE
    asked = float(job.params["font_size"])
    size_px = asked or max(9.0, min(size) * share)
    block = fit(text, job.params["font_family"], size_px, (size[0] - 2 * margin, size[1] - 2 * margin))
    if block.is_cut:
        job.warn("params.text: too long for the picture even in the smallest type; its end is cut off.")
    elif asked and block.size_px < asked:
        job.warn(
            f"params.font_size: {asked:g} px does not fit within the margins; used {block.size_px:.0f} px."
        )
    return block


def spot(where: str, names: tuple[str, str, str], room: int, margin: int) -> int:
    """Return where something starts along one side. room: the side less the thing's own size."""
    if where == names[0]:
        return margin
    return room // 2 if where == names[1] else room - margin


def drop_shadow(
    image: Image.Image, mask: Image.Image, place: tuple[int, int], size_px: float, color: RGBA, opacity: float
) -> None:
    """Lay a soft shadow under text: dark under light ink, light under dark ink."""
    is_light = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] > 96
    shade, strength = ((0, 0, 0), 1.0) if is_light else ((255, 255, 255), 2.2)
    shadow, spread = soft_shadow(mask, max(1.0, size_px * SHADOW_RADIUS), strength)
    drop = max(1, round(size_px * SHADOW_DROP)) if is_light else 0
    alpha = round(color[3] * opacity)
    lay_ink(image, shadow, (place[0] - spread, place[1] - spread + drop), (*shade, alpha))
