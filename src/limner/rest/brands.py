"""Brand kits."""

from typing import Annotated

from fastapi import Path, Query

from limner.app.brands import brand_document, brand_row
from limner.app.requests import BrandFilter
from limner.rest.errors import documented
from limner.rest.routing import new_router
from limner.rest.session import Caller
from limner.rest.shapes.brands import Brand, BrandList
from limner.rest.shapes.common import Cursor, Limit
from limner.types import Json

router = new_router("Brand kits")


@router.get("/brands", response_model=BrandList, responses=documented(), operation_id="listBrands")
async def list_brands(
    caller: Caller,
    query: Annotated[str | None, Query(max_length=200, description="Words that all must occur.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """Return a page of brand kits, in the order of their ids."""
    page = await caller.studio.list_brands(BrandFilter(query=query, limit=limit, cursor=cursor))
    return {
        "brand_kits": [brand_row(each) for each in page.items],
        "meta": {"next_cursor": page.next_cursor, "total_estimate": page.total_estimate},
    }


@router.get("/brands/{brand_kit}", response_model=Brand, responses=documented(404), operation_id="getBrand")
async def get_brand(
    caller: Caller,
    brand_kit: Annotated[str, Path(min_length=1, max_length=100, description="The id of a kit.")],
    revision: Annotated[
        str | None, Query(max_length=100, description="One that a run has used; by default what it is now.")
    ] = None,
) -> Json:
    """Return one brand kit."""
    return brand_document(await caller.studio.get_brand(brand_kit, revision))
