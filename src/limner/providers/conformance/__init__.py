"""Puts any adapter to the test against a server that the tester runs: what never loses work, and never pays twice.

No test framework is needed: `await run_checks(bench)`, or each of `CHECKS` on its own. See docs/providers.md.
"""

from limner.providers.conformance.bench import Bench, NotConforming, run_check, run_checks
from limner.providers.conformance.checks import CHECKS

__all__ = ["CHECKS", "Bench", "NotConforming", "run_check", "run_checks"]
