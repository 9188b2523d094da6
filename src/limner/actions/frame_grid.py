"""Show a film at one glance: frames from its whole length, in reading order, on one sheet."""

from PIL import Image

from limner.actions.canvas import sheet
from limner.actions.job import Job, Made
from limner.actions.stills import check_pixels, parse_color, save_image
from limner.actions.stills_of_film import Developer, frames_at
from limner.actions.stills_of_film_choice import spread
from limner.actions.video import survey
from limner.types import Kind


def video_to_frame_grid(job: Job) -> tuple[Made, ...]:
    """Lay frames of a video out in rows and columns."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    params = job.params
    columns, rows, gap = (int(params[name]) for name in ("cols", "rows", "gap"))
    width = int(params["cell_width"])
    height = max(1, round(width * clip.shape.height / clip.shape.width))
    size = (gap + columns * (width + gap), gap + rows * (height + gap))
    check_pixels(size, job.limits, "params.cell_width")
    canvas = sheet(size, parse_color(params["background"], "params.background"))
    count, wanted = clip.frame_count(clip.rate), columns * rows
    if wanted > count:
        job.warn(f"frames repeat in the grid: it has {wanted} cells, the video {count} frames")
    develop = Developer(clip.shape, (width, height))
    for number, frame in enumerate(frames_at(clip, spread(0, count, wanted))):
        row, column = divmod(number, columns)
        place = (gap + column * (width + gap), gap + row * (height + gap))
        canvas.paste(Image.fromarray(develop(frame)), place)
        job.progress((number + 1) / wanted, f"placed frame {number + 1} of {wanted}")
    return (Made(Kind.IMAGE, save_image(canvas, job, "frames")),)
