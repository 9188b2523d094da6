"""Models from several sources: which are listed, which is meant, and which one a request gets."""

from collections.abc import Sequence
from typing import Any

import pytest

from limner.app.models import ModelCatalogue
from limner.app.requests import ModelFilter
from limner.errors import InvalidInput, NotFound, Unavailable
from limner.types import Availability, Kind, Model, RoutingPolicy, Wanted

pytestmark = pytest.mark.anyio


class Offered:
    """A source that offers what it was given."""

    def __init__(self, *models: Model) -> None:
        self._models = models

    async def models(self) -> Sequence[Model]:
        return self._models


def model(model_id: str, kind: Kind = Kind.IMAGE, **more: Any) -> Model:
    facts: dict[str, Any] = {
        "name": model_id.title(),
        "description": "Makes things.",
        "provider": "acme",
        "params": {},
    }
    return Model(model_id=model_id, type=kind, **{**facts, **more})


DRAFT = model("own/draft", fidelity="layout-draft", description="Sets type.", provider="own")
CHEAP, DEAR = model("acme/small", price_usd=0.01), model("acme/large", price_usd=0.2)
QUICK = model("acme/quick", price_usd=0.01, estimated_seconds=1.0)
AWAY = model("acme/away", availability=Availability.NEEDS_PROVIDER)
FILM = model("acme/film", Kind.VIDEO)


def catalogue_of(sources: Sequence[Offered]) -> ModelCatalogue:
    return ModelCatalogue(sources=sources, policy=RoutingPolicy())


async def ids(catalogue: ModelCatalogue, **wanted: Any) -> list[str]:
    page = await catalogue.find(ModelFilter(**wanted))
    return [each.model_id for each in page.items]


async def test_the_models_of_all_sources_are_one_list_in_the_order_of_ids() -> None:
    catalogue = catalogue_of([Offered(DRAFT), Offered(FILM, AWAY), Offered()])
    assert await ids(catalogue) == ["acme/away", "acme/film", "own/draft"]
    assert await ids(catalogue, type=Kind.IMAGE) == ["acme/away", "own/draft"]
    assert await ids(catalogue, available_only=True) == ["acme/film", "own/draft"]
    assert await ids(catalogue, query="TYPE own") == ["own/draft"]
    assert await ids(catalogue, query="type acme") == []


async def test_of_two_models_with_one_id_the_first_source_has_it() -> None:
    other = model("own/draft", name="Other")
    catalogue = catalogue_of([Offered(DRAFT), Offered(other)])
    assert (await catalogue.get("own/draft")) is DRAFT


async def test_a_list_goes_on_where_its_page_ended() -> None:
    catalogue = catalogue_of([Offered(DRAFT, FILM, CHEAP)])
    first = await catalogue.find(ModelFilter(limit=2))
    assert [each.model_id for each in first.items] == ["acme/film", "acme/small"]
    assert first.total_estimate == 3
    rest = await catalogue.find(ModelFilter(limit=2, cursor=first.next_cursor))
    assert ([each.model_id for each in rest.items], rest.next_cursor) == (["own/draft"], None)
    for wrong in (ModelFilter(limit=0), ModelFilter(limit=101), ModelFilter(cursor="no cursor")):
        with pytest.raises(InvalidInput):
            await catalogue.find(wrong)


@pytest.mark.parametrize(
    ("models", "accepts", "chosen"),
    [
        ((DRAFT,), True, "own/draft"),
        ((DRAFT, CHEAP, DEAR), False, "acme/small"),
        ((DRAFT, DEAR), True, "acme/large"),
        ((DEAR, CHEAP, QUICK), False, "acme/quick"),
        ((DRAFT, AWAY), True, "own/draft"),
    ],
)
async def test_a_request_that_names_none_gets_the_cheapest_and_a_draft_only_where_it_will_do(
    models: tuple[Model, ...], accepts: bool, chosen: str
) -> None:
    catalogue = catalogue_of([Offered(*models)])
    assert (await catalogue.route(Wanted(Kind.IMAGE, accepts_drafts=accepts))).model_id == chosen


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VIDEO])
async def test_nothing_is_chosen_where_nothing_fits_and_the_refusal_says_how_a_draft_is_had(
    kind: Kind,
) -> None:
    catalogue = catalogue_of([Offered(DRAFT, AWAY)])
    with pytest.raises(Unavailable) as refused:
        await catalogue.route(Wanted(kind, accepts_drafts=False))
    assert refused.value.code == "needs_provider"
    assert f"No {kind.value} model is configured" in refused.value.message
    assert ("own/draft" in refused.value.message) is (kind is Kind.IMAGE)
    assert list(await catalogue.lacking()) == [Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.TEXT]


async def test_a_model_that_is_named_is_the_one_or_the_error_says_why_not() -> None:
    catalogue = catalogue_of([Offered(DRAFT, CHEAP, AWAY, FILM)])
    assert (await catalogue.route(Wanted(Kind.IMAGE, "own/draft"))) is DRAFT
    with pytest.raises(NotFound, match="acme/small") as unknown:
        await catalogue.route(Wanted(Kind.IMAGE, "acme/smal"))
    assert [each.field for each in unknown.value.fields] == ["model_id"]
    with pytest.raises(InvalidInput, match="makes video, not image"):
        await catalogue.route(Wanted(Kind.IMAGE, "acme/film"))
    with pytest.raises(Unavailable, match="acme/away") as away:
        await catalogue.route(Wanted(Kind.IMAGE, "acme/away"))
    assert away.value.code == "needs_provider"
    assert list(await catalogue.lacking()) == [Kind.AUDIO, Kind.TEXT]
