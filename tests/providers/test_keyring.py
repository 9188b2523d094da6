"""Keys from the system's keyring, by the real library on a keyring that is a file of the test's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "sk-77d0c2e913"
BACKEND = """
import json, os
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

class FileKeyring(KeyringBackend):
    priority = 1

    def get_password(self, service, user):
        kept = json.load(open(os.environ["KEPT"]))
        if kept == "locked":
            raise KeyringLocked("the collection is locked")
        return kept.get(f"{service}/{user}")

    def set_password(self, service, user, password):
        raise AssertionError("nothing is written")

    delete_password = set_password
"""
CONNECT = """
import anyio, sys
from limner.config import read_settings
from limner.providers.registry import connect_all
import os

async def connect():
    settings = read_settings(os.environ)
    assert "keyring" not in sys.modules
    connected = await connect_all(settings.providers, fetch=None)
    for name, problem in connected.problems.items():
        print(name, problem)
    for name, provider in connected.ready.items():
        print(name, provider.settings.api_key, provider.settings)

anyio.run(connect)
"""


def connected(folder: Path, kept: str, *, library: str | None = None) -> str:
    """Return what a process says that connects a provider whose key is in the keyring."""
    home = folder / "home"
    home.mkdir()
    (home / "limner.toml").write_text(
        '[providers.a]\ntype = "openai"\napi_key_keyring = "org/models/limner"\n'
    )
    (folder / "file_keyring.py").write_text(BACKEND)
    (folder / "kept.json").write_text(kept)
    if library is not None:
        (folder / "keyring.py").write_text(library)
    ended = subprocess.run(
        [sys.executable, "-c", CONNECT],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]),
            "LIMNER_HOME": str(home),
            "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
            "KEPT": str(folder / "kept.json"),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_key_is_read_from_the_keyring_when_the_provider_is_connected(tmp_path: Path) -> None:
    said = connected(tmp_path, f'{{"org/models/limner": "{SECRET}"}}')
    assert said.startswith(f"a {SECRET} ProviderSettings(")
    assert said.count(SECRET) == 1


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (
            "{}",
            "holds nothing for 'org/models', user 'limner'. Put it there: `keyring set org/models limner`",
        ),
        ('"locked"', "cannot be read: the collection is locked. Unlock it"),
    ],
)
def test_a_keyring_without_the_key_is_the_problem_of_the_provider(
    tmp_path: Path, kept: str, words: str
) -> None:
    assert words in connected(tmp_path, kept)


def test_without_the_library_the_extra_is_named(tmp_path: Path) -> None:
    said = connected(tmp_path, "{}", library="raise ModuleNotFoundError('keyring is not installed')\n")
    assert "limner[keyring] is not installed. pip install 'limner[keyring]', or name a variable" in said
