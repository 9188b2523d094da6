"""Routers whose requests are read strictly, and whose answers leave out what has no value."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from limner.rest.bodies import JsonRequest
from limner.rest.keys import require_one_header


class _Route(APIRoute):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{**more, "response_model_exclude_unset": True})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def read_strictly(request: Request) -> Response:
            require_one_header(request)
            return await handle(JsonRequest(request.scope, request.receive))

        return read_strictly


def new_router(tag: str) -> APIRouter:
    """Return a router for the operations under one heading."""
    return APIRouter(tags=[tag], route_class=_Route)
