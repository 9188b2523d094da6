"""The drawing model and the action that does its work say the same of each other."""

import json

import pytest

from limner.actions.catalogue import builtin
from limner.actions.draft import brief, types
from limner.errors import Unavailable
from limner.models.embedded import DRAFT_1, MAX_PROMPT_CHARS, EmbeddedModels
from limner.types import Generation, Kind
from limner.types.model import LAYOUT_DRAFT

pytestmark = pytest.mark.anyio
ACTIONS = builtin()
EMBEDDED = EmbeddedModels(action_of=ACTIONS.get)


async def test_the_model_is_what_its_action_says_it_is() -> None:
    (model,) = await EMBEDDED.models()
    assert (model.model_id, model.fidelity) == (DRAFT_1, LAYOUT_DRAFT) == (types.MODEL, types.FIDELITY)
    assert model.max_prompt_chars == MAX_PROMPT_CHARS == brief.MOST_CHARACTERS
    assert model.version == ACTIONS.get("draft-layout").version
    assert model.price_usd == 0


async def test_every_parameter_of_the_action_is_the_callers_or_the_runs() -> None:
    (model,) = await EMBEDDED.models()
    action = ACTIONS.get("draft-layout")
    wanted = Generation(
        DRAFT_1, "A poster", dict.fromkeys(model.params, ""), seed=2**53 - 1, brand={"name": "A"}
    )
    call = EMBEDDED.call(wanted)
    own = {name: value for name, value in call.params.items() if name not in model.params}
    assert set(action.params) - {"quality"} == set(call.params)
    assert set(own) == {"seed", "brand", "format"}
    assert 0 <= own["seed"] <= action.params["seed"]["maximum"]
    assert json.loads(own["brand"]) == {"name": "A"}
    assert call.inputs == {Kind.TEXT: ["A poster"]}


async def test_a_model_of_somebody_else_is_not_drawn_here() -> None:
    with pytest.raises(Unavailable, match="acme/large") as refused:
        EMBEDDED.call(Generation("acme/large", "A poster", {}))
    assert refused.value.code == "needs_provider"
