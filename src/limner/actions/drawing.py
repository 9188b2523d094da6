"""Makes a picture of a drawing: a logo as steps can use it, with a transparent ground."""

from pathlib import Path

from limner.actions.job import Job, Made, no_result
from limner.types import Kind

MOST_DRAWING_BYTES = 1_000_000


def picture(job: Job) -> tuple[Made, ...]:
    """Return the one SVG given as a PNG, `params.max_pixels` on its longer side.

    Raises: StepFailed, when it is too large or cannot be drawn.
    """
    made = job.new_file("drawing.png")
    made.write_bytes(
        drawn(job.path(Kind.DOCUMENT), int(job.params["max_pixels"]), bool(job.params["is_tall"]))
    )
    return (Made(Kind.IMAGE, made),)


def drawn(path: Path, side: int, is_tall: bool) -> bytes:
    """Return an SVG as a PNG, its height (`is_tall`) or else its width `side` pixels.

    Raises: StepFailed, when it is too large or cannot be drawn.
    """
    import resvg_py

    if path.stat().st_size > MOST_DRAWING_BYTES:
        raise no_result("drawing", f"the SVG is over {MOST_DRAWING_BYTES // 1_000_000} MB")
    try:
        data = resvg_py.svg_to_bytes(
            svg_string=path.read_text(encoding="utf-8"),
            skip_system_fonts=True,  # the same picture on every machine
            width=None if is_tall else side,
            height=side if is_tall else None,
        )
    except ValueError as error:
        raise no_result("drawing", f"the SVG cannot be drawn: {error}") from error
    return bytes(data)
