"""People found by the models of the extra `vision`; without it, and without a face, the subject is found as before."""

import hashlib

import numpy as np
import pytest
from layout_jobs import run, sample
from PIL import Image

from limner.actions import vision_extra
from limner.actions.catalogue import builtin
from limner.actions.subject import find_subject
from limner.library import model_folder

sees = pytest.mark.skipif(not vision_extra.is_installed(), reason=f"{vision_extra.EXTRA} is not installed")
FACE = (224, 124)
"""The middle of the face in astronaut.png, in pixels, read off by hand: between nose and eyes."""


def picture(name):
    with Image.open(sample(name)) as image:
        return image.convert("RGB")


def share_at(mask, image, left, top, right, bottom):
    """Return how much of a box, in pixels of the picture, a mask takes for the subject."""
    rows, columns = mask.shape[0] / image.height, mask.shape[1] / image.width
    part = mask[round(top * rows) : round(bottom * rows), round(left * columns) : round(right * columns)]
    return float((part > 0.5).mean())


def test_the_models_are_those_that_the_readme_names():
    told = (model_folder() / "README.md").read_text()
    names = {path.name for path in model_folder().glob("*.tflite")}
    assert names == {
        "selfie_segmentation.tflite",
        "face_detection_short_range.tflite",
        "realesr_animevideov3.tflite",
    }
    for name in names:
        line = next(line for line in told.splitlines() if line.startswith(f"| `{name}`"))
        assert hashlib.sha256((model_folder() / name).read_bytes()).hexdigest() in line
    assert "Apache License" in (model_folder() / "LICENSE-Apache-2.0.txt").read_text()


@sees
def test_a_face_is_found_where_it_is_at_every_place_and_ratio():
    from limner.actions.person import LEAST_FACE, find_face

    image = picture("astronaut.png")
    for padding in ((0, 0), (120, 0), (300, 0), (900, 0), (0, 400)):
        wide = Image.new("RGB", (image.width + padding[0], image.height + padding[1]), "#8090a0")
        wide.paste(image, padding)
        (x, y), confidence = find_face(wide)
        assert confidence > LEAST_FACE
        assert abs(x * wide.width - padding[0] - FACE[0]) < 15
        assert abs(y * wide.height - padding[1] - FACE[1]) < 15
    for name in ("chelsea.png", "coffee.png"):
        assert find_face(picture(name))[1] < LEAST_FACE
    assert find_face(Image.new("RGB", (3, 700), "teal"))[1] < LEAST_FACE


@sees
def test_the_subject_is_the_person_without_the_flag_behind():
    image = picture("astronaut.png")
    mask = find_subject(image)
    assert share_at(mask, image, 185, 60, 265, 170) > 0.98  # the face
    assert share_at(mask, image, 60, 330, 250, 480) > 0.95  # the suit
    for behind in ((0, 20, 60, 260), (330, 20, 500, 240)):  # the flag, the shuttle
        assert share_at(mask, image, *behind) < 0.05, behind
    assert np.array_equal(mask, find_subject(image))


@sees
def test_a_focus_beside_the_person_and_pictures_without_a_face_are_as_without_the_extra(monkeypatch):
    cases = [
        (picture("coffee.png"), None),
        (picture("chelsea.png"), (0.4, 0.4)),
        (picture("astronaut.png"), (0.85, 0.3)),
    ]
    with_extra = [find_subject(*case) for case in cases]
    monkeypatch.setattr(vision_extra, "PACKAGES", {})
    for case, mask in zip(cases, with_extra, strict=True):
        assert np.array_equal(mask, find_subject(*case))


def test_without_the_extra_the_subject_is_found_all_the_same(tmp_path, without_extra):
    image = picture("astronaut.png")
    assert share_at(find_subject(image), image, 185, 60, 265, 170) > 0.95
    alpha = np.asarray(run(tmp_path, "cut-out", [image]).image.getchannel("A"))
    assert alpha[124, 224] == 255 and alpha[100, 440] == 0


def test_actions_that_a_model_works_for_know_the_edition(monkeypatch):
    monkeypatch.setattr(vision_extra, "edition", lambda: "eyes 1")
    assert {action.action_id for action in builtin() if "eyes 1" in action.edition} == {
        "blur-background", "cut-out", "compose-studio-shot", "compose-mugshot", "compose-ads", "animate-product",
        "sigil-video", "relight-image", "match-texture", "upscale-image",
    }  # fmt: skip
