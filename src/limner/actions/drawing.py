"""Makes a picture of a drawing: a logo as steps can use it, with a transparent ground."""

from limner.actions.job import Job, Made, no_result
from limner.types import Kind

MOST_DRAWING_BYTES = 1_000_000


def picture(job: Job) -> tuple[Made, ...]:
    """Return the one SVG given as a PNG, `params.max_pixels` on its longer side.

    Raises: StepFailed, when it is too large or cannot be drawn.
    """
    import resvg_py

    path = job.path(Kind.DOCUMENT)
    if path.stat().st_size > MOST_DRAWING_BYTES:
        raise no_result("drawing", f"the SVG is over {MOST_DRAWING_BYTES // 1_000_000} MB")
    side, is_tall = int(job.params["max_pixels"]), bool(job.params["is_tall"])
    try:
        data = resvg_py.svg_to_bytes(
            svg_string=path.read_text(encoding="utf-8"),
            skip_system_fonts=True,  # the same picture on every machine
            width=None if is_tall else side,
            height=side if is_tall else None,
        )
    except ValueError as error:
        raise no_result("drawing", f"the SVG cannot be drawn: {error}") from error
    made = job.new_file("drawing.png")
    made.write_bytes(bytes(data))
    return (Made(Kind.IMAGE, made),)
