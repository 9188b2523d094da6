"""The protocol's published conformance suite against the real server, with the fixtures that its scenarios call."""

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .suite import Complaint, Exemption, Report, Suite, exemptions, install

REVISIONS = ("2025-11-25", "2026-07-28")
OLDER = ("2025-03-26", "2025-06-18")
"""Revisions that Limner serves and that have no requirement set: everything that the suite has for them."""
WITH_TASKS = "2026-07-28"
TASKS = "tasks-"
START_SECONDS = 60
END_SECONDS = 30

Reports = Callable[[str], Report]


@pytest.fixture(scope="module")
def suite() -> Suite:
    return install()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("conformance")
    log = folder / "server.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIMNER_")}
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "conformance.server"],
            cwd=Path(__file__).parents[1],
            env={**environment, "LIMNER_HOME": str(folder / "home")},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert server.stdout is not None
    try:
        told, _, _ = select.select([server.stdout], [], [], START_SECONDS)
        port = server.stdout.readline().strip() if told else ""
        assert port, log.read_text(encoding="utf-8")[-3000:]
        yield f"http://127.0.0.1:{port}/mcp"
        server.terminate()
        assert server.wait(END_SECONDS) == 0, log.read_text(encoding="utf-8")[-3000:]
        assert "Traceback" not in log.read_text(encoding="utf-8")
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.fixture(scope="module")
def report_of(suite: Suite, url: str, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Return the function that runs a requirement set, once."""
    reports: dict[str, Report] = {}

    def report(revision: str) -> Report:
        if revision not in reports:
            results = tmp_path_factory.mktemp(revision)
            reports[revision] = suite.run(url, results, "--requirements", revision)
        return reports[revision]

    return report


def _exempt(revision: str | None) -> list[Exemption]:
    return [each for each in exemptions() if each.revision == revision]


@pytest.fixture
def unexplained(
    suite: Suite, url: str, tmp_path: Path, report_of: Reports
) -> Callable[[str], list[Complaint]]:
    """Return the function that gives a set's complaints without those that not_applicable.yml explains."""

    def remaining(revision: str) -> list[Complaint]:
        exempt = _exempt(revision)
        first = _without(report_of(revision).complaints, exempt)
        # Scenarios give streams 500 ms, which a busy machine may miss: what failed gets one more chance, alone.
        again: list[Complaint] = []
        for scenario in sorted({complaint.scenario for complaint in first}):
            options = ("--scenario", scenario, "--spec-version", revision, "--force")
            report = suite.run(url, tmp_path / scenario, *options)
            assert report.scenarios == {scenario}, report.output[-3000:]
            again += _without(report.complaints, exempt)
        return again

    return remaining


def _without(complaints: tuple[Complaint, ...], exempt: list[Exemption]) -> list[Complaint]:
    return [each for each in complaints if not any(exemption.covers(each) for exemption in exempt)]


def _listed(complaints: list[Complaint]) -> str:
    return "".join(f"\n  {complaint}" for complaint in complaints)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_scenario_of_a_revision_passes(
    revision: str, suite: Suite, report_of: Reports, unexplained: Callable[[str], list[Complaint]]
) -> None:
    report = report_of(revision)
    assert report.scenarios == suite.required(revision), report.output[-3000:]
    assert report.exit_status == 0 or any(each.status == "FAILURE" for each in report.complaints), (
        report.output
    )
    failing = [each for each in unexplained(revision) if not each.scenario.startswith(TASKS)]
    assert not failing, _listed(failing)


def test_every_tasks_scenario_passes(
    report_of: Reports, unexplained: Callable[[str], list[Complaint]]
) -> None:
    ran = [name for name in report_of(WITH_TASKS).scenarios if name.startswith(TASKS)]
    assert len(ran) == 10
    failing = [each for each in unexplained(WITH_TASKS) if each.scenario.startswith(TASKS)]
    assert not failing, _listed(failing)


@pytest.mark.parametrize("revision", OLDER)
def test_older_revisions_pass_too(revision: str, suite: Suite, url: str, tmp_path: Path) -> None:
    report = suite.run(url, tmp_path, "--suite", "all", "--spec-version", revision)
    assert "server-session-lifecycle" in report.scenarios, report.output[-3000:]
    assert report.exit_status == 0, report.output[-3000:]
    assert not report.complaints, _listed(list(report.complaints))


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_said_not_to_apply_does_not(revision: str, report_of: Reports) -> None:
    complaints = report_of(revision).complaints
    stale = [each for each in _exempt(revision) if not any(map(each.covers, complaints))]
    assert not stale, "remove from not_applicable.yml what passes now"


def test_every_scenario_of_the_suite_is_required_or_said_not_to_apply(suite: Suite) -> None:
    required = frozenset().union(*map(suite.required, REVISIONS))
    elsewhere = {each.scenario for each in _exempt(None)}
    assert suite.scenarios() == required | elsewhere
    assert not required & elsewhere


def test_every_exemption_has_a_reason_and_a_revision_that_is_run() -> None:
    for each in exemptions():
        assert each.reason.strip()
        assert each.revision in (None, *REVISIONS)
