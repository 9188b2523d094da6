"""Writes the definition of a revision as YAML, one way only, so that two revisions can be laid side by side."""

from typing import Any

import yaml

from limner.authored.document import scalar
from limner.techniques.ports import OUTPUT_KEYS
from limner.techniques.shape import TECHNIQUE_KEYS
from limner.types import Json

WIDTH = 100


def as_yaml(definition: Json) -> str:
    """Return a canonical definition as a technique file: keys in the order of the docs, all others by name."""
    ordered = {key: _sorted(definition[key]) for key in TECHNIQUE_KEYS if key in definition}
    for side in ("inputs", "outputs"):
        if side in ordered:
            ordered[side] = [{key: port[key] for key in OUTPUT_KEYS if key in port} for port in ordered[side]]
    written: str = yaml.dump(
        ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False
    )
    return written


def _sorted(value: Any) -> Any:
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            return [_sorted(each) for each in value]
        case _:
            return value


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2, which technique files speak, would not read as text; writes nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style=None if isinstance(scalar(text), str) else "'"
    )


_Dumper.add_representer(str, _represent_text)
