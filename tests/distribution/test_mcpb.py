"""The desktop bundle: what it holds, what the official tools say of it, and that it serves when unpacked."""

import io
import json
import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from PIL import Image

from limner import __version__
from limner.library import sample

from .npm import node_folder

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120
MCPB = {"@anthropic-ai/mcpb": ">=2.1.2 <3"}
OFFICIAL_FILLING = """
import { readFileSync } from "node:fs";
import { getMcpConfigForManifest } from "@anthropic-ai/mcpb";
const [file, extensionPath, userConfig] = process.argv.slice(2);
console.log(JSON.stringify(await getMcpConfigForManifest({
  manifest: JSON.parse(readFileSync(file, "utf-8")), extensionPath, userConfig: JSON.parse(userConfig),
  systemDirs: {}, pathSeparator: "/",
})));
"""


def build(folder: Path) -> Path:
    command = [sys.executable, str(ROOT / "scripts" / "mcpb.py"), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
    return folder / f"limner-{__version__}.mcpb"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("mcpb"))


@pytest.fixture
def unpacked(bundle: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "extension"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def arguments_of(manifest: dict[str, Any], folder: Path, chosen: dict[str, list[str]]) -> list[str]:
    """Return the arguments with what a person chose: a list takes several places, what was not chosen stays."""
    filled: list[str] = []
    for word in manifest["server"]["mcp_config"]["args"]:
        key = word.removeprefix("${user_config.").removesuffix("}")
        filled += chosen.get(key, [word.replace("${__dirname}", str(folder))])
    return filled


def test_the_same_checkout_makes_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == bundle.read_bytes()


def test_the_manifest_names_the_tools_that_agents_see(unpacked: Path) -> None:
    golden = json.loads((ROOT / "tests" / "contract" / "tools.modern.json").read_text(encoding="utf-8"))
    tools = golden["tools"] if isinstance(golden, dict) else golden
    manifest = manifest_of(unpacked)
    assert [each["name"] for each in manifest["tools"]] == [each["name"] for each in tools]
    assert all(each["description"].endswith(".") for each in manifest["tools"])
    assert manifest["version"] == __version__


def test_the_icon_is_a_picture_of_the_size_that_hosts_ask_for(unpacked: Path) -> None:
    icon = Image.open(io.BytesIO((unpacked / "icon.png").read_bytes()))
    assert (icon.format, icon.size, icon.mode) == ("PNG", (512, 512), "RGBA")
    assert icon.getpixel((0, 0))[3] == 0
    assert len(icon.getcolors(1 << 20)) > 100


def test_the_bundle_holds_the_package_and_nothing_of_this_machine(unpacked: Path) -> None:
    held = {path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()}
    ours = {
        path.relative_to(ROOT)
        for folder in ("src", "tools")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    extra = {"manifest.json", "icon.png", "main.py", "pyproject.toml", "README.md", "LICENSE"}
    assert held == ours | {Path(name) for name in extra}
    assert str(ROOT) not in (unpacked / "manifest.json").read_text()


def test_the_official_tools_accept_the_bundle_and_fill_it_as_we_do(bundle: Path, tmp_path: Path) -> None:
    tools = node_folder("mcpb", MCPB)
    folder = tmp_path / "official"

    def mcpb(*words: str | Path) -> str:
        done = subprocess.run(
            [str(tools / "node_modules" / ".bin" / "mcpb"), *map(str, words)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    mcpb("unpack", bundle, folder)
    assert "schema validation passes" in mcpb("validate", folder / "manifest.json")
    assert bundle.name in mcpb("info", bundle)
    script = tools / "fill.mjs"
    script.write_text(OFFICIAL_FILLING)
    for chosen in ({"input_roots": ["/a b", "/c"], "home": "/d"}, {"input_roots": ["/a"]}):
        done = subprocess.run(
            ["node", str(script), str(folder / "manifest.json"), str(folder), json.dumps(chosen)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        lists = {key: value if isinstance(value, list) else [value] for key, value in chosen.items()}
        assert json.loads(done.stdout)["args"] == arguments_of(manifest_of(folder), folder, lists)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--home", "${user_config.home}", "--input-roots", "${user_config.input_roots}"], {}),
        (["--home", "", "--input-roots", ""], {}),
        (
            ["--home", "~/x", "--input-roots", "${HOME}/Pictures", "/a b"],
            {"LIMNER_HOME": "/u/x", "LIMNER_INPUT_ROOTS": os.pathsep.join(["/u/Pictures", "/a b"])},
        ),
    ],
)
def test_settings_reach_the_server_and_empty_ones_do_not(
    arguments: list[str], expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/u")
    entry = runpy.run_path(str(ROOT / "scripts" / "mcpb" / "main.py"))
    assert entry["environment"](arguments) == expected


async def _serve_from(folder: Path, home: Path) -> None:
    """Start the unpacked bundle as uv would, its sources first on the path, and do the main job."""
    chosen = {"home": [str(home)], "input_roots": [str(sample("coffee.png").parent)]}
    words = arguments_of(manifest_of(folder), folder, chosen)
    assert words[:4] == ["run", "--no-dev", "--directory", str(folder)]
    paths = os.pathsep.join([str(folder / "src"), str(folder / "tools")])
    environ = {"HOME": str(home.parent), "PATH": os.environ["PATH"], "PYTHONPATH": paths}
    where = [
        sys.executable,
        "-c",
        "import limner, limner_tools; print(limner.__file__, limner_tools.__file__)",
    ]
    told = await anyio.run_process(where, env=environ, cwd=folder)
    assert all(place.startswith(str(folder)) for place in told.stdout.decode().split())
    server = StdioServerParameters(command=sys.executable, args=words[4:], env=environ, cwd=str(folder))
    with anyio.fail_after(PATIENCE_SECONDS):
        async with Client(server) as client:
            start = {
                "technique_id": "palette-pull",
                "inputs": {"image": str(sample("coffee.png"))},
                "idempotency_key": "bundle",
                "wait_seconds": 20,
            }
            made = await client.call_tool("start_run", start)
            refused = await client.call_tool(
                "start_run", {**start, "inputs": {"image": str(folder / "icon.png")}, "idempotency_key": "b"}
            )
    assert made.structured_content is not None
    assert made.structured_content["status"] == "completed"
    assert any(str(home) in output.get("path", "") for output in made.structured_content["outputs"])
    assert refused.is_error


def test_the_unpacked_bundle_serves_with_the_settings_that_a_person_chose(
    unpacked: Path, tmp_path: Path
) -> None:
    anyio.run(_serve_from, unpacked, tmp_path / "data")
