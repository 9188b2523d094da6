from pathlib import Path

import pytest
from layout_jobs import plain, sample

from limner.actions.catalogue import builtin
from limner.actions.copies import duplicate_image
from limner.actions.job import Given, Job
from limner.types import Kind, Limits

DUPLICATE = builtin().get("duplicate-image")


def copies(folder: Path, source: Path, **params: float) -> list[Path]:
    folder.mkdir(exist_ok=True)
    job = Job({Kind.IMAGE: (Given(path=source),)}, {**DUPLICATE.defaults(), **params}, folder, Limits())
    return [each.path for each in duplicate_image(job) if each.path is not None]


@pytest.mark.parametrize("count", [1, 2, 7.0, 50])
def test_as_many_entries_come_back_as_asked_each_the_same_to_the_byte(tmp_path, count):
    made = copies(tmp_path / "out", sample("coffee.png"), count=count)
    assert len(set(made)) == count
    assert {path.read_bytes() for path in made} == {sample("coffee.png").read_bytes()}
    assert all(path.suffix == ".png" for path in made)


def test_two_entries_are_what_no_parameters_give(tmp_path):
    assert len(copies(tmp_path / "out", sample("coffee.png"))) == 2


def test_each_entry_can_be_moved_away_without_the_others_or_the_source(tmp_path):
    source = tmp_path / "in.png"
    plain("teal", (30, 20)).save(source)
    content = source.read_bytes()
    first, *rest = copies(tmp_path / "out", source, count=3)
    first.replace(tmp_path / "moved.png")
    rest[0].unlink()
    assert rest[1].read_bytes() == source.read_bytes() == content
