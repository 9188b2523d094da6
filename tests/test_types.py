"""The values that rooms share can be had from one place, however they are kept."""

import os
import subprocess
import sys

import limner.types


def test_every_name_is_had_from_the_package_and_no_other() -> None:
    for name in limner.types.__all__:
        assert getattr(limner.types, name).__module__.startswith(("limner.types.", "types", "builtins")), name
    assert sorted(limner.types._HOMES) == limner.types.__all__


def test_a_worker_starts_without_what_only_the_server_needs() -> None:
    code = "import limner.actions.worker, limner.actions.turns, sys; print(*sys.modules)"
    # Without what measures coverage in child processes: it imports much by itself.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, env=plain
    )
    assert not {"dataclasses", "numpy", "limner.types.run"} & set(loaded.stdout.split())
