"""Measures what scoring one picture of 12 megapixels costs: CPU seconds and memory of a fresh worker process."""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from limner.brands.load import load_file
from limner.engine.workers import worker_environment
from limner.library import brand_folder, sample

ROUNDS = 5
SIZE = (4000, 3000)
CRITERIA = ["palette", "contrast", "sharpness", "exposure", "logo", "clear_space"]
TARGET_SECONDS = 0.5
CODE = """
import json, resource, sys
from pathlib import Path
from limner.actions.job import Given, Job
from limner.actions.measure import outputs
from limner.types import Kind, Limits
picture, logo, params = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
inputs = {Kind.IMAGE: (Given(path=Path(picture)),), Kind.DOCUMENT: (Given(path=Path(logo)),)}
outputs(Job(inputs, params, Path(picture).parent, Limits()))
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def measure(picture: Path, criteria: list[str]) -> tuple[float, float]:
    """Return the median CPU seconds and MB of a worker that measures a picture."""
    kit = load_file(brand_folder() / "homestead" / "kit.yaml")
    colors = [color["hex"] for color in kit.definition["palette"]]
    params = json.dumps({"criteria": criteria, "palette": colors, "grounds": colors[:3]})
    logo = next(str(file.path) for file in kit.files if file.field == "logo")
    command = [sys.executable, "-I", "-c", CODE, str(picture), logo, params]
    told = []
    for _ in range(ROUNDS):
        run = subprocess.run(command, env=worker_environment(), check=True, capture_output=True, text=True)
        told.append([float(part) for part in run.stdout.split()])
    return statistics.median(each[0] for each in told), statistics.median(each[1] for each in told) / 1000


def main() -> None:
    """Print a line for a JPEG and a PNG, nothing measured, then all that is seen."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Image.open(sample("coffee.png")).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        for name in ("picture.jpg", "picture.png"):
            path = Path(folder) / name
            photo.save(path, quality=92)
            for criteria in ([], CRITERIA):
                seconds, size_mb = measure(path, criteria)
                slow = " SLOW" if seconds > TARGET_SECONDS else ""
                print(f"{name:12} {'+'.join(criteria)[:40]:40} {seconds:.2f} s CPU {size_mb:4.0f} MB{slow}")


if __name__ == "__main__":
    main()
