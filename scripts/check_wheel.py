"""Build the wheel, install it in a virtual environment elsewhere, and use it there: no checkout in sight."""

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUST_SHIP = (
    "limner/py.typed",
    "limner_tools/py.typed",
    "limner_tools/server.py",
    "limner_tools/run_card.html",
    "limner/library/techniques/palette-pull.yaml",
    "limner/library/search-words.txt",
    "limner/library/brands/homestead/kit.yaml",
    "limner/library/brands/homestead/logo.svg",
    "limner/library/samples/coffee.png",
    "limner/library/samples/README.md",
)


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, check=True, text=True, stdout=subprocess.PIPE
    )
    return done.stdout


def main() -> None:
    """Build, look inside, install, run."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", place / "dist", ROOT, cwd=place)
        (wheel,) = (place / "dist").glob("*.whl")
        names = set(zipfile.ZipFile(wheel).namelist())
        missing = [name for name in MUST_SHIP if name not in names]
        if missing:
            sys.exit(f"the wheel lacks {missing}")
        venv.create(place / "venv", with_pip=True)
        binaries = place / "venv" / ("Scripts" if os.name == "nt" else "bin")
        run(binaries / "python", "-m", "pip", "install", "-q", wheel, cwd=place)
        env = {**os.environ, "LIMNER_HOME": str(place / "home")}
        env.pop("PYTHONPATH", None)
        out = run(
            binaries / "limner",
            "run",
            "--action",
            "qr-code-generator",
            "--input",
            "text=wheel",
            "--json",
            cwd=place,
            env=env,
        )
        document = json.loads(out)
        if document["status"] != "completed":
            sys.exit(f"the installed wheel did not finish a run: {document}")
        print(
            f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, {len(names)} files, runs outside the checkout"
        )


if __name__ == "__main__":
    main()
