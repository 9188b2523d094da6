"""Makes a booking photograph of a portrait: `compose-mugshot`."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from limner.actions.aspect import inner_size
from limner.actions.canvas import lay, lay_ink, soft_shadow
from limner.actions.colour_spaces import to_unit
from limner.actions.cutout import Cutout, isolated
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.mugshot_head import find_head, has_face
from limner.actions.reframe import best_place
from limner.actions.saliency import saliency
from limner.actions.stage import resized
from limner.actions.stills import open_image, save_image
from limner.actions.typeset import fit, ink
from limner.types import Kind

SIZE = (1200, 1500)
HEAD_TOP, HEAD_HEIGHT = 0.17, 0.33
"""Where the head starts and how high it is, in parts of the picture."""
MOST_ENLARGED = 5.0
LINES_CM = range(130, 221, 5)
TOP_CM, CM_PX = 206.0, 23.0
"""The height at the picture's upper edge, and how many pixels a centimetre takes."""
WALL, INK = (203, 204, 199), (62, 64, 66, 255)
BOARD = (760, 330)
BOARD_FOOT = 1440
LEAST_SHOULDERS = 0.3
"""A portrait's shoulders fill at least this share of the picture's lower border."""
RATIO = "4:5"
WALL_OVER = 0.22
"""How much of the height chart shows over a picture whose subject cannot be cut out."""
LETTERS = (240, 240, 232, 255)


def compose_mugshot(job: Job) -> tuple[Made, ...]:
    """Stand a person before a height chart with a placard, in a flash's light; 1200 x 1500."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    factor = max(image.size) // 2400
    image = image.reduce(factor) if factor > 1 else image
    job.progress(0.15, "Finding the person")
    cutout = isolated(image, job)
    job.progress(0.5, "Framing")
    if stands_free(cutout):
        scene = before_the_wall(cutout.image.crop(cutout.box))
    else:
        job.warn(
            "inputs.image: no whole head and shoulders stand out; the picture is used with what is behind."
        )
        scene = Image.blend(filling(image.convert("RGB")), wall(), WALL_OVER)
    scene = flash(scene, float(job.params["strength"]) / 100, job.params["color"])
    job.progress(0.8, "Lettering the placard")
    if lines := placard_lines(job):
        hold(scene, board(lines))
    return (Made(Kind.IMAGE, path=save_image(scene, job, "mugshot")),)


def stands_free(cutout: Cutout) -> bool:
    """Whether what was cut out can stand before a wall: from a scene, a face on shoulders that reach down."""
    if cutout.found != "scene":
        return True
    alpha = np.asarray(cutout.image.getchannel("A"))
    lowest = alpha[-max(1, alpha.shape[0] // 20) :] > 128
    return float(lowest.any(axis=0).mean()) > LEAST_SHOULDERS and has_face(cutout.image.crop(cutout.box))


def filling(image: Image.Image) -> Image.Image:
    """Return the picture cut to the frame around what draws the eye."""
    size = inner_size(image.size, RATIO)
    (left, top), _ = best_place(image, saliency(image), size)
    window = (left, top, min(image.width, left + size[0]), min(image.height, top + size[1]))
    return image.resize(SIZE, Image.Resampling.BICUBIC, box=window)


def before_the_wall(person: Image.Image) -> Image.Image:
    """Return the person before the height chart, with the shadow of a flash."""
    framed = at_the_wall(person)
    scene = wall()
    shadow, spread = soft_shadow(framed.getchannel("A"), 16, 0.55)
    scene.paste(Image.new("RGB", shadow.size, (30, 30, 34)), (26 - spread, 20 - spread), shadow)
    lay(scene, framed, (0, 0))
    return scene


def at_the_wall(person: Image.Image) -> Image.Image:
    """Return the person on an empty frame: the head in its place, the body down to the lower edge."""
    left, top, right, bottom = find_head(person)
    scale = min(HEAD_HEIGHT * SIZE[1] / max(1.0, bottom - top), MOST_ENLARGED)
    # Whoever is cut off by their own picture is enlarged until the cut is behind the placard.
    below = (person.height - top) * scale
    scale *= min(1.5, max(1.0, (BOARD_FOOT - 120 - HEAD_TOP * SIZE[1]) / max(1.0, below)))
    size = (max(1, round(person.width * scale)), max(1, round(person.height * scale)))
    place = (round(SIZE[0] / 2 - (left + right) / 2 * scale), round(HEAD_TOP * SIZE[1] - top * scale))
    frame = Image.new("RGBA", SIZE)
    frame.paste(resized(person, size), place)
    return frame


def wall() -> Image.Image:
    """Return the wall with the lines and figures of a height chart."""
    scene = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(scene)
    for height in LINES_CM:
        y = round((TOP_CM - height) * CM_PX)
        if not 0 < y < SIZE[1]:
            continue
        is_main = height % 10 == 0
        draw.rectangle(
            (0, y, SIZE[0], y + (4 if is_main else 1)), fill=(98, 100, 102) if is_main else (158, 159, 157)
        )
        if is_main:
            for text, x in ((str(height), 34), (feet_of(height), SIZE[0] - 34)):
                mask = ink(fit(text, "sans-bold", 44, (220, 60)))
                lay_ink(scene, mask, (x if x < 600 else x - mask.width, y - mask.height - 12), INK)
    return scene


def feet_of(height_cm: int) -> str:
    """Return a height as feet and inches, to the nearest inch."""
    inches = round(height_cm / 2.54)
    return f"{inches // 12}'{inches % 12}\""


def flash(scene: Image.Image, strength: float, color: str) -> Image.Image:
    """Return the picture as a small flash on the camera shows it: hard contrast, pale colour, dark corners."""
    pixels = to_unit(np.asarray(scene))
    grey = (pixels @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    height, width = grey.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    fall = 1.08 - 0.5 * np.clip(x**2 * 0.55 + (y + 0.35) ** 2 * 0.4, 0, 1)
    hard = pixels + (pixels * pixels * (3 - 2 * pixels) - pixels) * 0.7
    pale = grey + (hard - grey) * (0.0 if color == "mono" else 0.6)
    if color == "mono":
        pale = np.repeat(grey + (grey * grey * (3 - 2 * grey) - grey) * 0.8, 3, axis=2)
    tone = np.array([1.0, 1.0, 0.985] if color == "mono" else [0.985, 1.0, 0.97], np.float32)
    lit = pale * fall[..., None] * tone
    noise = np.random.default_rng(0).standard_normal((height, width, 1), dtype=np.float32) * 0.018
    result = np.clip(pixels + (lit + noise - pixels) * strength, 0, 1)
    return Image.fromarray((result * 255 + 0.5).astype(np.uint8))


def placard_lines(job: Job) -> list[str]:
    """Return the lines of the placard that can be set; the user is told what cannot."""
    text, missing = without_missing(str(job.params["placard"]), "mono-bold")
    if missing:
        job.warn(f"params.placard: {left_out(missing)}")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 4:
        job.warn("params.placard: a placard has four lines; what follows was left out.")
    return lines[:4]


def board(lines: list[str]) -> Image.Image:
    """Return a letter board with lines in capitals, the first the largest, in mode RGBA."""
    scale = 2
    width, height = BOARD[0] * scale, BOARD[1] * scale
    panel = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(panel)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), 22 * scale, fill=(24, 24, 26, 255))
    for y in range(26 * scale, height - 20 * scale, 11 * scale):
        draw.rectangle((24 * scale, y, width - 24 * scale, y + scale), fill=(15, 15, 16, 255))
    draw.rounded_rectangle(
        (10 * scale, 10 * scale, width - 10 * scale, height - 10 * scale), 14 * scale,
        outline=(70, 70, 74, 255), width=2 * scale,
    )  # fmt: skip
    shares = {1: (1.0,), 2: (0.6, 0.4), 3: (0.44, 0.30, 0.26), 4: (0.34, 0.24, 0.22, 0.2)}[len(lines)]
    room = height - 76 * scale
    top = 38.0 * scale
    for line, share in zip(lines, shares, strict=True):
        block = fit(line.upper(), "mono-bold", room * share * 0.82, (width - 110 * scale, room * share))
        mask = ink(block)
        place = ((width - mask.width) // 2, round(top + (room * share - mask.height) / 2))
        lay_ink(panel, mask, place, LETTERS)
        top += room * share
    return panel.resize(BOARD, Image.Resampling.LANCZOS)


def hold(scene: Image.Image, panel: Image.Image) -> None:
    """Draw the placard before the chest, a little askew as it is held, with its shadow."""
    wide = Image.new("RGBA", (panel.width * 2 + 80, panel.height * 2 + 120))
    wide.paste(panel.resize((panel.width * 2, panel.height * 2), Image.Resampling.BICUBIC), (40, 60))
    askew = wide.rotate(1.1, Image.Resampling.BICUBIC).reduce(2)
    place = ((SIZE[0] - askew.width) // 2, BOARD_FOOT - askew.height)
    shadow, spread = soft_shadow(askew.getchannel("A").filter(ImageFilter.MinFilter(5)), 14, 0.6)
    black = Image.new("RGB", shadow.size, (0, 0, 0))
    scene.paste(black, (place[0] - spread + 4, place[1] - spread + 14), shadow)
    lay(scene, askew, place)
