"""Techniques and their revisions."""

from typing import Annotated

from fastapi import Path, Query

from limner.app.documents import revision_document
from limner.app.requests import TechniqueFilter
from limner.errors import NotFound
from limner.rest import documents
from limner.rest.errors import documented
from limner.rest.remembered import Remembering
from limner.rest.routing import new_router
from limner.rest.session import Caller, Session
from limner.rest.shapes.common import Cursor, InWorkspace, Limit, TechniqueName
from limner.rest.shapes.techniques import RevisionDetail, RevisionList, TechniqueDetail, TechniqueList
from limner.types import Json

router = new_router("Techniques")

RevisionName = Annotated[
    str, Path(pattern="^rev_", max_length=100, description="The id of a revision: `rev_…`.")
]


@router.get(
    "/techniques",
    response_model=TechniqueList,
    responses=documented(404),
    operation_id="listTechniques",
)
async def list_techniques(
    caller: Caller,
    query: Annotated[
        str | None,
        Query(max_length=1000, description="What to make, in your own words; the best match is first."),
    ] = None,
    workspace_id: InWorkspace = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """Return a page of techniques: what a query means, best first; without one all, in the order of their ids."""
    if workspace_id is not None:
        await caller.studio.get_workspace(caller.caller, workspace_id)
    page = await caller.studio.list_techniques(TechniqueFilter(query=query, limit=limit, cursor=cursor))
    return {
        "techniques": [documents.technique_row(entry) for entry in page.items],
        "meta": {"next_cursor": page.next_cursor, "total_estimate": page.total_estimate},
    }


@router.get(
    "/techniques/{technique_id}",
    response_model=TechniqueDetail,
    responses=documented(404),
    operation_id="getTechnique",
)
async def get_technique(
    caller: Caller,
    technique_id: TechniqueName,
    revision: Annotated[
        str | None, Query(max_length=100, description="`rev_…` or `draft`; by default the published one.")
    ] = None,
) -> Json:
    """Return one technique, with its schemas and an example."""
    return documents.technique_detail(await caller.studio.get_technique(technique_id, revision))


@router.get(
    "/techniques/{technique_id}/revisions",
    response_model=RevisionList,
    responses=documented(404),
    operation_id="listRevisions",
)
async def list_revisions(caller: Caller, technique_id: TechniqueName) -> Json:
    """Return the revisions of a technique, newest first."""
    found, revisions = await caller.studio.techniques.revisions(technique_id)
    return {"technique_id": found, "revisions": [revision_document(each) for each in revisions]}


@router.get(
    "/techniques/{technique_id}/revisions/{revision}",
    response_model=RevisionDetail,
    responses=documented(404),
    operation_id="getRevision",
)
async def get_revision(caller: Caller, technique_id: TechniqueName, revision: RevisionName) -> Json:
    """Return one revision, with what it holds."""
    return await _detail(caller, technique_id, revision)


@router.post(
    "/techniques/{technique_id}/revisions/{revision}/publish",
    response_model=RevisionDetail,
    responses=documented(404, 409, 422),
    operation_id="publishRevision",
)
async def publish_revision(
    caller: Caller,
    remembering: Remembering,
    technique_id: TechniqueName,
    revision: RevisionName,
) -> Json:
    """Publish a revision: what runs that name none are bound to from now on. An older one rolls back."""

    async def publish() -> Json:
        await caller.studio.techniques.publish(technique_id, revision)
        return await _detail(caller, technique_id, revision)

    request = {"technique_id": technique_id, "revision": revision}
    return await remembering.answer("techniques.publish", request, publish)


async def _detail(caller: Session, technique_id: str, revision: str) -> Json:
    found, revisions = await caller.studio.techniques.revisions(technique_id)
    entry = next((each for each in revisions if each.revision == revision), None)
    if entry is None:
        raise NotFound(
            f"{found} has no revision {revision}.", next_step=f"GET /techniques/{found}/revisions lists them."
        )
    definition = await caller.studio.techniques.definition(found, revision)
    return {**revision_document(entry), "technique_id": found, "definition": definition}
