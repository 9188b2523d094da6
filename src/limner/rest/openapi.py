"""The OpenAPI document: FastAPI's, without what never happens here, and with what it cannot know."""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from limner.rest.shapes.assets import NewAsset
from limner.rest.shapes.common import without_null
from limner.rest.shapes.events import EventMessage, RunEvent
from limner.types import Json

_CAPITAL = re.compile(r"([A-Z])")
REFS = "#/components/schemas/{model}"
_NAMED_BY_HAND = (NewAsset, EventMessage, RunEvent)
"""Shapes that are read or written by hand, so that FastAPI does not know them."""
_IN_A_MESSAGE: Json = {
    "contentMediaType": "application/json",
    "contentSchema": {"anyOf": [{"$ref": REFS.format(model=name)} for name in ("RunEvent", "RunDetail")]},
}
_UNUSED = ("HTTPValidationError", "ValidationError")
"""FastAPI's own errors; this API answers every error in one shape, and none of these with 422."""
_KEY: Json = {"type": "http", "scheme": "bearer", "description": "A key of this server, or an OAuth token."}
_REQUEST_ID: Json = {
    "description": "Names the request in the server's log.",
    "required": True,
    "schema": {"type": "string", "pattern": "^req_"},
}
_RETRY_AFTER: Json = {
    "description": "Seconds to wait before the next call.",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9]+$"},
}
_RUN = {"run_id": "$response.body#/run_id"}
_THIS_RUN = {"run_id": "$request.path.run_id"}
_TECHNIQUE = {"technique_id": "$response.body#/technique_id"}
_STARTED = {"getRun": _RUN, "followRun": _RUN, "cancelRun": _RUN}
LINKS: dict[str, dict[str, dict[str, str]]] = {
    "runTechnique": {**_STARTED, "getTechniqueRun": {"technique_id": "$request.path.technique_id", **_RUN}},
    "startTechniqueRun": {
        **_STARTED,
        "getTechniqueRun": {"technique_id": "$response.body#/technique/technique_id", **_RUN},
    },
    "startGenerationRun": _STARTED,
    "startActionRun": _STARTED,
    "getRun": {"followRun": _THIS_RUN, "cancelRun": _THIS_RUN},
    "cancelRun": {"getRun": _THIS_RUN, "followRun": _THIS_RUN},
    "listTechniqueRuns": {"getRun": {"run_id": "$response.body#/technique_runs/0/run_id"}},
    "listTechniques": {"getTechnique": {"technique_id": "$response.body#/techniques/0/technique_id"}},
    "getTechnique": {
        "listRevisions": _TECHNIQUE,
        "runTechnique": _TECHNIQUE,
        "getRevision": {**_TECHNIQUE, "revision": "$response.body#/revision"},
        "publishRevision": {**_TECHNIQUE, "revision": "$response.body#/revision"},
    },
    "listRevisions": {"getRevision": {**_TECHNIQUE, "revision": "$response.body#/revisions/0/revision"}},
    "getRevision": {"publishRevision": {**_TECHNIQUE, "revision": "$response.body#/revision"}},
    "listActions": {"getAction": {"action_id": "$response.body#/actions/0/action_id"}},
    "createAsset": {
        "getAsset": {"asset_id": "$response.body#/asset_id"},
        "completeAsset": {"asset_id": "$response.body#/asset_id"},
    },
    "listAssets": {"getAsset": {"asset_id": "$response.body#/assets/0/asset_id"}},
    "createWorkspace": {"listProjects": {"workspace_id": "$response.body#/workspace_id"}},
    "createProject": {
        "listProjects": {"workspace_id": "$response.body#/workspace_id"},
        "listTechniqueRuns": {"project_id": "$response.body#/project_id"},
    },
    "listBrands": {"getBrand": {"brand_kit": "$response.body#/brand_kits/0/brand_kit"}},
    "createWebhookSecret": {"deleteWebhookSecret": {"secret_id": "$response.body#/secret_id"}},
    "listWebhookSecrets": {
        "deleteWebhookSecret": {"secret_id": "$response.body#/webhook_secrets/0/secret_id"}
    },
}
"""What can be asked next with what an operation answered: its id → the next one's → its parameters."""


def build_document(app: FastAPI) -> Json:
    """Return the document of an application. Its server is `/api/v1`, wherever it was asked for."""
    document: dict[str, Any] = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    document["servers"] = [{"url": "/api/v1"}]
    document["security"] = [{"key": []}, {}]
    components = document["components"]
    components["securitySchemes"] = {"key": _KEY}
    components["headers"] = {"request-id": _REQUEST_ID, "retry-after": _RETRY_AFTER}
    schemas = components["schemas"] | {
        each.__name__: each.model_json_schema(ref_template=REFS) for each in _NAMED_BY_HAND
    }
    schemas["EventMessage"]["properties"]["data"].update(_IN_A_MESSAGE)
    components["schemas"] = {name: schemas[name] for name in sorted(schemas) if name not in _UNUSED}
    for item in document["paths"].values():
        for operation in item.values():
            _complete(operation, components["schemas"])
    return document


def _complete(operation: Json, schemas: Json) -> None:
    operation["summary"] = _CAPITAL.sub(r" \1", operation["operationId"]).capitalize()
    for parameter in operation.get("parameters", []):
        parameter["schema"] = without_null(parameter["schema"])  # a query or a header cannot be null
        parameter["schema"].pop("description", None)
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for status, response in responses.items():
        if response["description"] == "Successful Response":
            response["description"] = _what_it_is(response, schemas)
        headers = response.setdefault("headers", {})
        headers["request-id"] = {"$ref": "#/components/headers/request-id"}
        if status in ("429", "503"):
            headers["retry-after"] = {"$ref": "#/components/headers/retry-after"}
    links = LINKS.get(operation["operationId"])
    if links is not None:
        success = min(responses)
        responses[success]["links"] = {
            name: {"operationId": name, "parameters": parameters} for name, parameters in links.items()
        }


def _what_it_is(response: Json, schemas: Json) -> str:
    """Return what a success answers: what its shape says of itself."""
    if "content" not in response:
        return "Done."
    shape: Json = response["content"]["application/json"]["schema"]
    references = [str(each["$ref"]) for each in shape.get("anyOf", [shape])]
    return " Or: ".join(schemas[each.rpartition("/")[2]]["description"] for each in references)
