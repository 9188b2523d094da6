"""A technique of several steps that takes a few seconds, for tests that interrupt it."""

from pathlib import Path

SLOW = """
technique_id: tech_slow-steps
name: Slow Steps
description: Several blurs and a film, for interrupting.
inputs:
  - {id: image, name: Image, type: imageUrl, description: The picture.}
  - {id: radius, name: Radius, type: text, schema: {type: number, minimum: 1, maximum: 60, default: 20}}
steps:
  first: {action: blur-image, inputs: {image: $inputs.image}, params: {radius: $inputs.radius}}
  second: {action: color-grade-image, inputs: {image: $steps.first.image}, params: {contrast: 20}}
  beside: {action: blur-image, inputs: {image: $inputs.image}, params: {blur_type: box, radius: $inputs.radius}}
  film: {action: ken-burns-video, inputs: {image: $steps.second.image}, params: {duration: 3}}
outputs:
  - {id: film, name: Film, type: videoUrl, from: $steps.film.video}
  - {id: beside, name: Beside, type: imageUrl, from: $steps.beside.image}
"""


def install_slow(home: Path) -> None:
    """Put the technique among the drafts of a data folder."""
    folder = home / "techniques"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "slow-steps.yaml").write_text(SLOW, encoding="utf-8")


def slow_call(key: str, radius: float, **more: object) -> dict[str, object]:
    """Return arguments that start it; another radius is other work, so that no cache helps."""
    from .hosts import COFFEE

    return {
        "technique_id": "tech_slow-steps",
        "revision": "draft",
        "inputs": {"image": COFFEE, "radius": radius},
        "idempotency_key": key,
        **more,
    }
