"""Gets a Node tool from the npm registry into a folder that is kept between test runs."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from platformdirs import user_cache_path

UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
OLDEST_NODE = 20
INSTALL_TIMEOUT_SECONDS = 240


def node_folder(name: str, dependencies: dict[str, str]) -> Path:
    """Return a folder in which node finds `dependencies`; skip the test where there is no node or registry."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node or npm is not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"node {version.strip()} is older than {OLDEST_NODE}")
    folder = user_cache_path("limner-tests", appauthor=False) / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes share the folder
        package = {"name": f"limner-{name}", "private": True, "type": "module", "dependencies": dependencies}
        (folder / "package.json").write_text(json.dumps(package))
        command = [npm, "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
        installed = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_SECONDS
        )
    if installed.returncode and any(word in installed.stderr for word in UNREACHABLE):
        pytest.skip("the npm registry cannot be reached")
    assert installed.returncode == 0, installed.stderr[-2000:]
    return folder
