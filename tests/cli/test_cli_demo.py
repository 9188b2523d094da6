"""`limner demo`: the main job on a real picture, and the promise that matters."""

from PIL import Image

from .processes import CommandLine


def test_demo_makes_pictures_and_repeats_a_call_without_executing_it(cli: CommandLine) -> None:
    ended = cli.run("demo")
    assert ended.returncode == 0, ended.stderr
    folder = cli.folder / "limner-demo"
    with Image.open(folder / "palette-pull-swatches.png") as swatches:
        assert swatches.size == (1600, 900)
    with Image.open(folder / "studio-blur-image.png") as soft:
        assert soft.size == (600, 400)
    assert (folder / "quick-reframe-images-1.png").is_file()
    assert "limner-demo/palette-pull-swatches.png" in ended.stdout
    assert "replayed: true, steps executed again: 0" in ended.stdout
    assert "limner techniques list" in ended.stdout
    assert "palette-pull: rendering" in ended.stderr
    runs = cli.json("runs", "list")["runs"]
    assert len(runs) == 3
    assert all(run["run_id"] in ended.stdout for run in runs)


def test_demo_takes_a_picture_and_a_folder_of_ones_own(cli: CommandLine) -> None:
    ended = cli.run("demo", "--image", "chelsea.png", "--out", "cat")
    assert ended.returncode == 0
    with Image.open(cli.folder / "cat" / "studio-blur-image.png") as soft:
        assert soft.size == (451, 300)


def test_demo_names_a_picture_that_is_not_there(cli: CommandLine) -> None:
    ended = cli.run("demo", "--image", "nope.png")
    assert ended.returncode == 2
    assert "nope.png" in ended.stderr
    assert "Traceback" not in ended.stderr
