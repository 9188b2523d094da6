"""schemathesis over the whole document, against a server of its own: what is documented is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from .calling import KEYS, Api, publish_words, serving_api

CONFIG = Path(__file__).with_name("schemathesis.toml")
SECONDS = 600


def test_the_server_does_what_its_document_says(home: Path, tmp_path: Path) -> None:
    with serving_api(home, "ann") as site:
        ann = Api(site, KEYS["ann"])
        publish_words(ann)
        document = tmp_path / "openapi.json"
        document.write_bytes(ann.send("GET", "/openapi.json").content)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
                *("run", str(document), "--url", ann.base, "--no-color"),
                *("--header", f"Authorization: Bearer {KEYS['ann']}"),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-12_000:]
        operations = sum(len(item) for item in ann.get("/openapi.json")["paths"].values())
        assert f"Tested: {operations}" in done.stdout, done.stdout
        covered = re.search(r"API Links: +(\d+) covered", done.stdout)
        assert covered is not None and int(covered[1]) >= 5, done.stdout
        check_that_it_got_somewhere(ann)
    assert "Traceback" not in "".join(site.printed)


def check_that_it_got_somewhere(ann: Api) -> None:
    """Check that it was not refused everywhere: it made places, started runs and saw them end."""
    runs: list[dict[str, Any]] = ann.get("/technique-runs", limit=100)["technique_runs"]
    assert any(each["status"] == "completed" for each in runs)
    assert len(ann.get("/workspaces", limit=100)["workspaces"]) > 1
    text = ann.send("GET", f"{ann.site.url}/metrics").text
    statuses = set(re.findall(r'limner_http_requests_total{face="rest",method="\w+",status="(\d+)"}', text))
    assert {"200", "201", "204", "400", "404", "405"} <= statuses
    assert not any(each.startswith("5") for each in statuses), statuses
