"""The embedded engine's own models: each is an action, fed with the prompt, the brand kit and the seed."""

import json
from collections.abc import Callable, Sequence

from limner.errors import Unavailable
from limner.types import Action, ActionCall, Generation, Json, Kind, Model
from limner.types.model import LAYOUT_DRAFT

PROVIDER = "limner"
DRAFT_1 = "limner/draft-1"
DRAFTING = "draft-layout"
MAX_PROMPT_CHARS = 4000
"""So much of a brief is read."""
BRAND, SEED = "brand", "seed"
FIXED: Json = {"format": "png"}
"""What the model leaves nobody to choose, of the parameters that the action has."""
NOT_OFFERED = (BRAND, SEED, "format", "quality")
"""Parameters of the action that a run says in words of its own, or that are fixed."""


class EmbeddedModels:
    """Offers what this machine draws itself, without a provider."""

    def __init__(self, *, action_of: Callable[[str], Action]) -> None:
        self._action_of = action_of

    async def models(self) -> Sequence[Model]:
        """Return the one model there is."""
        return (_draft(self._action_of(DRAFTING)),)

    def call(self, wanted: Generation) -> ActionCall:
        """Return the action that makes what is wanted.

        Raises: Unavailable, code `needs_provider`, for a model that is none of these.
        """
        if wanted.model_id != DRAFT_1:
            raise Unavailable(
                f"{wanted.model_id} is not offered by any provider that is configured now.",
                code="needs_provider",
                next_step="Configure its provider, then start the run again.",
            )
        action = self._action_of(DRAFTING)
        own: Json = {
            BRAND: json.dumps(wanted.brand, ensure_ascii=False, sort_keys=True) if wanted.brand else "",
            SEED: wanted.seed % (int(action.params[SEED]["maximum"]) + 1),
            **FIXED,
        }
        return ActionCall(DRAFTING, {Kind.TEXT: [wanted.prompt], **wanted.inputs}, {**wanted.params, **own})


def _draft(action: Action) -> Model:
    return Model(
        model_id=DRAFT_1,
        name="Limner Draft 1",
        description=(
            "Draws layout drafts, not generated pictures: sets a brief as type, colour, shapes and your pictures in "
            "one of its layouts, with labelled placeholders for what it cannot draw. Returns a PNG, the same as an "
            "editable SVG, and JSON that names the words it could not draw (unmatched_terms)."
        ),
        provider=PROVIDER,
        type=Kind.IMAGE,
        params={name: schema for name, schema in action.params.items() if name not in NOT_OFFERED},
        inputs=tuple(port for port in action.inputs if port.kind is not Kind.TEXT),
        max_prompt_chars=MAX_PROMPT_CHARS,
        fidelity=LAYOUT_DRAFT,
        capabilities=("layout-draft", "svg", "brand-kit", "image-slots"),
        version=action.version,
        estimated_seconds=action.estimated_seconds,
    )
