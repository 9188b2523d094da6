"""Runs first in each Python that tests start, for its folder is on PYTHONPATH: what is measured there.

A server or command that a test starts is measured for coverage, and has begun to be when this runs. The workers that
it starts are not: they are thousands, each would take 0.1 to 0.2 s longer, and what they do is measured in
`tests/actions` and `tests/engine`.
"""

import os

os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
os.environ.pop("COVERAGE_PROCESS_START", None)
