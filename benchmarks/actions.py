"""Actions at 12 megapixels and at 10 s of 1080p, against the plain tool for the same job, in the same run.

Usage: python benchmarks/actions.py [--only NAME …] [--runs 3] [--json]
Stills are compared with Pillow and libvips (pip install pyvips pyvips-binary), films with FFmpeg's command line
(`ffmpeg` on the PATH); a baseline that is not installed is left out and said so. CPU seconds are user + system of the
whole process, decoding and encoding included; memory is the peak of the process. Both are medians.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from limner.actions.catalogue import builtin
from limner.library import sample
from limner.types import Limits

SIZE = (4000, 3000)
FILM_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    cpu_seconds: float
    peak_mb: float


PILLOW: dict[str, str] = {
    "blur-image": "im.filter(ImageFilter.GaussianBlur(12))",
    "color-grade-image": "ImageEnhance.Contrast(im).enhance(1.4)",
    "change-image-ar": "ImageOps.fit(im, (3000, 3000))",
    "rotate-image": "im.transpose(Image.Transpose.ROTATE_270)",
    "flip-image": "im.transpose(Image.Transpose.FLIP_LEFT_RIGHT)",
    "color-tint-image": "ImageChops.multiply(im, Image.new('RGB', im.size, '#d8582b'))",
    "color-filter-image": "im.convert('L').convert('RGB')",
    "add-text-to-image": "(ImageDraw.Draw(im).text((100, 2600), 'Quiet mornings', font_size=200), im)[1]",
}
VIPS: dict[str, str] = {
    "blur-image": "im.gaussblur(12)",
    "color-grade-image": "im.linear([1.4] * 3, [-51] * 3).cast('uchar')",
    "change-image-ar": "im.crop(500, 0, 3000, 3000)",
    "rotate-image": "im.rot90()",
    "flip-image": "im.fliphor()",
    "color-filter-image": "im.colourspace('b-w')",
}
PARAMS: dict[str, dict[str, Any]] = {
    "blur-image": {"radius": 12},
    "color-grade-image": {"contrast": 40},
    "color-filter-image": {"filter": "grayscale"},
    "color-tint-image": {"blend_mode": "multiply", "color": "#d8582b", "intensity": 100},
    "flip-image": {"direction": "horizontal"},
    "rotate-image": {"angle": 90},
    "add-text-to-image": {"text": "Quiet mornings", "font_size": 200},
    "resize-video": {"resolution": "720"},
    "speed-up-video": {"factor": 2},
    "color-filter-video": {"filter": "grayscale"},
}
X264 = "-c:v libx264 -preset veryfast -crf 21 -x264-params mbtree=0 -threads 2 -c:a aac -pix_fmt yuv420p"
FFMPEG: dict[str, str] = {
    "reverse-video": f"-vf reverse -af areverse {X264}",
    "resize-video": f"-vf scale=-2:720:flags=bicubic {X264}",
    "speed-up-video": f"-filter_complex [0:v]setpts=PTS/2,fps=30[v];[0:a]atempo=2[a] -map [v] -map [a] {X264}",
    "color-filter-video": f"-vf hue=s=0 {X264}",
    "change-video-ar": f"-vf crop=1080:1080 {X264}",
    "split-audio-from-video": "-vn -c:a copy",
}


def cost_of(command: list[str], given: str | None = None) -> Cost:
    """Run a command and return what the kernel says it took."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    if given is not None:
        process.stdin.write(given.encode() + b"\n")
        process.stdin.flush()
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or b'"error"' in said:
        raise SystemExit(f"{command[:4]} failed: {(said + process.stderr.read())[-600:].decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def median(costs: list[Cost]) -> Cost:
    """Return the medians of several runs."""
    return Cost(
        statistics.median(cost.cpu_seconds for cost in costs),
        statistics.median(cost.peak_mb for cost in costs),
    )


def limner_job(action_id: str, media: Path, folder: Path) -> str:
    """Return the line that a worker process is given."""
    action = builtin().get(action_id)
    kind = action.inputs[0].kind
    wanted = max(1, action.inputs[0].least)
    return json.dumps(
        {
            "parent_pid": os.getpid(),
            "handler": action.handler,
            "inputs": {kind.value: [{"path": str(media)}] * wanted},
            "params": {**action.defaults(), **PARAMS.get(action_id, {})},
            "folder": str(folder),
            "seed": 0,
            "limits": asdict(Limits()),
        }
    )


def baselines(action_id: str, media: Path, folder: Path) -> dict[str, list[str]]:
    """Return the commands of the plain tools for the same job, by name."""
    found: dict[str, list[str]] = {}
    if action_id in PILLOW:
        code = (
            "from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps\n"
            f"im = Image.open({str(media)!r}).convert('RGB')\n"
            f"({PILLOW[action_id]}).save({str(folder / 'pillow.jpg')!r}, quality=92, subsampling=0)"
        )
        found["Pillow"] = [sys.executable, "-c", code]
    if action_id in VIPS and has_vips():
        code = (
            f"import pyvips\nim = pyvips.Image.new_from_file({str(media)!r})\n"
            f"({VIPS[action_id]}).write_to_file({str(folder / 'vips.jpg')!r}, Q=92, subsample_mode='off')"
        )
        found["libvips"] = [sys.executable, "-c", code]
    if action_id in FFMPEG and (ffmpeg := shutil.which("ffmpeg")):
        target = folder / ("out.m4a" if "copy" in FFMPEG[action_id] else "out.mp4")
        found["ffmpeg"] = [
            ffmpeg,
            "-nostdin",
            "-y",
            "-v",
            "error",
            "-i",
            str(media),
            *FFMPEG[action_id].split(),
            str(target),
        ]
    return found


def has_vips() -> bool:
    """Whether libvips can be imported."""
    done = subprocess.run([sys.executable, "-c", "import pyvips"], capture_output=True, check=False)
    return done.returncode == 0


def make_media(folder: Path) -> dict[str, Path]:
    """Write the picture and the film that everything is measured on."""
    # In a process of its own: a child's peak memory counts its parent's at the moment of the fork.
    subprocess.run([sys.executable, __file__, "--make", str(folder)], check=True)
    return {"image": folder / "picture.jpg", "video": folder / "film.mp4"}


def make_picture(path: Path) -> None:
    """Write a JPEG of 12 megapixels from the sample photograph."""
    from PIL import Image

    photograph = Image.open(sample("coffee.png")).convert("RGB")
    photograph.resize(SIZE, Image.Resampling.LANCZOS).save(path, quality=92)


def make_film(path: Path) -> Path:
    """Write 10 s of 1080p30 with sound from the sample clip."""
    import av

    with av.open(str(sample("bigbuckbunny.mp4"))) as source, av.open(str(path), "w") as target:
        frames = [frame.reformat(1920, 1080, "yuv420p") for frame in source.decode(video=0)]
        video = target.add_stream("libx264", rate=30, options={"preset": "veryfast", "crf": "20"})
        video.width, video.height, video.pix_fmt = 1920, 1080, "yuv420p"
        sound = target.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(FILM_SECONDS * 30):
            frame = frames[number % len(frames)]
            frame.pts, frame.pict_type = number, 0
            frame.time_base = Fraction(1, 30)
            target.mux(video.encode(frame))
        target.mux(video.encode(None))
        import numpy as np

        tone = (np.sin(np.arange(48_000 * FILM_SECONDS) / 48_000 * 2765) * 0.3).astype(np.float32)
        for start in range(0, len(tone), 1024):
            block = av.AudioFrame.from_ndarray(np.tile(tone[start : start + 1024], (2, 1)), "fltp", "stereo")
            block.sample_rate, block.pts = 48_000, start
            target.mux(sound.encode(block))
        target.mux(sound.encode(None))
    return path


def measure(action_id: str, media: dict[str, Path], runs: int) -> dict[str, Any]:
    """Return the costs of an action and of its baselines, run in turn."""
    kind = builtin().get(action_id).inputs[0].kind.value
    worker = [sys.executable, "-I", "-m", "limner.actions.worker"]
    taken: dict[str, list[Cost]] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            taken.setdefault("limner", []).append(cost_of(worker, limner_job(action_id, media[kind], folder)))
            for tool, command in baselines(action_id, media[kind], folder).items():
                taken.setdefault(tool, []).append(cost_of(command))
    return {tool: asdict(median(costs)) for tool, costs in taken.items()}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="*")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--json", action="store_true")
    options.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.make:
        make_picture(given.make / "picture.jpg")
        make_film(given.make / "film.mp4")
        return
    comparable = [action.action_id for action in builtin() if action.action_id in (*PILLOW, *FFMPEG)]
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        media = make_media(Path(name))
        for action_id in given.only or comparable:
            results[action_id] = found = measure(action_id, media, given.runs)
            if not given.json:
                mine = found["limner"]
                line = f"{action_id:24s} {mine['cpu_seconds']:6.2f} s {mine['peak_mb']:5.0f} MB"
                for tool, cost in found.items():
                    if tool != "limner":
                        ratio = mine["cpu_seconds"] / cost["cpu_seconds"]
                        line += f"   {tool} {cost['cpu_seconds']:.2f} s: ratio {ratio:.2f}"
                print(line, flush=True)
    if given.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
