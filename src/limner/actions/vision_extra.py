"""What runs trained models on pictures, the optional extra `vision`: whether it is installed, and which edition."""

from importlib import util

EXTRA = "limner[vision]"
PACKAGES = {"ai-edge-litert": "ai_edge_litert"}
"""The distribution that runs the models, and its module. The models are in `limner/library/models`."""


def is_installed() -> bool:
    """Return whether people can be found, and pictures drawn larger, here. Loads nothing."""
    return bool(PACKAGES) and all(util.find_spec(module) is not None for module in PACKAGES.values())


def edition() -> str:
    """Return what runs the models, with its version; empty when it is not installed.

    What is made with models differs from what is made without: results are kept apart by it.
    """
    if not is_installed():
        return ""
    from importlib import metadata  # slow to load, and no worker needs it

    return ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
