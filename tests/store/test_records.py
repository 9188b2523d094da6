from dataclasses import replace

import pytest

from limner.errors import NotFound
from limner.store import SqliteStore, StoredRevision
from limner.types import Asset

from .building import Clock

pytestmark = pytest.mark.anyio

ASSET = Asset("asset_1", "ab" * 32, "image/png", 48_211, 1_790_000_000_000, width=1600, height=900)


async def test_an_asset_is_read_by_those_it_was_granted_to(store: SqliteStore) -> None:
    await store.add_asset(ASSET, "local")
    with pytest.raises(NotFound, match="asset_1"):
        await store.get_asset("eve", "asset_1")

    await store.grant("eve", ["asset_1"])
    await store.grant("eve", ["asset_1"])

    assert await store.get_asset("eve", "asset_1") == ASSET
    assert await store.get_asset("local", "asset_1") == ASSET
    assert await store.get_asset(None, "asset_1") == ASSET


async def test_the_same_asset_added_by_another_caller_stays_and_is_granted(store: SqliteStore) -> None:
    await store.add_asset(ASSET, "local")

    await store.add_asset(replace(ASSET, created_at=ASSET.created_at + 9), "eve")

    assert await store.get_asset("eve", "asset_1") == ASSET


async def test_granting_an_unknown_asset_grants_none(store: SqliteStore) -> None:
    await store.add_asset(ASSET, "local")

    with pytest.raises(NotFound, match="asset_2"):
        await store.grant("eve", ["asset_1", "asset_2"])

    with pytest.raises(NotFound):
        await store.get_asset("eve", "asset_1")
    with pytest.raises(NotFound):
        await store.get_asset(None, "asset_2")


async def test_a_revision_is_kept_as_it_was_first_saved(store: SqliteStore, clock: Clock) -> None:
    await store.save_revision("tech_a", "rev_1", {"name": "A"})
    first_at = clock.now
    clock.advance(5)
    await store.save_revision("tech_a", "rev_2", {"name": "A2"})
    await store.save_revision("tech_a", "rev_1", {"name": "A"})
    await store.save_revision("tech_b", "rev_1", {"name": "B"}, created_at=7)
    await store.publish("tech_a", "rev_1")

    assert await store.get_revision("tech_a", "rev_1") == {"name": "A"}
    assert await store.list_revisions("tech_a") == [
        StoredRevision("tech_a", "rev_2", clock.now, is_published=False),
        StoredRevision("tech_a", "rev_1", first_at, is_published=True),
    ]
    assert (await store.list_revisions("tech_b"))[0].created_at == 7
    with pytest.raises(NotFound, match="rev_9 of tech_a"):
        await store.get_revision("tech_a", "rev_9")


async def test_one_revision_of_a_technique_is_published_at_a_time(store: SqliteStore) -> None:
    for technique_id, revision in (("tech_a", "rev_1"), ("tech_a", "rev_2"), ("tech_b", "rev_1")):
        await store.save_revision(technique_id, revision, {})
        await store.publish(technique_id, revision)

    assert await store.published() == {"tech_a": "rev_2", "tech_b": "rev_1"}
    await store.unpublish("tech_b")
    assert await store.published() == {"tech_a": "rev_2"}
    with pytest.raises(NotFound, match="rev_9"):
        await store.publish("tech_a", "rev_9")
    assert await store.published() == {"tech_a": "rev_2"}


async def test_a_result_is_recalled_until_it_is_forgotten(store: SqliteStore) -> None:
    assert await store.recall("key") is None
    await store.remember("key", {"results": [1]})
    await store.remember("key", {"results": [2]})
    assert await store.recall("key") == {"results": [2]}
    await store.forget("key")
    assert await store.recall("key") is None
