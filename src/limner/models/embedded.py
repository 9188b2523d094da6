"""The embedded engine's own models: each is an action, fed with the prompt, the brand kit and the seed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from limner.errors import Unavailable
from limner.types import Action, ActionCall, Availability, Generation, Json, Kind, Model
from limner.types.model import EMBEDDED, LAYOUT_DRAFT

DRAFT_1, VOICE_1 = "limner/draft-1", "limner/voice-1"
MAX_PROMPT_CHARS = 4000
"""So much of a prompt is read."""
BRAND, SEED = "brand", "seed"
"""Parameters of an action that a run says in words of its own, where the action has them."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """What makes a model of an action."""

    model_id: str
    action_id: str
    name: str
    description: str
    type: Kind
    fidelity: str = "model"
    capabilities: tuple[str, ...] = ()
    fixed: Json = field(default_factory=dict)
    """What the model leaves nobody to choose, of the parameters that the action has."""
    unused: tuple[str, ...] = ()
    """Parameters of the action that mean nothing with what is fixed."""
    remedy: str = ""
    """How to get what the action's edition names, where the model is nothing without; empty: it needs nothing."""


MODELS = (
    Embedded(
        model_id=DRAFT_1,
        action_id="draft-layout",
        name="Limner Draft 1",
        description=(
            "Draws layout drafts, not generated pictures: sets a brief as type, colour, shapes and your pictures in "
            "one of its layouts, with labelled placeholders for what it cannot draw. Returns a PNG, the same as an "
            "editable SVG, and JSON that names the words it could not draw (unmatched_terms)."
        ),
        type=Kind.IMAGE,
        fidelity=LAYOUT_DRAFT,
        capabilities=("layout-draft", "svg", "brand-kit", "image-slots"),
        fixed={"format": "png"},
        unused=("quality",),
    ),
    Embedded(
        model_id=VOICE_1,
        action_id="speak-text",
        name="Limner Voice 1",
        description=(
            "Reads the prompt aloud, word for word, on this machine: speech only, no music and no sounds. Piper sounds "
            "natural, in English; espeak-ng and flite sound like robots and do for scratch tracks. Returns the sound, "
            "and JSON that says when each sentence begins and ends."
        ),
        type=Kind.AUDIO,
        capabilities=("speech", "sentence-times"),
        remedy=(
            "Install what speaks: pip install 'limner[voice]', or apt-get install espeak-ng "
            "(macOS: brew install espeak-ng)."
        ),
    ),
)


class EmbeddedModels:
    """Offers what this machine makes itself, without a provider."""

    def __init__(self, *, action_of: Callable[[str], Action]) -> None:
        self._action_of = action_of

    async def models(self) -> Sequence[Model]:
        """Return every one, also those that lack what they work with."""
        return tuple(_model(each, self._action_of(each.action_id)) for each in MODELS)

    def call(self, wanted: Generation) -> ActionCall:
        """Return the action that makes what is wanted.

        Raises: Unavailable, code `needs_provider`, for a model that is none of these.
        """
        found = next((each for each in MODELS if each.model_id == wanted.model_id), None)
        if found is None:
            raise Unavailable(
                f"{wanted.model_id} is not offered by any provider that is configured now.",
                code="needs_provider",
                next_step="Configure its provider, then start the run again.",
            )
        params = {**wanted.params, **_own(self._action_of(found.action_id), wanted), **found.fixed}
        return ActionCall(found.action_id, {Kind.TEXT: [wanted.prompt], **wanted.inputs}, params)


def _own(action: Action, wanted: Generation) -> Json:
    """Return what the run says, in the action's parameters."""
    own: Json = {}
    if BRAND in action.params:
        own[BRAND] = json.dumps(wanted.brand, ensure_ascii=False, sort_keys=True) if wanted.brand else ""
    if SEED in action.params:
        own[SEED] = wanted.seed % (int(action.params[SEED]["maximum"]) + 1)
    return own


def _model(each: Embedded, action: Action) -> Model:
    hidden = {BRAND, SEED, *each.fixed, *each.unused}
    is_here = bool(action.edition) or not each.remedy
    about = f"Here: {action.edition}." if is_here else f"Not here yet. {each.remedy}"
    return Model(
        model_id=each.model_id,
        name=each.name,
        description=f"{each.description} {about}" if each.remedy else each.description,
        provider=EMBEDDED,
        type=each.type,
        params={name: schema for name, schema in action.params.items() if name not in hidden},
        inputs=tuple(port for port in action.inputs if port.kind is not Kind.TEXT),
        max_prompt_chars=MAX_PROMPT_CHARS,
        fidelity=each.fidelity,
        capabilities=each.capabilities,
        version=action.version,
        availability=Availability.READY if is_here else Availability.NEEDS_PROVIDER,
        remedy=each.remedy,
        estimated_seconds=action.estimated_seconds,
    )
