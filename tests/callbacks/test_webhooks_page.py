"""What docs/webhooks.md tells receivers to do works on what is really sent."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from limner.callbacks.signing import build_body, build_headers
from limner.public import ERROR_CODES
from limner.types import Delivery, DeliveryState

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "webhooks.md").read_text(encoding="utf-8")
DELIVERY = Delivery(
    delivery_id="whd_1",
    run_id="run_1",
    caller="local",
    url="https://hooks.example/",
    event="run.failed",
    data={"run_id": "run_1", "error_message": "Größe: 5 × 4, “too small”"},
    created_at=1_790_000_000_000,
    state=DeliveryState.PENDING,
)
BODY = build_body(DELIVERY)


@pytest.fixture(scope="module")
def is_genuine() -> Callable[[str, bytes, str], bool]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names: dict[str, Callable[[str, bytes, str], bool]] = {}
    exec(code, names)
    return names["is_genuine"]


def header(*secrets: str, at: float | None = None) -> str:
    return build_headers(DELIVERY, BODY, secrets, int(time.time() if at is None else at))["Limner-Signature"]


def test_the_code_on_the_page_takes_what_is_genuine(is_genuine: Callable[[str, bytes, str], bool]) -> None:
    assert is_genuine(header("whsec_a"), BODY, "whsec_a")
    for secret in ("whsec_new", "whsec_old"):
        assert is_genuine(header("whsec_new", "whsec_old"), BODY, secret)


def test_the_code_on_the_page_refuses_all_else(is_genuine: Callable[[str, bytes, str], bool]) -> None:
    good = header("whsec_a")
    at, signature = good.split(",")
    assert not is_genuine(good, BODY, "whsec_b")
    assert not is_genuine(good, BODY + b" ", "whsec_a")
    assert not is_genuine(header("whsec_a", at=time.time() - 301), BODY, "whsec_a")
    assert not is_genuine(header("whsec_a", at=time.time() + 400), BODY, "whsec_a")
    assert not is_genuine(f"t={int(at[2:]) + 1},{signature}", BODY, "whsec_a")
    for wrong in ("", at, signature, f"{at},", f"t=,{signature}", f"t=-1,{signature}", f"{at},v1=é"):
        assert not is_genuine(wrong, BODY, "whsec_a")


def test_the_page_names_every_error_code() -> None:
    named = re.findall(
        r"^\| `(\w+)` \| [^|]+ \|$", PAGE.partition("`error_code`")[2].partition("##")[0], re.M
    )
    assert sorted(named) == sorted(ERROR_CODES)
