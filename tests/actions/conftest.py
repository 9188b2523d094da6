"""What tests of actions may use: an installation without the extras."""

from collections.abc import Iterator

import pytest

from limner.actions import face, fonts, fonts_extra, ocr_extra, vision_extra, voice_extra


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the finders find no extra fonts, and nothing that reads, sees or speaks, installed or not."""
    caches = (fonts_extra.files, fonts.extra, face.runs_of)
    for extra in (fonts_extra, ocr_extra, vision_extra, voice_extra):
        monkeypatch.setattr(extra, "PACKAGES", {})
    monkeypatch.setattr(voice_extra, "PROGRAMS", ())
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()
