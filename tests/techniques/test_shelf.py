from pathlib import Path

import pytest

from limner.techniques.shelf import Shelf

from .actions import ACTIONS
from .loading import FIXTURES

PALETTE = (FIXTURES / "palette-pull.yaml").read_text(encoding="utf-8")


def nesting(technique_id: str, nested: str) -> str:
    return (
        f"technique_id: {technique_id}\nname: N\ndescription: D\ninputs: [{{id: image, type: imageUrl}}]\n"
        f"steps: {{s: {{technique: {nested}, inputs: {{image: $inputs.image}}}}}}\n"
        "outputs: [{id: swatches, type: imageUrl, from: $steps.s.swatches}]\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def shelf(*folders: Path, builtin: Path = FIXTURES) -> Shelf:
    return Shelf(builtin, folders, ACTIONS)


def test_builtin_techniques_and_drafts_are_told_apart(folder: Path) -> None:
    (folder / "mine.yaml").write_text(nesting("tech_mine", "tech_palette-pull"))
    found = shelf(folder)

    assert list(found.builtin()) == ["tech_captioned-sheet", "tech_palette-pull", "tech_poster-copy"]
    assert list(found.drafts()) == ["tech_mine"]
    assert found.problems() == []


def test_a_broken_file_hides_no_other(folder: Path) -> None:
    (folder / "a.yaml").write_text("technique_id: [")
    (folder / "b.yml").write_text(PALETTE.replace("tech_palette-pull", "tech_b"))
    (folder / "c.yaml").write_bytes(b"name: caf\xe9\n")
    (folder / "d.yaml").mkdir()
    (folder / "e.yaml").write_text("# nothing")
    (folder / "f.txt").write_text("not a technique")
    (folder / "g.yaml").symlink_to(folder / "gone.yaml")
    found = shelf(folder)

    assert list(found.drafts()) == ["tech_b"]
    messages = {Path(problem.file).name: problem.message for problem in found.problems()}
    assert list(messages) == ["a.yaml", "c.yaml", "d.yaml", "e.yaml", "g.yaml"]
    assert "not UTF-8" in messages["c.yaml"]
    assert "Cannot be read" in messages["d.yaml"]
    assert "No such file" in messages["g.yaml"]


def test_of_two_files_with_one_id_the_first_counts_and_both_are_named(folder: Path) -> None:
    (folder / "b.yaml").write_text(PALETTE.replace("tech_palette-pull", "tech_p").replace("Extract", "Pull"))
    (folder / "a.yaml").write_text(PALETTE.replace("tech_palette-pull", "tech_p"))
    found = shelf(folder)

    assert found.drafts()["tech_p"].description == "Extract color palettes from any image"
    (problem,) = found.problems()
    assert problem.file.endswith("b.yaml")
    assert "a.yaml" in problem.message
    assert problem.line == 1


def test_a_builtin_technique_cannot_be_replaced_by_a_draft(folder: Path) -> None:
    (folder / "mine.yaml").write_text(PALETTE)
    found = shelf(folder)

    assert found.drafts() == {}
    assert "palette-pull.yaml, which is the one that counts" in found.problems()[0].message


def test_nested_techniques_are_found_whatever_the_order_of_files(folder: Path) -> None:
    (folder / "a.yaml").write_text(nesting("tech_a", "tech_z"))
    (folder / "z.yaml").write_text(nesting("tech_z", "tech_palette-pull"))
    found = shelf(folder)

    assert list(found.drafts()) == ["tech_a", "tech_z"]
    assert found.drafts()["tech_a"].steps[0].revision == found.drafts()["tech_z"].revision


def test_techniques_that_nest_each_other_are_refused_with_the_circle(folder: Path) -> None:
    (folder / "a.yaml").write_text(nesting("tech_a", "tech_b"))
    (folder / "b.yaml").write_text(nesting("tech_b", "tech_a"))
    (folder / "c.yaml").write_text(nesting("tech_c", "tech_b"))
    found = shelf(folder)

    assert found.drafts() == {}
    messages = [problem.message for problem in found.problems()]
    assert len(messages) == 3
    assert all("tech_a → tech_b → tech_a" in message for message in messages)


def test_a_changed_folder_is_read_again_and_an_unchanged_one_is_not(folder: Path) -> None:
    path = folder / "p.yaml"
    path.write_text(PALETTE.replace("tech_palette-pull", "tech_p"))
    found = shelf(folder)
    first = found.drafts()["tech_p"]

    assert found.drafts()["tech_p"] is first
    path.write_text(PALETTE.replace("tech_palette-pull", "tech_p").replace("Extract", "Pull"))
    assert found.drafts()["tech_p"].description.startswith("Pull")
    path.unlink()
    assert found.drafts() == {}


def test_a_place_may_be_a_file_or_a_folder_that_is_not_there(folder: Path) -> None:
    path = folder / "p.yaml"
    path.write_text(PALETTE.replace("tech_palette-pull", "tech_p"))

    found = shelf(path, folder / "absent", folder / "absent.yaml")

    assert list(found.drafts()) == ["tech_p"]
    assert [Path(problem.file).name for problem in found.problems()] == ["absent.yaml"]
