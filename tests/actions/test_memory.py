"""The peak memory of workers on media as people send them: it is bounded, unlike time, so it can be asserted.

Not every action is here, as that would take minutes: those are that hold whole pictures as floats, several pictures,
many frames, or two codecs at once. `benchmarks/actions.py` measures them all.
"""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from films import tone
from PIL import Image

from limner.actions.catalogue import builtin
from limner.engine.workers import worker_environment
from limner.library import sample
from limner.types import Limits

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="what counts as resident differs elsewhere"),
    pytest.mark.usefixtures("unmeasured"),
]

HELPER = Path(__file__).parents[2] / "benchmarks" / "process_cost.py"
"""Runs the worker: pytest is large, and the kernel counts a parent's peak at the moment of the fork as its child's."""
MOST_MB = 500.0
MOST_SECONDS = 300

STILLS: list[tuple[str, dict[str, Any], int]] = [
    ("blur-image", {"blur_type": "radial", "radial_mode": "spin"}, 1),
    ("blur-image", {"blur_type": "bokeh", "radius": 10}, 1),
    ("blur-image", {"blur_type": "bilateral"}, 1),
    ("blur-image", {"blur_type": "targetcolor", "target_color": "#8a3b1c"}, 1),
    ("change-image-ar", {"fit": "pad"}, 1),
    ("rotate-image", {"angle": 7, "transparent": True}, 1),
    ("filter-color-image", {"mode": "remove"}, 1),
    ("color-filter-image", {"filter": "halftone"}, 1),
    ("side-by-side-composite", {"layout": "grid-2x2"}, 4),
    ("compose-grid", {"title": "Autumn"}, 9),
    ("ken-burns-video", {"duration": 1}, 1),
    ("upscale-image", {"method": "lanczos"}, 1),
]
"""Actions on pictures, with parameters, and how many of 12 megapixels they are given."""
FILMS: list[tuple[str, dict[str, Any], int]] = [
    ("stitch-videos", {"transition": "fade"}, 2),
    ("reverse-video", {}, 1),
    ("boomerang-video", {"include_audio": True}, 1),
    ("slow-down-video", {"smoothing": "blend"}, 1),
    ("video-to-long-exposure", {}, 1),
    ("extract-video-frames", {}, 1),
    ("change-video-ar", {"fit": "pad"}, 1),
    ("color-filter-video", {}, 1),
    ("video-effect", {"effect": "vhs"}, 1),
    ("greenscreen-video", {}, 1),
]
"""The same of films: 2 s of 1080p30 with sound."""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "picture.jpg"
    Image.open(sample("coffee.png")).convert("RGB").resize((4000, 3000)).save(path, quality=92)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(str(sample("bigbuckbunny.mp4"))) as source, av.open(str(path), "w") as target:
        video: Any = target.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 1920, 1080, "yuv420p"
        audio: Any = target.add_stream("aac", rate=48_000, layout="stereo")
        for number, frame in zip(range(60), source.decode(video=0), strict=False):
            picture = frame.reformat(1920, 1080, "yuv420p")
            picture.pts, picture.time_base, picture.pict_type = number, Fraction(1, 30), 0
            target.mux(video.encode(picture))
        target.mux(video.encode(None))
        sound = tone(2)
        for start in range(0, sound.shape[1], 1024):
            samples = np.ascontiguousarray(sound[:, start : start + 1024])
            block = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
            block.sample_rate, block.pts = 48_000, start
            target.mux(audio.encode(block))
        target.mux(audio.encode(None))
    return path


def named(case: tuple[str, dict[str, Any], int]) -> str:
    return "-".join([case[0], *(str(value) for value in case[1].values())])


def peak_mb(kind: str, path: Path, case: tuple[str, dict[str, Any], int], folder: Path) -> float:
    """Return the peak of the resident set of a worker, under the limits that it has by default."""
    action_id, params, count = case
    action = builtin().get(action_id)
    job = {
        "handler": action.handler,
        "inputs": {kind: [{"path": str(path)}] * count},
        "params": {**action.defaults(), **params},
        "folder": str(folder),
        "limits": Limits()._asdict(),
    }
    command = [sys.executable, "-I", "-m", "limner.actions.worker"]
    environment = worker_environment(action.handler)
    request = json.dumps(
        {"command": command, "environment": environment, "job": job, "seconds": MOST_SECONDS}
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HELPER)], input=request, capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    assert answer["exit_code"] == 0 and '{"done"' in answer["said"], answer
    return float(answer["peak_mb"])


@pytest.mark.parametrize("case", STILLS, ids=named)
def test_pictures_of_12_megapixels_take_at_most_500_mb(
    case: tuple[str, dict[str, Any], int], picture: Path, tmp_path: Path
) -> None:
    assert peak_mb("image", picture, case, tmp_path) <= MOST_MB


@pytest.mark.parametrize("case", FILMS, ids=named)
def test_films_of_1080p_take_at_most_500_mb(
    case: tuple[str, dict[str, Any], int], film: Path, tmp_path: Path
) -> None:
    assert peak_mb("video", film, case, tmp_path) <= MOST_MB


def test_the_measure_counts_what_a_process_holds_and_not_what_the_test_does() -> None:
    ballast = np.ones(60_000_000)  # 480 MB in this process
    code = "held = bytes(b'x') * 200_000_000"
    request = json.dumps({"command": [sys.executable, "-I", "-c", code], "job": None, "seconds": 60})
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HELPER)], input=request, capture_output=True, text=True, check=True
    )
    assert ballast.nbytes > 400_000_000
    assert 200 < json.loads(done.stdout)["peak_mb"] < 300
