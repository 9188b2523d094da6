"""`limner costs`, and the price before: told step by step, and by caller, provider and model when it is charged."""

import json
from datetime import UTC, datetime
from pathlib import Path

from engine.buying import environment
from engine.workshop import Workshop
from providers.fakes.faults import Faulty
from providers.fakes.serving import serving

from .processes import CommandLine

MONTH = f"{datetime.now(UTC):%Y-%m}"


def test_a_month_is_stated_by_caller_provider_and_model_with_what_is_not_known(cli: CommandLine) -> None:
    workshop = Workshop()
    faulty = Faulty(workshop.app())
    with serving(faulty) as base_url:
        cli.environ.update(environment(cli.home, workshop.section("pixels", base_url)))
        many = ("run", "many", "--revision", "draft", "--input", "words=a", "--input", "words=b")
        dry = cli.run(*many, "--dry-run")
        dry_json = cli.json(*many, "--dry-run")
        assert workshop.jobs == []
        made = cli.json(*many)
        faulty.plan("POST /jobs", "500-after")
        one = ("run", "one", "--revision", "draft", "--input", "words=c")
        lost = cli.json(*one, status=1)
    shown, document = cli.run("costs"), cli.json("costs")
    other_month, other_caller = (
        cli.json("costs", "--month", "2020-02"),
        cli.json("costs", "--caller", "key:ada"),
    )
    wrong = cli.run("costs", "--month", "2026-13")

    assert dry.stdout.splitlines()[0] == "  shot ×2: $0.04, pixels/picture"
    assert "This would cost $0.04." in dry.stdout
    assert dry_json["cost"]["by_step"] == [
        {"step": "shot", "estimated_usd": 0.04, "count": 2, "model_id": "pixels/picture"}
    ]
    assert made["cost"] == {"estimated_usd": 0.04, "charged_usd": 0.04}
    assert (lost["error"]["code"], lost["cost"]["charged_usd"]) == ("outcome_unknown", 0.02)
    line = {"caller": "local", "provider": "pixels", "model": "picture", "requests": 3, "charged_usd": 0.06}
    assert document == {
        "month": MONTH,
        "charged_usd": 0.06,
        "requests": 3,
        "unknown": 1,
        "unpriced": 0,
        "lines": [{**line, "unknown": 1, "unpriced": 0, "unknown_runs": [lost["run_id"]]}],
        "under_way": {"charged_usd": 0, "requests": 0, "unknown": 0, "unpriced": 0, "lines": []},
    }
    assert document["charged_usd"] == workshop.billed_usd
    assert f"{MONTH}: $0.06 for 3 requests." in shown.stdout
    assert lost["run_id"] in shown.stdout
    assert (other_month["month"], other_month["lines"], other_caller["lines"]) == ("2020-02", [], [])
    assert wrong.returncode == 2
    assert "--month: is '2026-13', must be a year and a month such as" in wrong.stderr


def test_a_folder_without_runs_has_cost_nothing(cli: CommandLine, tmp_path: Path) -> None:
    assert json.loads(cli.run("costs", "--json").stdout)["charged_usd"] == 0
    assert f"{MONTH}: $0.00 for 0 requests." in cli.run("costs").stdout
