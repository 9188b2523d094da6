"""Which model a step gets: by kind, inputs, capabilities, the operator's policy, price and speed; and why."""

from typing import Any

import pytest

from limner.app.models import ModelCatalogue
from limner.app.suiting import suited
from limner.models.routing import obstacle, ranked, reason
from limner.types import (
    ActionPort,
    Availability,
    Kind,
    Model,
    Preference,
    RoutingPolicy,
    Wanted,
)

OPEN = RoutingPolicy()
RATIOS = {"aspect_ratio": {"type": "string", "enum": ["1:1", "16:9", "9:16"], "default": "1:1"}}
SECONDS = {"duration": {"type": "integer", "minimum": 4, "maximum": 8, "default": 4}}


def model(model_id: str, **more: Any) -> Model:
    facts: dict[str, Any] = {"type": Kind.IMAGE, "params": {}, "price_usd": 0.02, "description": ""}
    return Model(model_id=model_id, name=model_id, provider=model_id.partition("/")[0], **{**facts, **more})


CHEAP, DEAR = model("acme/small", price_usd=0.01), model("acme/large", price_usd=0.2, estimated_seconds=1)
UNPRICED = model("other/free-for-all", price_usd=None)
EDITOR = model(
    "other/editor", inputs=(ActionPort(Kind.IMAGE, 0, 2),), capabilities=("image-input",), price_usd=0.05
)
OWN = model("limner/own", price_usd=0.0)


def order(models: list[Model], wanted: Wanted, policy: RoutingPolicy = OPEN) -> list[str]:
    return [each.model_id for each in ranked(models, wanted, policy)]


def test_the_cheapest_goes_first_and_an_unknown_price_counts_as_the_dearest() -> None:
    found = order([DEAR, UNPRICED, CHEAP], Wanted(Kind.IMAGE))
    assert found == ["acme/small", "acme/large", "other/free-for-all"]


@pytest.mark.parametrize(
    ("wanted", "policy"),
    [
        (Wanted(Kind.IMAGE, prefer="speed"), OPEN),
        (Wanted(Kind.IMAGE), RoutingPolicy(prefer=Preference.SPEED)),
    ],
)
def test_the_quickest_goes_first_where_speed_is_preferred(wanted: Wanted, policy: RoutingPolicy) -> None:
    assert order([CHEAP, DEAR], wanted, policy) == ["acme/large", "acme/small"]


def test_what_a_step_prefers_goes_before_what_the_operator_does() -> None:
    policy = RoutingPolicy(prefer=Preference.SPEED)
    assert order([CHEAP, DEAR], Wanted(Kind.IMAGE, prefer="price"), policy)[0] == "acme/small"


def test_the_operators_order_goes_before_price_and_never_excludes() -> None:
    policy = RoutingPolicy(order=("other",), never=("acme/small",))
    assert order([CHEAP, DEAR, UNPRICED], Wanted(Kind.IMAGE), policy) == ["other/free-for-all", "acme/large"]
    assert order([CHEAP, DEAR], Wanted(Kind.IMAGE, "acme/small"), policy) == ["acme/small"]


def test_what_runs_here_comes_after_what_the_operator_configured_unless_it_is_put_first() -> None:
    assert order([OWN, DEAR], Wanted(Kind.IMAGE)) == ["acme/large", "limner/own"]
    assert order([OWN, DEAR], Wanted(Kind.IMAGE), RoutingPolicy(order=("limner",)))[0] == "limner/own"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(Kind.VIDEO), "makes image"),
        (Wanted(Kind.IMAGE, takes={Kind.IMAGE: 3}), "at most 2"),
        (Wanted(Kind.IMAGE, takes={Kind.VIDEO: 1}), "takes no video"),
        (Wanted(Kind.IMAGE, needs=("text-in-image",)), "lacks text-in-image"),
        (Wanted(Kind.IMAGE, "acme/small"), "acme/small is asked for"),
    ],
)
def test_a_model_that_cannot_do_it_is_left_out_and_says_why(wanted: Wanted, said: str) -> None:
    assert said in (obstacle(EDITOR, wanted, OPEN) or "")
    assert order([EDITOR], wanted) == []


def test_a_model_that_needs_a_picture_is_left_out_where_there_is_none() -> None:
    needy = model("acme/needy", inputs=(ActionPort(Kind.IMAGE, 1, 1),))
    assert obstacle(needy, Wanted(Kind.IMAGE), OPEN) == "it needs image"
    assert obstacle(needy, Wanted(Kind.IMAGE, takes={Kind.IMAGE: 1}), OPEN) is None
    assert obstacle(model("acme/away", availability=Availability.NEEDS_PROVIDER), Wanted(Kind.IMAGE), OPEN)


def test_a_price_by_the_second_is_that_of_the_seconds_asked_for() -> None:
    by_second = model("acme/film", params=SECONDS, price_usd=0.1, price_param="duration")
    flat = model("acme/flat", params=SECONDS, price_usd=0.7)
    assert by_second.price_of({"duration": 8}) == 0.8
    assert by_second.price_of({}) == 0.4
    assert by_second.price_of({"duration": "auto"}) is None
    assert order([by_second, flat], Wanted(Kind.IMAGE, params={"duration": 8}))[0] == "acme/flat"
    assert order([by_second, flat], Wanted(Kind.IMAGE, params={"duration": 5}))[0] == "acme/film"


def test_the_reason_names_price_and_what_decided() -> None:
    wanted = Wanted(Kind.IMAGE)
    chosen = ranked([CHEAP, DEAR], wanted, OPEN)
    assert reason(chosen, 0, wanted, OPEN) == "the cheapest of 2 that can do it ($0.01, ~5 s)"
    assert "took nothing on" in reason(chosen, 1, wanted, OPEN)
    assert reason([CHEAP], 0, wanted, OPEN).startswith("the only model")
    assert "by name" in reason([CHEAP], 0, Wanted(Kind.IMAGE, "acme/small"), OPEN)
    assert "operator's order" in reason(chosen, 0, wanted, RoutingPolicy(order=("acme",)))


@pytest.mark.parametrize(
    ("asked", "params", "warned"),
    [
        ({"aspect_ratio": "16:9"}, {"aspect_ratio": "16:9", "duration": 4}, []),
        ({"aspect_ratio": "21:9"}, {"aspect_ratio": "16:9", "duration": 4}, ["16:9 in place of 21:9"]),
        ({"duration": 10}, {"aspect_ratio": "1:1", "duration": 8}, ["8 in place of 10"]),
        ({"duration": "6"}, {"aspect_ratio": "1:1", "duration": 6}, []),
        ({"aspect_ratio": "wide"}, {"aspect_ratio": "1:1", "duration": 4}, ["wide is left out"]),
        ({"mood": "calm"}, {"aspect_ratio": "1:1", "duration": 4}, ["has no mood"]),
    ],
)
def test_what_is_asked_is_said_in_the_models_own_parameters(
    asked: dict[str, Any], params: dict[str, Any], warned: list[str]
) -> None:
    found, warnings = suited(model("acme/film", params={**RATIOS, **SECONDS}), asked)
    assert found == params
    assert len(warnings) == len(warned)
    assert all(part in warning for part, warning in zip(warned, warnings, strict=True))


def test_three_candidates_at_most_and_behind_a_price_only_prices() -> None:
    catalogue = ModelCatalogue(sources=[], policy=OPEN)
    known = {each.model_id: each for each in (CHEAP, DEAR, UNPRICED, EDITOR, model("acme/more"))}
    found = catalogue.candidates_of(known, Wanted(Kind.IMAGE))
    assert [each.price_usd for each in found] == [0.01, 0.02, 0.05]
    only = catalogue.candidates_of({UNPRICED.model_id: UNPRICED}, Wanted(Kind.IMAGE))
    assert [(each.provider, each.target, each.price_usd) for each in only] == [
        ("other", "free-for-all", None)
    ]
