"""`limner run --generate` and `limner models`: a draft from a brief, and what it says of itself."""

import hashlib
import json
import wave

import pytest
from PIL import Image

from .processes import CommandLine

DRAFT = "limner/draft-1"
BRIEF = "A poster for a spring sale, everything half price, with a purple giraffe"
RUN = (
    "run",
    "--generate",
    "image",
    "--prompt",
    BRIEF,
    "--param",
    "layout=poster",
    "--param",
    "aspect_ratio=4:5",
    "--param",
    "size=512",
)


def test_a_draft_is_made_copied_and_told_as_one(shared: CommandLine) -> None:
    call = (*RUN, "--model", DRAFT, "--input", "image=coffee.png", "--brand-kit", "homestead", "--seed", "7")
    ended = shared.run(*call, "--key", "sale", "--out", "out")
    assert ended.returncode == 0, ended.stderr
    assert "fidelity: layout-draft" in ended.stdout
    assert "not drawn:" in ended.stdout and "giraffe" in ended.stdout
    folder = shared.folder / "out"
    with Image.open(folder / "draft-1-image.png") as picture:
        assert picture.width / picture.height == pytest.approx(0.8, rel=0.005)
    assert (folder / "draft-1-document.svg").is_file()
    assert json.loads((folder / "draft-1-text.json").read_text())["fidelity"] == "layout-draft"
    told = json.loads((folder / "provenance.json").read_text())
    assert {"model_id": DRAFT, "fidelity": "layout-draft", "prompt": BRIEF}.items() <= told[
        "generation"
    ].items()
    assert told["generation"]["params"]["layout"] == "poster"
    assert (told["seed"], told["brand_kit"]["brand_kit"]) == (7, "homestead")
    assert [step["action_id"] for step in told["steps"]] == ["draft-layout"]
    for output in told["outputs"]:
        assert hashlib.sha256((folder / output["file"]).read_bytes()).hexdigest() == output["sha256"]
    again = shared.json(*call, "--key", "sale")
    assert (again["run_id"], again["replayed"]) == (told["run_id"], True)


def test_a_prompt_comes_from_a_file_and_a_draft_will_do(shared: CommandLine) -> None:
    (shared.folder / "brief.txt").write_text("A quote card: less, but better\n")
    run = shared.json("run", "--generate", "image", "--prompt", "@brief.txt", "--param", "accept_drafts=true")
    assert run["status"] == "completed"
    assert (run["model"], run["fidelity"]) == ({"model_id": DRAFT}, "layout-draft")


def test_a_refusal_names_the_options_to_type(shared: CommandLine) -> None:
    ended = shared.run(*RUN)
    assert ended.returncode == 2
    for word in ("No image model is configured", f"--model {DRAFT}", "--param accept_drafts=true"):
        assert word in " ".join(ended.stderr.split())
    for wrong, word in (
        (("run", "--generate", "image", "--model", DRAFT), "--prompt"),
        (("run", "--generate", "smell"), "invalid choice"),
        (("run", "palette-pull", "--generate", "image"), "a technique and --generate"),
        ((*RUN, "--model", "limner/draft1"), f"Did you mean {DRAFT}"),
        ((*RUN[:5], "--model", DRAFT, "--param", "layuot=poster"), "layout"),
    ):
        ended = shared.run(*wrong)
        assert ended.returncode == 2, wrong
        assert word in " ".join(ended.stderr.split())


def test_words_are_spoken_and_the_sound_is_copied(shared: CommandLine) -> None:
    said = "Less, but better."
    ended = shared.run(
        "run", "--generate", "audio", "--prompt", said, "--param", "format=wav", "--out", "said"
    )
    assert ended.returncode == 0, ended.stderr
    with wave.open(str(shared.folder / "said" / "voice-1-audio.wav")) as sound:
        assert 1 < sound.getnframes() / sound.getframerate() < 4
    about = json.loads((shared.folder / "said" / "voice-1-text.json").read_text())
    assert [each["text"] for each in about["sentences"]] == [said]
    told = json.loads((shared.folder / "said" / "provenance.json").read_text())
    (step,) = told["steps"]
    assert step["action_id"] == "speak-text"
    assert about["engine"].partition("-")[0] in step["edition"]
    listed = shared.run("models", "--type", "audio").stdout
    assert "limner/voice-1" in listed and "free" in listed and "No audio model" not in listed


def test_a_dry_run_of_a_draft_costs_nothing(shared: CommandLine) -> None:
    told = shared.json(*RUN, "--model", DRAFT, "--dry-run", "--max-cost", "0")
    assert told["cost"]["estimated_usd"] == 0


def test_models_lists_the_draft_with_its_parameters_and_what_is_missing(shared: CommandLine) -> None:
    document = shared.json("models", "--type", "image")
    (model,) = document["models"]
    assert (model["model_id"], model["fidelity"], model["price_usd"]) == (DRAFT, "layout-draft", 0)
    assert [each["availability"] for each in document["unavailable"]] == ["needs_provider"]
    said = shared.run("models").stdout
    for word in (
        DRAFT,
        "layout-draft",
        "free",
        "headline",
        "No video model is configured",
        f"--model {DRAFT}",
    ):
        assert word in said
    assert shared.json("models", "--available", "--type", "image")["models"] == document["models"]
    assert shared.json("models", "--query", "photorealistic")["models"] == []
    assert shared.run("models", "--type", "smell").returncode == 2
    assert shared.run("models", "--limit", "0").returncode == 2
