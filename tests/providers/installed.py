"""A package as an installer leaves it: in a folder of its own, with metadata that names its entry points."""

import shutil
from pathlib import Path

STAMP = Path(__file__).parent / "third_party" / "limner_stamp"


def install_stamp(folder: Path, *, type_name: str = "stamp", leads_to: str = "limner_stamp:connect") -> Path:
    """Install the package that adds the type `stamp`; return the folder to put on the path."""
    if not (folder / STAMP.name).exists():
        shutil.copytree(STAMP, folder / STAMP.name, ignore=shutil.ignore_patterns("__pycache__"))
    name = f"{STAMP.name}_{type_name.replace('-', '_')}_{len(list(folder.glob('*.dist-info')))}"
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[limner.providers]\n{type_name} = {leads_to}\n")
    return folder
