"""Print the nth shell block of the README (1: set up and run the main job, 2: set up and pass the tests)."""

import re
import sys
from pathlib import Path


def shell_blocks(text: str) -> list[str]:
    """Return the contents of the fenced sh blocks, in order."""
    return [block.strip() for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)]


if __name__ == "__main__":
    readme = Path(__file__).resolve().parent.parent / "README.md"
    print(shell_blocks(readme.read_text(encoding="utf-8"))[int(sys.argv[1]) - 1])
