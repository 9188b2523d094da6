"""Media over HTTP: a path means nothing on another machine, unless the operator says that it does."""

from pathlib import Path

import pytest

from limner.library import sample

from .sites import CHELSEA, Served, answered, ask, call, modern, serving


def blurred(site: Served, image: str) -> dict:
    arguments = {"action_id": "blur-image", "inputs": {"image": image}, "params": {"radius": 2}}
    return answered(ask(site, **call("start_run", {**arguments, "wait_seconds": 40})))["structuredContent"]


@pytest.mark.parametrize(
    "value",
    [str(sample("chelsea.png")), sample("chelsea.png").as_uri(), "chelsea.png", "~/cat.png", "/etc/passwd"],
)
def test_a_path_is_refused_with_the_ways_that_work(site: Served, value: str) -> None:
    error = blurred(site, value)["error"]
    assert error["code"] == "input_validation_error"
    assert "local files are not read over this transport" in error["message"]
    for way in ("https://", "data:", "asset_"):
        assert way in error["message"] and way in error["next_step"]
    assert [field["field"] for field in error["fields"]] == ["inputs.image"]


def test_the_content_of_a_file_is_taken_and_so_is_what_a_run_made(site: Served) -> None:
    first = blurred(site, CHELSEA)
    assert first["status"] == "completed"
    assert blurred(site, first["outputs"][0]["asset_id"])["status"] == "completed"


def test_where_the_operator_names_folders_their_files_are_read(home: Path) -> None:
    folder = sample("chelsea.png").parent
    with serving(home, LIMNER_INPUT_ROOTS=str(folder)) as site:
        assert blurred(site, str(folder / "chelsea.png"))["status"] == "completed"
        error = blurred(site, "/etc/hostname")["error"]
    assert "outside the allowed folders" in error["message"] and str(folder) in error["message"]


def test_the_tools_say_that_paths_are_for_local_servers(site: Served) -> None:
    tools = {tool["name"]: tool for tool in answered(ask(site, **modern("tools/list")))["tools"]}
    inputs = tools["start_run"]["inputSchema"]["properties"]["inputs"]["description"]
    assert "path or file:// (local server only)" in inputs
    assert "path or url" in tools["start_run"]["description"]
