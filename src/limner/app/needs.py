"""What a step needs of a model, whatever a run gives it: what decides whether a technique can be started at all."""

from limner.engine.agents.agents import TOOLS, wanted_of
from limner.types import Kind, Step, StepKind, Wanted

_TAKES = {Kind.IMAGE: "pictures", Kind.VIDEO: "films", Kind.AUDIO: "sound"}


def wanted_at_least(step: Step) -> Wanted | None:
    """Return what the model of a step must do; None for a step without a model."""
    match step.kind:
        case StepKind.GENERATE:
            takes = {kind: 1 for kind in _TAKES if step.inputs.get(kind.value) is not None}
            return Wanted(Kind(step.target), model_id=step.model, takes=takes, needs=step.needs)
        case StepKind.AGENT:
            return wanted_of(step, {})
        case StepKind.ACTION | StepKind.TECHNIQUE | StepKind.REMOTE:
            return None


def in_words(wanted: Wanted) -> str:
    """Return what is wanted of a model, in words: `an image model that takes pictures`."""
    if wanted.model_id is not None:
        return f"the model {wanted.model_id}"
    if TOOLS in wanted.needs:
        return "a language model that uses tools"
    article = "an" if wanted.kind[0] in "aeiou" else "a"
    takes = " and ".join(_TAKES[kind] for kind in wanted.takes)
    needs = " and ".join(wanted.needs)
    return f"{article} {wanted.kind} model{f' that takes {takes}' if takes else ''}{f' with {needs}' if needs else ''}"
