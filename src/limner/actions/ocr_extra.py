"""The reading of words in pictures, the optional extra `ocr`: whether it is installed, and which edition of it."""

from importlib import util

EXTRA = "limner[ocr]"
PACKAGES = {"rapidocr": "rapidocr", "onnxruntime": "onnxruntime", "opencv-python-headless": "cv2"}
"""Distributions that reading takes, and the modules they install. The models are files of `rapidocr`."""


def is_installed() -> bool:
    """Return whether words can be read here. Loads nothing: the packages take a second."""
    return bool(PACKAGES) and all(util.find_spec(module) is not None for module in PACKAGES.values())


def edition() -> str:
    """Return which packages read words, with their versions; empty when they are not all installed.

    What one edition reads may differ from what another reads: results are kept apart by it.
    """
    if not is_installed():
        return ""
    from importlib import metadata  # slow to load, and no worker needs it

    found: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue  # OpenCV comes in four distributions that install the same module
    return ", ".join(found)
