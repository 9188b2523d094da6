"""Models and actions."""

from typing import Annotated

from fastapi import Path, Query

from limner.app.paging import decode_cursor, encode_cursor
from limner.app.requests import ModelFilter
from limner.errors import InvalidInput, NotFound
from limner.rest import documents
from limner.rest.errors import documented
from limner.rest.routing import new_router
from limner.rest.session import Caller
from limner.rest.shapes.catalogue import Action, ActionList, ModelList
from limner.rest.shapes.common import Cursor, Limit
from limner.rest.shapes.runs import KindName
from limner.types import Json, Kind

router = new_router("Models and actions")

ActionId = Annotated[
    str, Path(max_length=100, description="The id of an action; `-browser` at its end changes nothing.")
]


@router.get("/models", response_model=ModelList, responses=documented(), operation_id="listModels")
async def list_models(
    caller: Caller,
    type: Annotated[KindName | None, Query(description="Only what makes this.")] = None,
    query: Annotated[str | None, Query(max_length=200, description="Words that all must occur.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """Return a page of the models that there are here, in the order of their ids."""
    kind = Kind(type) if type else None
    page = await caller.studio.list_models(ModelFilter(type=kind, query=query, limit=limit, cursor=cursor))
    return {
        "models": [documents.model(each) for each in page.items],
        "meta": {"next_cursor": page.next_cursor, "total_estimate": page.total_estimate},
    }


@router.get("/actions", response_model=ActionList, responses=documented(), operation_id="listActions")
async def list_actions(
    caller: Caller,
    query: Annotated[str | None, Query(max_length=200, description="Words that all must occur.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """Return a page of actions, in public order."""
    words = (query or "").casefold().split()
    every = [
        each
        for each in caller.studio.actions
        if all(word in f"{each.action_id} {each.name} {each.description}".casefold() for word in words)
    ]
    start = _place_after(cursor, [each.action_id for each in caller.studio.actions])
    after = {each.action_id for each in caller.studio.actions[:start]}
    rest = [each for each in every if each.action_id not in after]
    more = encode_cursor(rest[limit - 1].action_id) if len(rest) > limit else None
    return {
        "actions": [documents.action(each) for each in rest[:limit]],
        "meta": {"next_cursor": more, "total_estimate": len(every)},
    }


def _place_after(cursor: str | None, ids: list[str]) -> int:
    if cursor is None:
        return 0
    last = decode_cursor(cursor)
    if last not in ids:
        raise InvalidInput.of("cursor", "is not one that this list returned")
    return ids.index(last) + 1


@router.get(
    "/actions/{action_id}", response_model=Action, responses=documented(404), operation_id="getAction"
)
async def get_action(caller: Caller, action_id: ActionId) -> Json:
    """Return one action."""
    found = [each for each in caller.studio.actions if each.action_id == action_id.removesuffix("-browser")]
    if not found:
        raise NotFound(f"There is no action {action_id!r}.", next_step="GET /actions lists them.")
    return documents.action(found[0])
