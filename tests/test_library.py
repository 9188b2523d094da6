"""Every built-in technique loads, and makes on real media what its ports promise."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from limner.actions.catalogue import builtin
from limner.app.requests import StartRequest
from limner.config import read_settings
from limner.library import sample, technique_folder
from limner.server import open_studio
from limner.techniques.shelf import Shelf
from limner.types import Asset, Kind, Status

COFFEE, CHELSEA, ASTRONAUT = (str(sample(f"{name}.png")) for name in ("coffee", "chelsea", "astronaut"))
CALLS: dict[str, dict[str, Any]] = {
    "tech_art-directors-critique": {"image": CHELSEA},
    "tech_color-mapping": {"image": COFFEE, "segments": 6},
    "tech_icon-pack": {"theme": "coffee shop", "count": 6},
    "tech_moodboard-maker": {"image": COFFEE, "words": "Slow morning"},
    "tech_sigil": {"image": ASTRONAUT},
    "tech_tarot-pull": {"question": "What now?", "cards": 2},
    "tech_wireframe": {"image": COFFEE},
    "tech_cctv-cam": {"image": ASTRONAUT, "label": "FRONT DOOR", "time": "2026-11-21 03:14:07"},
    "tech_color-transfer": {"image": CHELSEA, "reference": COFFEE},
    "tech_palette-pull": {"image": COFFEE, "colors": 5},
    "tech_product-lookbook-grid": {"images": [COFFEE, CHELSEA, ASTRONAUT], "title": "Autumn, slowly"},
    "tech_quick-reframe": {"image": ASTRONAUT, "ratios": ["1:1", "9:16", "16:9"]},
    "tech_book-drop": {"front": COFFEE, "spine": "Coffee, slowly"},
    "tech_logo-stylist": {"logo": COFFEE, "style": "paper"},
    "tech_mugshot": {"portrait": ASTRONAUT, "placard": "EILEEN\n0417"},
    "tech_product-animator": {"product": COFFEE},
    "tech_product-motion": {"product": COFFEE, "aspect_ratio": "1:1", "backdrop": "dark"},
    "tech_studio-shot": {"product": COFFEE, "backdrop": "warm"},
    "tech_turn-any-product-into-4-ad-visuals": {
        "product": COFFEE,
        "headline": "Slow mornings",
        "cta": "Shop",
    },
    "tech_wonder-fy": {"image": ASTRONAUT},
    "tech_relight-technique": {"image": ASTRONAUT, "light": "right", "color": "golden"},
    "tech_texture-matchers": {"image": CHELSEA, "texture": COFFEE},
    "tech_seamless-transition": {"start": COFFEE, "end": CHELSEA, "seconds": 3},
    "tech_facade-swap": {"photo": ASTRONAUT, "material": "brick", "quad": "0 0, 100 0, 100 60, 0 60"},
    "tech_auto-translate": {
        "image": COFFEE,
        "language": "German",
        "translations": ["60 5 98 15 | Guten Morgen"],
    },
    "tech_studio-blur": {"image": CHELSEA},
    "tech_video-scene-builder": {
        "images": [COFFEE, CHELSEA],
        "captions": ["Morning"],
        "seconds_per_image": 2,
    },
}


def test_every_technique_that_runs_here_is_run_below_and_none_has_a_mistake() -> None:
    shelf = Shelf(technique_folder(), [], builtin().by_id)
    assert shelf.problems() == []
    local = {each for each, technique in shelf.builtin().items() if technique.fidelity != "model"}
    assert local == set(CALLS)


@pytest.mark.anyio
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("technique_id", sorted(CALLS))
async def test_a_technique_completes_and_its_files_are_what_the_run_says(
    home: Path, technique_id: str
) -> None:
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(Path(COFFEE).parent)})
    async with open_studio(settings) as studio:
        request = StartRequest(technique_id=technique_id, inputs=CALLS[technique_id])
        started = await studio.start_run("local", request)
        view = await studio.wait("local", started.run.run_id, 120)
        assert view.run.status is Status.COMPLETED, view.run.error
        technique = (await studio.get_technique(technique_id)).technique
        made = {output.output_id for output in view.run.outputs}
        assert made == {port.id for port in technique.outputs if not port.optional}
        for asset in view.assets.values():
            check_file(studio.path(asset), asset)


def check_file(path: Path, asset: Asset) -> None:
    """Check a file against its row, with libraries that did not make the row."""
    assert path.stat().st_size == asset.size_bytes
    if asset.kind is Kind.IMAGE:
        with Image.open(path) as picture:
            picture.load()
            assert picture.size == (asset.width, asset.height)
            assert len(set(picture.convert("L").resize((32, 32)).tobytes())) > 20, "not a blank picture"
    elif asset.kind is Kind.VIDEO:
        import cv2

        film = cv2.VideoCapture(str(path))
        frames = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
        seconds = frames / film.get(cv2.CAP_PROP_FPS)
        film.release()
        assert asset.duration_seconds is not None
        assert abs(seconds - asset.duration_seconds) < 0.1
