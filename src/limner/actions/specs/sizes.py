"""Actions that change how many pixels a picture has, and nothing else of it."""

from limner.actions.specs.params import choice, whole
from limner.types import Action, ActionPort, Kind

UPSCALE_IMAGE = Action(
    action_id="upscale-image",
    name="Upscale Image",
    description=(
        "Make a picture two to four times as wide and as high. With limner[vision] a model draws its edges anew: "
        "drawings, logos and type come out crisp, photographs a little sharper, with the colours they have; it "
        "invents no faces or texture. Without it Lanczos enlarges, which adds no detail. A warning says which it was."
    ),
    inputs=(ActionPort(Kind.IMAGE, description="The picture to enlarge."),),
    outputs=(ActionPort(Kind.IMAGE, description="The larger picture; transparency is kept."),),
    params={
        "factor": whole(2, 2, 4, "How many times as wide and as high: 2, 3 or 4."),
        "method": choice(
            "auto",
            ("auto", "model", "lanczos"),
            "auto: the model where it is installed, for pictures of up to a million pixels, else lanczos; model: 10 "
            "to 40 s for each million pixels; lanczos: at once.",
        ),
    },
    handler="limner.actions.upscale:upscale_image",
    enlarges=True,
    estimated_seconds=10.0,
    timeout_seconds=900,
)

SIZES: tuple[Action, ...] = (UPSCALE_IMAGE,)
