"""The main job through the TypeScript SDK: version 1, which most hosts use, and version 2 in the modern era."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_cache_path

from .hosts import COFFEE, environment

CLIENTS = Path(__file__).parents[1] / "clients"
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
OLDEST_NODE = 20


@pytest.fixture(scope="module")
def node_folder() -> Path:
    """Return a folder with the clients installed; it is kept between test runs, outside of the repository."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node or npm is not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"node {version.strip()} is older than {OLDEST_NODE}, which the TypeScript SDK needs")
    folder = user_cache_path("limner-tests", appauthor=False) / "typescript"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "main.mjs"):
        shutil.copyfile(CLIENTS / name, folder / name)
    command = [npm, "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    if installed.returncode and any(word in installed.stderr for word in UNREACHABLE):
        pytest.skip("the npm registry cannot be reached")
    assert installed.returncode == 0, installed.stderr[-2000:]
    return folder


@pytest.fixture(scope="module", params=["v1", "v2"])
def seen(
    request: pytest.FixtureRequest, node_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Any]]]:
    home = tmp_path_factory.mktemp(request.param) / "home"
    done = subprocess.run(
        ["node", "main.mjs", request.param, sys.executable, COFFEE],
        cwd=node_folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    yield request.param, json.loads(done.stdout)


def test_the_client_does_the_main_job(seen: tuple[str, dict[str, Any]]) -> None:
    version, facts = seen
    if version == "v2":
        assert facts["version"] == "2026-07-28"
    assert len(facts["tools"]) == 8
    run = facts["run"]["structuredContent"]
    assert not facts["run"].get("isError")
    assert run["status"] == "completed"
    assert json.loads(facts["run"]["content"][0]["text"]) == run
    assert all(Path(output["path"]).is_file() for output in run["outputs"] if "path" in output)
    assert facts["resource"]
    assert facts["view"] == ["text", "image"]


def test_onprogress_hears_every_phase_with_rising_progress(seen: tuple[str, dict[str, Any]]) -> None:
    _, facts = seen
    values = [each["progress"] for each in facts["progress"]]
    assert len(values) >= 3
    assert values == sorted(set(values))
    phases = list(dict.fromkeys(each["message"].partition(":")[0] for each in facts["progress"]))
    # The SDK forgets the callback when the result comes in one piece with the last notification: "done" may be lost.
    assert phases[:3] == ["queued", "composing", "rendering"]
    assert phases[3:] in (["done"], [])


def test_the_same_key_from_the_client_is_a_replay(seen: tuple[str, dict[str, Any]]) -> None:
    _, facts = seen
    run = facts["run"]["structuredContent"]
    for again in ("replay", "fileAddress"):
        repeated = facts[again]["structuredContent"]
        assert repeated["replayed"] is True
        assert repeated["run_id"] == run["run_id"]


def test_errors_reach_the_client_whole(seen: tuple[str, dict[str, Any]]) -> None:
    _, facts = seen
    assert facts["wrong"]["isError"] is True
    error = facts["wrong"]["structuredContent"]["error"]
    assert error["code"] == "input_validation_error"
    assert [each["field"] for each in error["fields"]] == ["inputs.colors"]
    assert facts["unknown"]["code"] == -32602
    assert "paint" in facts["unknown"]["message"]
