"""What tests of actions may use: an installation without the extras."""

from collections.abc import Iterator

import pytest

from limner.actions import face, fonts, fonts_extra, ocr_extra, vision_extra


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the finders find no extra fonts, nothing that reads and nothing that sees, installed or not."""
    caches = (fonts_extra.files, fonts.extra, face.runs_of)
    for extra in (fonts_extra, ocr_extra, vision_extra):
        monkeypatch.setattr(extra, "PACKAGES", {})
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()
