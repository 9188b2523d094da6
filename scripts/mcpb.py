"""Build `limner-VERSION.mcpb`, the bundle that Claude Desktop installs with a double click.

    python scripts/mcpb.py [--out DIR]

The same checkout makes the same bytes. It holds the sources and their pyproject.toml: the host's own uv gets Python
and the packages for its platform (`server.type` `uv`), so that one bundle of a few megabytes serves them all.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import resvg_py
from mcp import Client, StdioServerParameters

from limner import __version__

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "scripts" / "mcpb"
ICON_SIZE = 512
SOURCES = ("src", "tools")
FILES = ("pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = ("__pycache__",)
LONGEST_DESCRIPTION = 200
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
TOOLS_TIMEOUT_SECONDS = 60


def manifest(tools: list[dict[str, str]]) -> dict[str, Any]:
    """Return the manifest for a server with these tools."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = project["urls"]["Documentation"].partition("#")[0]
    return {
        "manifest_version": "0.4",
        "name": "limner",
        "display_name": "Limner",
        "version": __version__,
        "description": project["description"],
        "long_description": (
            "Limner makes and edits pictures, video and sound with ready-made techniques, on this computer, "
            "without a key and without a network. A call that is repeated never makes anything twice."
        ),
        "author": {"name": "limner-studio", "url": site.rpartition("/")[0]},
        "repository": {"type": "git", "url": site},
        "homepage": site,
        "documentation": site,
        "icon": "icon.png",
        "license": project["license"],
        "keywords": project["keywords"],
        "server": {
            "type": "uv",
            "entry_point": "main.py",
            # The host puts its own uv in place of the command. Settings go as arguments, as a list can only be
            # filled in there, and Claude Desktop has been seen not to pass `env` on (modelcontextprotocol/mcpb#297).
            "mcp_config": {
                "command": "uv",
                "args": [
                    *("run", "--no-dev", "--directory", "${__dirname}", "main.py"),
                    *("--home", "${user_config.home}"),
                    *("--input-roots", "${user_config.input_roots}"),
                ],
            },
        },
        "tools": tools,
        "tools_generated": True,  # LIMNER_TOOLS adds one for each technique that it names
        # No `runtimes.python`: uv brings it, and a host that looks for one on the system would refuse.
        "compatibility": {"platforms": ["darwin", "linux"]},
        "user_config": {
            "input_roots": {
                "type": "directory",
                "multiple": True,
                "title": "Folders to read",
                "description": "Limner reads pictures, video and sound only from these folders.",
                "default": [
                    f"${{HOME}}/{name}" for name in ("Pictures", "Downloads", "Desktop", "Documents")
                ],
                "required": False,
            },
            "home": {
                "type": "directory",
                "title": "Data folder",
                "description": "Where results and your own techniques are kept. Empty: the usual place.",
                "required": False,
            },
        },
    }


async def list_tools() -> list[dict[str, str]]:
    """Return what the real server answers to tools/list: names, and the first sentence of descriptions."""
    with tempfile.TemporaryDirectory() as home, anyio.fail_after(TOOLS_TIMEOUT_SECONDS):
        environ = {name: value for name, value in os.environ.items() if not name.startswith("LIMNER_")}
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "limner"], env={**environ, "LIMNER_HOME": home}
        )
        async with Client(server) as client:
            listed = await client.list_tools()
    return [
        {"name": tool.name, "description": first_sentence(tool.description or "")} for tool in listed.tools
    ]


def first_sentence(text: str) -> str:
    """Return the first sentence of a description, cut at a length that a dialogue shows."""
    return f"{text.partition('. ')[0].rstrip('.')}."[:LONGEST_DESCRIPTION]


def icon() -> bytes:
    """Return the mark as PNG."""
    drawing = (PARTS / "icon.svg").read_text(encoding="utf-8")
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=ICON_SIZE, height=ICON_SIZE))


def sources() -> Iterator[Path]:
    """Yield every file that the package is built from."""
    yield from (ROOT / name for name in FILES)
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and not any(part in LEFT_OUT for part in path.parts) and path.suffix != ".pyc":
                yield path


def build(folder: Path) -> Path:
    """Write the bundle into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / f"limner-{__version__}.mcpb"
    contents = {
        "manifest.json": json.dumps(manifest(anyio.run(list_tools)), indent=2, ensure_ascii=False).encode()
        + b"\n",
        "icon.png": icon(),
        "main.py": (PARTS / "main.py").read_bytes(),
        **{path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sources()},
    }
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.external_attr = READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return bundle


def main() -> None:
    """Build it and say its size and checksum, which the registry asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder (default: dist)")
    bundle = build(parser.parse_args().out)
    content = bundle.read_bytes()
    print(f"{bundle}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
