"""Two hundred malformed or hostile files through the real workers: each an honest result or a clear error."""

from pathlib import Path

import anyio
import pytest
from films import numbered
from hostile import COUNT, SECRET, make_all

from limner.actions.catalogue import builtin
from limner.engine.workers import Assignment, Workers, probe_with
from limner.errors import LimnerError, StepFailed
from limner.types import Json, Kind, Limits, MediaInfo

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("unmeasured")]
WAYS = {"image": "color-grade-image", "video": "reverse-video"}
MUST_BE_REFUSED = (
    "empty",
    "text.",
    "page.",
    "concat",
    "list.",
    "remote",
    "script",
    "archive",
    "zeros",
    "bomb",
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return the files; each finds a folder for results beside it."""
    folder = tmp_path / "files"
    folder.mkdir()
    film = numbered(tmp_path / "film.mp4", 12)
    made = make_all(folder, film.read_bytes())
    assert len(made) == COUNT
    for path in made:
        (tmp_path / f"out-{path.name}").mkdir()
    return made


async def test_every_hostile_file_is_a_correct_result_or_a_clear_error(
    tmp_path: Path, files: list[Path]
) -> None:
    workers = Workers(limits=Limits(cpu_seconds=30), capacity=2)
    told: dict[str, str] = {}
    accepted: dict[str, MediaInfo] = {}

    async def send(path: Path) -> None:
        try:
            info = await probe_with(workers)(path, "inputs.file")
            accepted[path.name] = info
            await use(workers, path, info, tmp_path / f"out-{path.name}")
        except LimnerError as error:
            told[path.name] = check_error(error)

    async with anyio.create_task_group() as tasks:
        for path in files:
            tasks.start_soon(send, path)

    assert set(told) | set(accepted) == {path.name for path in files}
    for name, info in accepted.items():
        assert not name.startswith(MUST_BE_REFUSED), f"{name} was taken for {info}"
    assert len(told) > 100, "most of them are broken"
    assert len(accepted) > 5, "and some survive what was done to them"
    assert SECRET not in "".join(told.values())


async def use(workers: Workers, path: Path, info: MediaInfo, folder: Path) -> None:
    """Run an action on a file that was accepted, and check that its result is sound."""
    kind = info.media_type.partition("/")[0]
    if kind not in WAYS or info.media_type == "image/svg+xml":
        return
    action = builtin().get(WAYS[kind])
    results = await workers.run(
        Assignment(
            handler=action.handler,
            inputs={Kind(kind): [{"path": str(path), "media_type": info.media_type}]},
            params={**action.defaults(), **({"contrast": 30} if kind == "image" else {})},
            folder=folder,
        )
    )
    made: Json | None = results[0].info
    assert made is not None
    assert made["width"] > 0


def check_error(error: LimnerError) -> str:
    """Check that an error says what to do, and that no worker died without a word."""
    assert error.message
    assert error.next_step
    assert not isinstance(error, StepFailed) or error.code != "worker_crashed", error.message
    return error.message
