import pytest

from limner.app.requests import RunFilter, StartRequest
from limner.app.studio import Studio
from limner.errors import InvalidInput, NotFound
from limner.types import Disposition, Project, Run

pytestmark = pytest.mark.anyio


async def start(studio: Studio, text: str = "x", caller: str = "ada", **more: str) -> Run:
    request = StartRequest(action_id="qr-code-generator", inputs={"text": text}, allow_duplicate=True, **more)
    return (await studio.start_run(caller, request)).run


async def projects(studio: Studio, workspace_id: str | None, caller: str = "ada") -> list[Project]:
    return list((await studio.list_projects(caller, workspace_id, 100)).items)


async def test_the_same_key_and_name_make_one_row_and_anything_else_another(studio: Studio) -> None:
    async def workspace(caller: str, name: str, key: str | None) -> str:
        return (await studio.create_workspace(caller, name, key=key)).workspace_id

    async def project(caller: str, name: str, key: str | None) -> str:
        return (await studio.create_project(caller, "ws_default", name, key=key)).project_id

    for make, prefix in ((workspace, "ws_"), (project, "prj_")):
        first = await make("ada", "Mugs", "k")
        assert await make("ada", "Mugs", "k") == first
        made = {
            first,
            await make("ada", "Cups", "k"),
            await make("ada", "Mugs", "l"),
            await make("eve", "Mugs", "k"),
            await make("ada", "Mugs", None),
            await make("ada", "Mugs", None),
        }
        assert len(made) == 6
        assert all(each.startswith(prefix) for each in made)


async def test_one_key_for_two_workspaces_makes_a_project_in_each(studio: Studio) -> None:
    other = await studio.create_workspace("ada", "Other")
    here = await studio.create_project("ada", "ws_default", "Mugs", key="k")
    there = await studio.create_project("ada", other.workspace_id, "Mugs", key="k")
    assert (here.workspace_id, there.workspace_id) == ("ws_default", other.workspace_id)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Mugs", "Mugs"), ("  Tassen für Ünï \n", "Tassen für Ünï"), ("é", "é"), ("👩‍🚀 می‌خواهم", "👩‍🚀 می‌خواهم"),
     ("x" * 200, "x" * 200)],
)  # fmt: skip
async def test_a_name_is_kept_as_people_wrote_it(studio: Studio, given: str, kept: str) -> None:
    workspace = await studio.create_workspace("ada", given)
    assert workspace.name == kept
    project = await studio.create_project("ada", workspace.workspace_id, given)
    assert project.name == kept
    assert workspace in (await studio.list_workspaces("ada", 10)).items
    assert project in await projects(studio, workspace.workspace_id)


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 201, "a\nb", "a\x00b", "a\x1b[2Jb", "a\u202eb", "\u200d", "a\ud800"]
)
async def test_a_name_that_cannot_be_shown_is_refused(studio: Studio, name: str) -> None:
    for make in (studio.create_workspace("ada", name), studio.create_project("ada", "ws_default", name)):
        with pytest.raises(InvalidInput) as caught:
            await make
        assert [each.field for each in caught.value.fields] == ["name"]


@pytest.mark.parametrize("limit", [0, -1, 101])
async def test_a_page_has_one_to_a_hundred_rows(studio: Studio, limit: int) -> None:
    calls = (
        studio.list_workspaces("ada", limit),
        studio.list_projects("ada", None, limit),
        studio.list_assets("ada", limit),
    )
    for call in calls:
        with pytest.raises(InvalidInput) as caught:
            await call
        assert [each.field for each in caught.value.fields] == ["limit"]


async def test_a_run_goes_where_it_says_and_what_it_does_not_say_follows(studio: Studio) -> None:
    space = await studio.create_workspace("ada", "Space")
    more = await studio.create_project("ada", space.workspace_id, "More")
    mine = await studio.create_project("ada", "ws_default", "Mine")
    [first] = [each for each in await projects(studio, space.workspace_id) if each != more]
    ws, prj = space.workspace_id, more.project_id
    expected: list[tuple[dict[str, str], tuple[str, str]]] = [
        ({}, ("ws_default", "prj_default")),
        ({"workspace_id": "ws_default"}, ("ws_default", "prj_default")),
        ({"project_id": "prj_default"}, ("ws_default", "prj_default")),
        ({"workspace_id": ws}, (ws, first.project_id)),
        ({"project_id": prj}, (ws, prj)),
        ({"workspace_id": ws, "project_id": prj}, (ws, prj)),
        ({"project_id": mine.project_id}, ("ws_default", mine.project_id)),
    ]
    for named, where in expected:
        run = await start(studio, **named)
        assert (run.workspace_id, run.project_id) == where, named
    page = await studio.list_runs("ada", RunFilter(workspace_id=ws))
    assert len(page.items) == 3


async def test_a_run_is_refused_where_its_caller_has_nothing_and_keeps_its_key(studio: Studio) -> None:
    space = await studio.create_workspace("ada", "Space")
    more = await studio.create_project("ada", space.workspace_id, "More")
    ws, prj = space.workspace_id, more.project_id
    refused: list[tuple[str, dict[str, str], type[NotFound | InvalidInput], str]] = [
        ("ada", {"workspace_id": "ws_none"}, NotFound, "workspace_id"),
        ("ada", {"project_id": "prj_none"}, NotFound, "project_id"),
        ("ada", {"workspace_id": ws, "project_id": "prj_none"}, NotFound, "project_id"),
        ("eve", {"workspace_id": ws}, NotFound, "workspace_id"),
        ("eve", {"project_id": prj}, NotFound, "project_id"),
        ("eve", {"workspace_id": ws, "project_id": prj}, NotFound, "workspace_id"),
        ("ada", {"workspace_id": ws, "project_id": "prj_default"}, InvalidInput, "project_id"),
        ("ada", {"workspace_id": "ws_default", "project_id": prj}, InvalidInput, "project_id"),
        ("ada", {"workspace_id": "none"}, InvalidInput, "workspace_id"),
        ("ada", {"workspace_id": "prj_default"}, InvalidInput, "workspace_id"),
        ("ada", {"project_id": ""}, InvalidInput, "project_id"),
    ]
    for caller, named, kind, field in refused:
        with pytest.raises(kind) as caught:
            await start(studio, caller=caller, idempotency_key="k", **named)
        assert [each.field for each in caught.value.fields] == [field], named
    for caller in ("ada", "eve"):
        assert (await studio.list_runs(caller, RunFilter())).items == ()
    with pytest.raises(NotFound):
        await studio.find_run("ada", "k", ws)


async def test_a_key_belongs_to_the_workspace_that_the_project_is_in(studio: Studio) -> None:
    space = await studio.create_workspace("ada", "Space")
    project = await studio.create_project("ada", space.workspace_id, "More")
    by_project = StartRequest(
        action_id="qr-code-generator",
        inputs={"text": "x"},
        idempotency_key="k",
        project_id=project.project_id,
    )
    first = await studio.start_run("ada", by_project)
    again = await studio.start_run("ada", by_project)
    assert (again.run.run_id, again.disposition) == (first.run.run_id, Disposition.JOINED)
    assert (await studio.find_run("ada", "k", space.workspace_id)).run.run_id == first.run.run_id
    with pytest.raises(NotFound):
        await studio.find_run("ada", "k", "ws_default")
