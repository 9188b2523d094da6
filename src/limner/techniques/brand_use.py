"""What a technique uses of a brand kit: which values it reads, and whether it can do without one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from limner.authored.report import Report
from limner.techniques.references import Reference, find_references
from limner.techniques.shape import Draft
from limner.techniques.wiring import references_of
from limner.types import Technique


@dataclass(frozen=True, slots=True)
class BrandUse:
    """What is read below `$brand`, nested techniques included, and whether a kit must be given."""

    reads: tuple[str, ...]
    is_needed: bool


def brand_use(draft: Draft, nested: Mapping[str, Technique], report: Report) -> BrandUse:
    """Return what a draft uses of a kit, noting where what it says of that is not so.

    nested: as `check_graph` names them.
    """
    own = {str(each.path[0]) for each in _references(draft) if each.root == "brand" and each.path}
    inner = {name for technique in nested.values() for name in technique.reads_brand}
    needy = [step_id for step_id, technique in nested.items() if technique.needs_brand]
    if draft.brand_kit and not own | inner and not draft.unclear:
        report.add(
            ("brand_kit",), "Nothing reads $brand.", "Remove brand_kit, or use the kit: $brand.palette."
        )
    if draft.brand_kit == "optional" and needy:
        target = nested[needy[0]].technique_id
        report.add(("brand_kit",), f"{target} cannot run without a brand kit.", "Write brand_kit: required.")
    is_needed = bool(needy) or (bool(own) and draft.brand_kit != "optional")
    return BrandUse(tuple(sorted(own | inner)), is_needed)


def _references(draft: Draft) -> Iterator[Reference]:
    for step in draft.steps.values():
        yield from references_of(step)
    for port in draft.outputs.values():
        yield from (reference for _, reference in find_references(port.source))
