"""Data that ships with Limner: technique files, brand kits, fonts and sample media. Only paths, no logic."""

from pathlib import Path

_HERE = Path(__file__).parent


def technique_folder() -> Path:
    """Return the folder of the built-in technique files."""
    return _HERE / "techniques"


def brand_folder() -> Path:
    """Return the folder of the built-in brand kits."""
    return _HERE / "brands"


def font_folder() -> Path:
    """Return the folder of the bundled fonts."""
    return _HERE / "fonts"


def model_folder() -> Path:
    """Return the folder of the trained models that the extra `vision` runs."""
    return _HERE / "models"


def search_words() -> Path:
    """Return the file of synonyms and stop words that the search knows."""
    return _HERE / "search-words.txt"


def sample(name: str) -> Path:
    """Return the path of a sample picture or clip: coffee.png, chelsea.png, astronaut.png, bigbuckbunny.mp4."""
    return _HERE / "samples" / name
