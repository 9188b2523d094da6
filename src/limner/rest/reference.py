"""The reference page: the OpenAPI document for people, without scripts and without anything from elsewhere."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from limner.rest.errors import ALWAYS, SAID
from limner.types import Json

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

router = APIRouter()
METHODS = ("get", "post", "put", "patch", "delete")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
_PICTURE = "https://example.com/coffee.png"
_BODIES: dict[str, Json] = {
    "runTechnique": {"inputs": [{"id": "image", "type": "imageUrl", "value": _PICTURE}]},
    "startTechniqueRun": {"technique_id": "palette-pull", "inputs": {"image": _PICTURE}},
    "startGenerationRun": {"type": "image", "prompt": "A stoneware mug on linen"},
}
"""Bodies to show, where the shape has no example: one there would be tried by programs, and these fetch a file."""
_NAMES = {"technique_id": "palette-pull", "action_id": "split-text", "brand_kit": "homestead"}
"""Values to show for parameters in a path."""
_CODE = re.compile(r"`([^`]+)`")


@router.get("/docs", include_in_schema=False)
async def show_reference(request: Request) -> HTMLResponse:
    """Return the reference page."""
    page = render(request.app.openapi(), request.app.state.api.base_url)
    return HTMLResponse(
        page, headers={"content-security-policy": POLICY, "x-content-type-options": "nosniff"}
    )


def render(document: Json, base: str) -> str:
    """Return an OpenAPI 3.1 document as one HTML page. base: the address of the API."""
    names = document["components"]["schemas"]
    return _template().render(
        title=document["info"]["title"],
        version=document["info"]["version"],
        description=document["info"]["description"],
        base=base,
        groups=_groups(document, base),
        errors={status: SAID[status] for status in ALWAYS},
        shapes={name: _fields(names[name]) for name in names},
        notes={name: names[name].get("description", "") for name in names},
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment  # only who asks for the page pays for it

    source = files("limner.rest").joinpath("reference.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["marked"] = _marked
    return environment.from_string(source)


def _marked(text: str) -> "Markup":
    """Return a text as HTML, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def _groups(document: Json, base: str) -> dict[str, list[Json]]:
    """Return the operations by heading, in the order of the document."""
    groups: dict[str, list[Json]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                shown = _operation(path, method, operation)
                shown["curl"] = _curl(base, path, method, operation, document["components"]["schemas"])
                groups.setdefault(operation["tags"][0], []).append(shown)
    return groups


def _operation(path: str, method: str, operation: Json) -> Json:
    bodies = operation.get("requestBody", {}).get("content", {})
    own = {status: each for status, each in operation["responses"].items() if int(status) not in ALWAYS}
    return {
        "id": operation["operationId"],
        "name": operation["summary"],
        "path": path,
        "method": method.upper(),
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": each["name"],
                "place": each["in"],
                "is_required": each.get("required", False),
                **_described(each["schema"]),
                "description": each.get("description", ""),
            }
            for each in operation.get("parameters", [])
        ],
        "bodies": {kind: _described(content["schema"]) for kind, content in bodies.items()},
        "answers": [
            {
                "status": status,
                "description": answer.get("description", ""),
                "shapes": [_described(each.get("schema", {})) for each in answer.get("content", {}).values()],
            }
            for status, answer in sorted(own.items())
        ],
    }


def _curl(base: str, path: str, method: str, operation: Json, schemas: Json) -> str:
    """Return a command that calls an operation."""
    address = re.sub(r"{(\w+)}", lambda found: _NAMES.get(found[1], f"{found[1].upper()}"), path)
    lines = [f'curl "{base}{address}" -H "Authorization: Bearer $KEY"']
    if method == "delete":
        lines.append("-X DELETE")
    if method == "post":
        lines.append(f'-H "Idempotency-Key: {operation["operationId"]}-1"')
        body = _body(operation, schemas)
        lines += ["-X POST"] if body is None else [f"--json '{json.dumps(body, ensure_ascii=False)}'"]
    return " \\\n  ".join(lines)


def _body(operation: Json, schemas: Json) -> Json | None:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    schema = schemas[content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    found: Json = _BODIES.get(operation["operationId"]) or schema["examples"][0]
    return found


def _fields(schema: Json) -> list[Json]:
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "is_required": name in required,
            **_described(each),
            "description": each.get("description", ""),
        }
        for name, each in schema.get("properties", {}).items()
    ]


def _described(schema: Json) -> Json:
    """Return a schema in words, and the names of the shapes that it refers to."""
    shapes: list[str] = []
    return {"type": _words(schema, shapes), "shapes": shapes, "default": schema.get("default")}


def _words(schema: Any, shapes: list[str]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        shapes.append(name)
        return str(name)
    if "anyOf" in schema:
        kinds = [_words(each, shapes) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(kinds)
    if "enum" in schema or "const" in schema:
        return " · ".join(str(each) for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_words(schema.get('items', {}), shapes)}"
    return f"{schema.get('type', 'any')}{_bounds(schema)}"


def _bounds(schema: Json) -> str:
    least = schema.get("minimum", schema.get("minLength"))
    most = schema.get("maximum", schema.get("maxLength"))
    unit = " characters" if "maxLength" in schema or "minLength" in schema else ""
    if "pattern" in schema:
        return f", {schema['pattern'].removeprefix('^').removesuffix('$')}…"
    match least, most:
        case None, None:
            return ""
        case None, _:
            return f", at most {most:,}{unit}"
        case _, None:
            return f", at least {least:,}{unit}"
        case _:
            return f", {least:,} to {most:,}{unit}"
