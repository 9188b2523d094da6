"""docs/rest.md as its reader follows it: each block as it stands, against a real server, and each operation once."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from limner.library import sample
from serving.sites import plain_client, serving

from .walking import operations_of, walked_requests

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rest.md"
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.M | re.S)
KEY = "walk:k-of-the-walk-0123456789"


class Walked(NamedTuple):
    """What the page's blocks print, what they call, and the server's own description of itself."""

    printed: str
    trace: str
    document: dict[str, Any]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The page's blocks, one after the other in one shell that ends at the first failure."""
    folder = tmp_path_factory.mktemp("walk")
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    _, _, secret = KEY.partition(":")
    with serving(folder / "home", LIMNER_API_KEYS=KEY) as site, plain_client() as client:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "set -x\n" + "\n".join(blocks)],
            env={
                **os.environ,
                "LIMNER_URL": site.url,
                "LIMNER_KEY": secret,
                "PICTURE": str(sample("chelsea.png")),
                "TMPDIR": str(folder),
            },
            capture_output=True,
            text=True,
            timeout=180,
        )
        described = client.get(
            f"{site.url}/api/v1/openapi.json", headers={"authorization": f"Bearer {secret}"}
        )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert (folder / "start-of-swatches.png").stat().st_size == 1024
    return Walked(done.stdout, done.stderr, described.json())


def test_the_walk_uses_every_operation(walked: Walked) -> None:
    assert walked_requests(walked.trace) == operations_of(walked.document)


def test_only_what_the_page_says_is_refused_is_refused(walked: Walked) -> None:
    assert re.findall(r'"error":\{"code":"(\w+)"', walked.printed) == ["needs_provider"]


def test_the_draft_says_that_it_is_one(walked: Walked) -> None:
    (draft,) = re.findall(r'\{"run_id":"run_\w+","type":"generation",[^\n]*', walked.printed)
    assert '"model":{"model_id":"limner/draft-1"}' in draft
    assert '"fidelity":"layout-draft"' in draft


def test_the_stream_ends_with_the_run_and_the_resumed_one_begins_after_the_number_sent(
    walked: Walked,
) -> None:
    followed, resumed = walked.printed.split("retry: 2000")[1:]
    assert re.search(
        r'event: run\ndata: \{"run_id":"run_\w+","type":"technique","status":"completed"', followed
    )
    assert re.findall(r"^id: (\d+)$", resumed, re.M)[0] == "3"
