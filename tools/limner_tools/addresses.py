"""The addresses of resources: `limner://runs/{run_id}`, its outputs, techniques, kits, models; and the run card."""

import re

RUN = re.compile(r"limner://runs/(run_[A-Za-z0-9_-]+)")
PROVENANCE = re.compile(r"limner://runs/(run_[A-Za-z0-9_-]+)/provenance")
SUMMARY = re.compile(r"limner://runs/(run_[A-Za-z0-9_-]+)/summary")
OUTPUT = re.compile(r"limner://runs/(run_[A-Za-z0-9_-]+)/outputs/([a-z0-9_]+)(?:/(\d+))?")
TECHNIQUE = re.compile(r"limner://techniques/([A-Za-z0-9_-]+)")
BRAND = re.compile(r"limner://brands/([a-z0-9-]+)")
MODEL = re.compile(r"limner://models/([A-Za-z0-9_.:~%/-]+)")
RUN_CARD = "ui://limner/run-card.html"


def run_of(uri: str) -> str:
    """Return the run that an address is of, or of an output of; an empty string when it is neither."""
    match = RUN.fullmatch(uri) or OUTPUT.fullmatch(uri)
    return match[1] if match else ""
