"""Settings: variables over the file over defaults; a bad value says its name, the value and what is allowed."""

from pathlib import Path

import pytest

from limner.config import SETTINGS, read_settings
from limner.errors import ConfigurationError


def test_variables_win_over_the_file_and_the_file_over_defaults(home: Path) -> None:
    home.mkdir()
    (home / "limner.toml").write_text('workers = 3\nmax_seconds = 90\ninput_roots = ["~/In"]\n')
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_WORKERS": "5"})
    assert settings.workers == 5
    assert settings.limits.max_duration_seconds == 90
    assert settings.input_roots == (Path.home() / "In",)
    assert settings.idempotency_hours == 24


def test_the_default_roots_are_the_user_folders_and_the_working_folder(home: Path, tmp_path: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home)}, working_folder=tmp_path)
    names = ("Pictures", "Downloads", "Desktop", "Documents")
    assert settings.input_roots == (*(Path.home() / name for name in names), tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("LIMNER_WORKERS", "many", "a whole number from 1 to 64"),
        ("LIMNER_WORKERS", "0", "a whole number from 1 to 64"),
        ("LIMNER_IDEMPOTENCY_HOURS", "1", "a whole number from 2 to 8760"),
        ("LIMNER_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_bad_variable_says_its_name_its_value_and_what_is_allowed(
    home: Path, variable: str, value: str, allowed: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings({"LIMNER_HOME": str(home), variable: value})
    for part in (variable, repr(value), allowed):
        assert part in caught.value.message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("workers = 'x'", "workers in"),
        ("wrokers = 2", "unknown key 'wrokers'"),
        ("workers =", "cannot be read"),
    ],
)
def test_a_mistake_in_the_file_names_the_file_and_the_key(home: Path, text: str, part: str) -> None:
    home.mkdir()
    (home / "limner.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read_settings({"LIMNER_HOME": str(home)})
    assert part in caught.value.message
    assert "limner.toml" in caught.value.message


def test_every_setting_has_a_variable_that_is_its_key_in_capitals() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.variable == f"LIMNER_{setting.key.upper()}" for setting in SETTINGS)
