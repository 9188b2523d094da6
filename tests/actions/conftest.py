"""What tests of actions may use: an installation without the extra fonts."""

from collections.abc import Iterator

import pytest

from limner.actions import face, fonts, fonts_extra


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the finder find no extra fonts, whether they are installed or not."""
    caches = (fonts_extra.files, fonts.extra, face.runs_of)
    monkeypatch.setattr(fonts_extra, "PACKAGES", {})
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()
