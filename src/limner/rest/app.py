"""The application of `/api/v1`."""

from functools import partial

from fastapi import FastAPI

from limner import __version__
from limner.rest import (
    assets,
    brands,
    catalogue,
    places,
    reference,
    runs,
    starting,
    techniques,
    webhooks,
)
from limner.rest.errors import handle_errors
from limner.rest.limits import BodyLimit
from limner.rest.openapi import build_document
from limner.rest.session import Api
from limner.types import Json

DESCRIPTION = (
    "Reusable media techniques: find them, start them as runs, follow them, and retry without paying twice. "
    "Times are Unix milliseconds, money is US dollars. Send a key of this server as `Authorization: Bearer KEY`; "
    "a server without keys on its own machine asks for none. Every answer has a `request-id`."
)
_ROUTERS = (techniques, starting, runs, catalogue, assets, places, brands, webhooks)


def build_api(api: Api) -> FastAPI:
    """Return the application, to be mounted at `/api/v1`."""
    app = FastAPI(
        title="Limner",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    app.state.api = api
    for each in _ROUTERS:
        app.include_router(each.router)
    app.include_router(reference.router)
    handle_errors(app)
    app.add_middleware(BodyLimit, max_bytes=api.max_body_bytes)
    app.openapi = partial(_document, app)  # type: ignore[method-assign]  # FastAPI's documented seam
    return app


def _document(app: FastAPI) -> Json:
    """Return the OpenAPI document, made at the first call."""
    if app.openapi_schema is None:
        app.openapi_schema = build_document(app)
    return app.openapi_schema
