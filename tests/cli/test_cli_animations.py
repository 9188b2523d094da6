"""A GIF from the command line: a picture for one action, a film for another."""

from PIL import Image

from .processes import CommandLine


def test_a_gif_is_a_picture_with_a_warning_and_a_film_without(shared: CommandLine) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue")]
    frames[0].save(shared.folder / "wave.gif", save_all=True, append_images=frames[1:], duration=200)
    still = shared.json("run", "--action", "flip-image", "--input", "image=wave.gif")
    film = shared.json("run", "--action", "reverse-video", "--input", "video=wave.gif")
    told = []
    for run in (still, film):
        assert run["status"] == "completed"
        events = shared.json("runs", "show", run["run_id"], "--events")["events"]
        told.append([event["message"] for event in events if event["type"] == "warning"])
    assert told[0] == [
        "inputs.image: has 3 frames; the first one is used. To keep its motion, give it to a video action."
    ]
    assert told[1] == []
