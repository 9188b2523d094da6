"""What `$brand.…` stands for before a run: the kind of each value that a brand kit shows."""

from collections.abc import Mapping
from typing import Any

from limner.authored.report import did_you_mean
from limner.techniques.flow import Flow
from limner.types import Kind
from limner.types.brand import SHOWN


class UnknownBrandValueError(Exception):
    """A kit shows no such value."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def brand_flow(path: tuple[str | int, ...]) -> Flow:
    """Return what goes through `$brand.path`, where a kit is given.

    Raises: UnknownBrandValueError, where a kit shows no such value.
    """
    node: Any = SHOWN
    is_nullable = False
    for depth, part in enumerate(path):
        known = _below(node)
        if part in known:
            node = known[part]
            continue
        if isinstance(part, str) and f"{part}?" in known:
            node = known[f"{part}?"]
            is_nullable = True
            continue
        if isinstance(part, int) and isinstance(node, tuple):
            each, least, most = node
            if part >= most:
                raise UnknownBrandValueError(f"a kit has at most {most}.", f"The last is [{most - 1}].")
            node = each
            is_nullable |= part >= least
            continue
        names = [str(name).removesuffix("?") for name in known]
        raise UnknownBrandValueError(
            f"a brand kit shows no {'.'.join(map(str, path[: depth + 1]))!r}.", did_you_mean(str(part), names)
        )
    return _flow(node, path, is_nullable)


def _below(node: Any) -> Mapping[Any, Any]:
    """Return what a node has by name: nothing, for a list or a value."""
    return node if isinstance(node, dict) and not _is_value(node) else {}


def _is_value(node: Any) -> bool:
    return isinstance(node.get("type"), str)


def _flow(node: Any, path: tuple[str | int, ...], is_nullable: bool) -> Flow:
    if isinstance(node, tuple):
        each, least, most = node
        one = _flow(each, path, False) if _is_value(each) else _members(each)
        return _listed(one, (least, most), is_nullable)
    if _is_value(node):
        kind = Kind.IMAGE if node["type"] == "image" else Kind.TEXT
        return Flow(kind, is_nullable=is_nullable, schema=node if kind is Kind.TEXT else {})
    if path and isinstance(path[-1], int):
        return _members(node)
    first = next(iter(node)).removesuffix("?")
    stem = "".join(f".{part}" for part in path)
    raise UnknownBrandValueError("it is a group of values.", f"Write $brand{stem}.{first}.")


def _members(node: Mapping[str, Any]) -> Flow:
    members = {
        name.removesuffix("?"): Flow(Kind.TEXT, is_nullable=name.endswith("?"), schema=schema)
        for name, schema in node.items()
    }
    return Flow(None, members=members)


def _listed(one: Flow, count: tuple[int, int], is_nullable: bool) -> Flow:
    return Flow(one.kind, True, is_nullable, count, one.schema, members=one.members)
