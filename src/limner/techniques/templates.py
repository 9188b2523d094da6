"""Renders the text templates of techniques: a small, bounded part of Jinja2, in its sandbox."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from limner.authored.report import did_you_mean
from limner.errors import StepFailed
from limner.techniques.filters import (
    FILTERS,
    LIMIT_TEXT,
    TESTS,
    TemplateLimitError,
    as_text,
    bounded_range,
    calculate,
)
from limner.techniques.references import Reference, Scope

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

VARIABLES = ("inputs", "steps", "item", "index", "run", "brand")
_MOST_LOOPS = 2
_MOST_ITEMS = 1000
_PLAIN = frozenset(
    "Template TemplateData Output Const Name Getattr Getitem Filter Test Keyword Call List Tuple "  # noqa: SIM905 - one word a node
    "If For Assign Compare Operand And Or Not CondExpr Add Sub Mul Div FloorDiv Mod Neg Pos".split()
)


def is_template(text: Any) -> bool:
    """Whether a text has anything to render."""
    return isinstance(text, str) and any(mark in text for mark in ("{{", "{%", "{#"))


def render(text: str, scope: Scope) -> str:
    """Return the text with its template filled in. Values are data: they are never rendered themselves.

    Raises: StepFailed, when a value is missing or a bound is passed.
    """
    if not is_template(text):
        return text
    from jinja2 import TemplateError

    pieces: list[str] = []
    size = 0
    try:
        for piece in _compiled(text).generate({name: getattr(scope, name) for name in VARIABLES}):
            size += len(piece)
            if size > LIMIT_TEXT:
                raise TemplateLimitError("the rendered text is over 64 KB")
            pieces.append(piece)
    except (TemplateError, TemplateLimitError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise StepFailed(
            f"A text template cannot be rendered: {error}.",
            next_step="Check the inputs that the text uses; the mistake may be in the technique's template.",
        ) from error
    return "".join(pieces)


def check_template(text: str) -> list[str]:
    """Return what is wrong with a template, without knowing the technique around it. Empty: nothing is."""
    return list(_checked(text)) if is_template(text) else []


@lru_cache(maxsize=256)
def _checked(text: str) -> tuple[str, ...]:
    from jinja2 import TemplateSyntaxError

    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        return (f"The template cannot be read: {error.message}.",)
    return tuple(dict.fromkeys([*_forbidden(tree), *_unknown_names(tree)]))


@dataclass(frozen=True, slots=True)
class Read:
    """A value that a template reads."""

    reference: Reference
    is_printed: bool
    """Its text stands in the result; false: it is only tested, counted or looped over."""
    is_bare: bool
    """It is printed as it is, through no filter."""


def template_reads(text: str) -> list[Read]:
    """Return every value that a sound template reads."""
    return list(_reads(text)) if is_template(text) else []


@lru_cache(maxsize=256)
def _reads(text: str) -> tuple[Read, ...]:
    tree = _environment().parse(text)
    from jinja2 import nodes

    outputs = list(tree.find_all(nodes.Output))
    printed = {id(chain) for output in outputs for chain in _printed(output.nodes)}
    bare = {id(node) for output in outputs for node in output.nodes}
    return tuple(Read(_reference(chain), id(chain) in printed, id(chain) in bare) for chain in _chains(tree))


@lru_cache(maxsize=1)
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import SandboxedEnvironment

    class Environment(SandboxedEnvironment):
        """Names come from mappings only, so that no Python attribute can be reached."""

        intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, LoopContext):
                return getattr(obj, attribute)
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if isinstance(obj, Mapping):
                return obj.get(argument)
            if obj is None:
                return None
            if isinstance(obj, list | tuple | str) and isinstance(argument, int):
                return obj[argument] if -len(obj) <= argument < len(obj) else None
            return self.undefined(f"{argument!r} of a {type(obj).__name__} cannot be read")

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            return calculate(operator, left, right)

    def printed(value: Any) -> str:
        return str(value) if isinstance(value, StrictUndefined) else as_text(value)  # str() of it raises

    environment = Environment(undefined=StrictUndefined, finalize=printed, keep_trailing_newline=True)
    environment.filters = dict(FILTERS)
    environment.tests = dict(TESTS)
    environment.globals = {"range": bounded_range, "_items": _items}
    return environment


def _items(values: Any) -> list[Any]:
    items = [] if values is None else [values] if isinstance(values, str) else list(values)
    if len(items) > _MOST_ITEMS:
        raise TemplateLimitError(f"a for loop goes over at most {_MOST_ITEMS} values")
    return items


@lru_cache(maxsize=256)
def _compiled(text: str) -> "Template":
    from jinja2 import nodes

    environment = _environment()
    tree = environment.parse(text)
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Call(nodes.Name("_items", "load"), [loop.iter], [], None, None)
    source: Any = environment.compile(tree)
    return environment.template_class.from_code(environment, source, dict(environment.globals))


def _forbidden(tree: "nodes.Template") -> Iterator[str]:
    for node, loops in _walk(tree, 0):
        kind = type(node).__name__
        if kind not in _PLAIN:
            yield f"The template uses {_SPELLING.get(kind, kind)}, which is not allowed."
        elif loops > _MOST_LOOPS:
            yield "The template nests more than 2 for loops."
        elif kind == "Name" and node.name == "loop" and not loops:  # type: ignore[attr-defined]  # a Name has one
            yield "The template uses loop outside a for."
        else:
            yield from _forbidden_part(kind, node)


def _forbidden_part(kind: str, node: Any) -> Iterator[str]:
    from jinja2 import nodes

    match kind:
        case "Filter" if node.name not in FILTERS:
            yield f"There is no filter {node.name!r}. {did_you_mean(node.name, FILTERS)}"
        case "Test" if node.name not in TESTS:
            yield f"There is no test {node.name!r}. {did_you_mean(node.name, TESTS)}"
        case "Call" if not isinstance(node.node, nodes.Name) or node.node.name != "range":
            yield "The template calls something; only filters and range() are allowed."
        case "For" if node.recursive:
            yield "The template uses a recursive for, which is not allowed."
        case "Assign" if not isinstance(node.target, nodes.Name):
            yield "The template sets more than one name at once, which is not allowed."
        case "List" | "Tuple" if not all(isinstance(item, nodes.Const | nodes.Name) for item in node.items):
            yield "A list in a template holds only plain values."


_SPELLING = {
    "Block": "{% block %}",
    "CallBlock": "{% call %}",
    "Concat": "~ (use + on texts)",
    "Extends": "{% extends %}",
    "FilterBlock": "{% filter %}",
    "FromImport": "{% from %}",
    "Import": "{% import %}",
    "Include": "{% include %}",
    "Macro": "{% macro %}",
    "Pow": "**",
    "AssignBlock": "{% set %} with a body",
    "Dict": "an object",
    "Slice": "a slice",
}


def _walk(node: "nodes.Node", loops: int) -> Iterator[tuple["nodes.Node", int]]:
    from jinja2 import nodes

    loops += isinstance(node, nodes.For)
    yield node, loops
    for child in node.iter_child_nodes():
        yield from _walk(child, loops)


def _unknown_names(tree: "nodes.Template") -> Iterator[str]:
    from jinja2 import nodes

    stored = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    for taken in stored & {*VARIABLES, "loop", "range"}:
        yield f"The template sets {taken!r}, which has a meaning of its own."
    known = {*VARIABLES, *stored, "loop", "range"}
    for name in tree.find_all(nodes.Name):
        if name.name not in known:
            yield f"The template uses the unknown name {name.name!r}. {did_you_mean(name.name, VARIABLES)}"


def _chains(node: "nodes.Node") -> Iterator["nodes.Node"]:
    """Yield the longest chains of names and constant indexes that begin at a variable."""
    if _reference_path(node) is not None:
        yield node
        return
    for child in node.iter_child_nodes():
        yield from _chains(child)


def _reference_path(node: "nodes.Node") -> tuple[str | int, ...] | None:
    from jinja2 import nodes

    match node:
        case nodes.Name(name=name) if name in VARIABLES:
            return (name,)
        case nodes.Getattr(node=inner, attr=attribute):
            path = _reference_path(inner)
            return None if path is None else (*path, attribute)
        case nodes.Getitem(node=inner, arg=nodes.Const(value=int() | str() as index)):
            path = _reference_path(inner)
            return None if path is None else (*path, index)
        case _:
            return None


def _reference(chain: "nodes.Node") -> Reference:
    root, *path = _reference_path(chain) or ("",)
    return Reference(str(root), tuple(path))


def _printed(outputs: list[Any]) -> Iterator["nodes.Node"]:
    from jinja2 import nodes

    for node in outputs:
        if _reference_path(node) is not None:
            yield node
        elif isinstance(node, nodes.CondExpr):
            yield from _printed([part for part in (node.expr1, node.expr2) if part is not None])
        elif isinstance(node, nodes.Filter) and node.name != "length":
            yield from _printed([node.node])
