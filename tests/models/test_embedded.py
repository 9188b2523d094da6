"""Our own models and the actions that do their work say the same of each other."""

import json
from dataclasses import replace

import pytest

from limner.actions import speech
from limner.actions.catalogue import builtin
from limner.actions.draft import brief, types
from limner.errors import Unavailable
from limner.models.embedded import DRAFT_1, MODELS, VOICE_1, EmbeddedModels
from limner.types import Availability, Generation, Kind, Model
from limner.types.model import LAYOUT_DRAFT

pytestmark = pytest.mark.anyio
ACTIONS = builtin()
EMBEDDED = EmbeddedModels(action_of=ACTIONS.get)


async def offered(model_id: str, embedded: EmbeddedModels = EMBEDDED) -> Model:
    """Return one of the models."""
    (model,) = [each for each in await embedded.models() if each.model_id == model_id]
    return model


async def test_a_model_is_what_its_action_says_it_is() -> None:
    assert [each.model_id for each in await EMBEDDED.models()] == [DRAFT_1, VOICE_1]
    for each in MODELS:
        model, action = await offered(each.model_id), ACTIONS.get(each.action_id)
        assert (model.version, model.provider, model.price_usd) == (action.version, "limner", 0)
        assert model.type in [port.kind for port in action.outputs]
        assert set(model.params) < set(action.params)
    draft, voice = await offered(DRAFT_1), await offered(VOICE_1)
    assert (draft.model_id, draft.fidelity) == (types.MODEL, types.FIDELITY) == (DRAFT_1, LAYOUT_DRAFT)
    assert draft.max_prompt_chars == brief.MOST_CHARACTERS
    assert (voice.model_id, voice.fidelity) == (speech.MODEL, "model")
    assert voice.max_prompt_chars == speech.MOST_CHARACTERS
    assert set(voice.params) == {"voice", "speed", "format"}


async def test_every_parameter_of_the_action_is_the_callers_or_the_runs() -> None:
    for each, own in zip(MODELS, ({"seed", "brand", "format"}, {"seed"}), strict=True):
        model, action = await offered(each.model_id), ACTIONS.get(each.action_id)
        params = dict.fromkeys(model.params, "")
        call = EMBEDDED.call(Generation(each.model_id, "Hello", params, seed=2**53 - 1, brand={"name": "A"}))
        assert call.action_id == each.action_id
        assert set(call.params) == set(model.params) | own == set(action.params) - set(each.unused)
        assert 0 <= call.params["seed"] <= action.params["seed"]["maximum"]
        assert json.loads(call.params.get("brand", '{"name": "A"}')) == {"name": "A"}
        assert call.inputs == {Kind.TEXT: ["Hello"]}


async def test_a_model_that_needs_an_engine_is_ready_where_there_is_one() -> None:
    def actions(edition: str) -> EmbeddedModels:
        return EmbeddedModels(action_of=lambda name: replace(ACTIONS.get(name), edition=edition))

    here, gone = actions("larynx 1"), actions("")
    ready, lacking = await offered(VOICE_1, here), await offered(VOICE_1, gone)
    assert (ready.availability, lacking.availability) == (Availability.READY, Availability.NEEDS_PROVIDER)
    assert "Here: larynx 1." in ready.description
    for way in ("pip install 'limner[voice]'", "apt-get install espeak-ng"):
        assert way in lacking.remedy and way in lacking.description and way not in ready.description
    assert (await offered(DRAFT_1, gone)).availability is Availability.READY


async def test_a_model_of_somebody_else_is_not_drawn_here() -> None:
    with pytest.raises(Unavailable, match="acme/large") as refused:
        EMBEDDED.call(Generation("acme/large", "A poster", {}))
    assert refused.value.code == "needs_provider"
