"""`limner models check`, `limner doctor` and `limner run` with providers: one of another package among them."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image

from limner.cli.providers import remedy_for
from limner.cli.wording import format_price
from limner.errors import NotAccepted
from limner.types import ProviderSettings
from providers.fakes.serving import serving
from providers.fakes.stamp import KEY, StampServer
from providers.installed import install_stamp

from .processes import CommandLine

WRONG_KEY = "stamp-key-of-somebody-else"


@pytest.fixture
def stamps() -> Iterator[str]:
    """Yield the address of a stamp server."""
    with serving(StampServer().app()) as base_url:
        yield base_url


@pytest.fixture
def with_stamps(cli: CommandLine, tmp_path: Path, stamps: str) -> CommandLine:
    """Return a command line beside which a package is installed that adds the type `stamp`, with one provider of it."""
    packages = install_stamp(tmp_path / "packages")
    cli.home.mkdir()
    (cli.home / "limner.toml").write_text(
        f'[providers.stamps]\ntype = "stamp"\nbase_url = "{stamps}"\napi_key_env = "STAMP_KEY"\n'
    )
    path = os.pathsep.join([str(packages), os.environ.get("PYTHONPATH", "")])
    return CommandLine(cli.home, cli.folder, {"PYTHONPATH": path, "STAMP_KEY": KEY})


def add(cli: CommandLine, text: str) -> None:
    """Add sections to limner.toml."""
    with (cli.home / "limner.toml").open("a") as file:
        file.write(text)


def test_a_provider_of_another_package_is_found_asked_and_put_to_work(
    with_stamps: CommandLine, stamps: str
) -> None:
    (answered,) = with_stamps.json("models", "check")["providers"]
    assert (answered["name"], answered["type"], answered["ok"]) == ("stamps", "stamp", True)
    assert (answered["models"], answered["techniques"], answered["base_url"]) == ({"image": 1}, 0, stamps)
    assert f"{stamps} answered in " in answered["message"]
    listed = with_stamps.run("models", "--type", "image", "--available")
    assert "stamps/stamp-1  image, model, $0.02, ready" in listed.stdout
    ended = with_stamps.run(
        *("run", "--generate", "image", "--model", "stamps/stamp-1", "--prompt", "PAID"),
        *("--param", "ink=red", "--out", "made"),
    )
    assert ended.returncode == 0, ended.stderr
    (made,) = (with_stamps.folder / "made").glob("*.png")
    with Image.open(made) as picture:
        assert picture.size == (240, 80)
        assert (255, 0, 0) in {color for _, color in picture.convert("RGB").getcolors(1 << 16)}
    assert httpx.get(f"{stamps}/_ledger").json() == {"billed": 1}


def test_what_is_wrong_with_each_provider_is_said_with_the_way_out(
    with_stamps: CommandLine, stamps: str
) -> None:
    section = f'type = "stamp"\nbase_url = "{stamps}"\n'
    add(
        with_stamps,
        f'[providers.locked-out]\n{section}api_key_env = "OTHER_KEY"\n'
        f'[providers.keyless]\n{section}api_key_env = "NO_KEY"\n'
        f"[providers.misspelt]\n{section}papr = 3\n"
        '[providers.away]\ntype = "stamp"\nbase_url = "http://127.0.0.1:9"\n'
        '[providers.unknown]\ntype = "stmp"\n',
    )
    told = CommandLine(with_stamps.home, with_stamps.folder, {**with_stamps.environ, "OTHER_KEY": WRONG_KEY})
    ended = told.run("models", "check", "--json")
    assert ended.returncode == 1
    assert WRONG_KEY not in ended.stdout + ended.stderr
    report = json.loads(ended.stdout)
    assert report["ok"] is False
    said = {each["name"]: (each["message"], each.get("remedy", "")) for each in report["providers"]}
    assert list(said) == ["stamps", "locked-out", "keyless", "misspelt", "away", "unknown"]
    for name, words, remedy in (
        ("locked-out", "answered 401: Incorrect API key provided: …", "Look at the key in OTHER_KEY."),
        ("keyless", "NO_KEY is not set", "Set NO_KEY where Limner is started"),
        ("misspelt", "providers.misspelt.papr is unknown. Known: paper.", "Correct the setting"),
        ("away", "away does not answer", "whether base_url is right: http://127.0.0.1:9"),
        ("unknown", "type is 'stmp'. Known: comfyui, flora, openai, queue, stamp.", "install the package"),
    ):
        assert words in said[name][0]
        assert remedy in said[name][1]
    listed = told.run("models", "--type", "image", "--available").stdout
    assert "Nothing of keyless: The key of keyless is missing: NO_KEY is not set. Set NO_KEY where" in listed
    assert "Nothing of misspelt: providers.misspelt.papr is unknown." in listed
    assert "stamps/stamp-1  image, model, $0.02, ready" in listed
    shown = told.run("models", "check", "keyless")
    assert shown.returncode == 1
    assert "NO_KEY is not set" in shown.stdout
    assert "misspelt" not in shown.stdout


def test_the_doctor_notes_providers_that_do_not_answer_and_is_well_without_them(
    with_stamps: CommandLine,
) -> None:
    add(with_stamps, '[providers.keyless]\ntype = "openai"\napi_key_env = "NO_KEY"\n')
    report = with_stamps.json("doctor")
    checks = [(each["result"], each["message"]) for each in report["checks"] if each["id"] == "providers"]
    assert [result for result, _ in checks] == ["ok", "warning"]
    assert checks[0][1].startswith("stamps (stamp): http://127.0.0.1:")
    assert checks[0][1].endswith(": 1 model (1 image)")
    assert "keyless (openai): The key of keyless is missing: NO_KEY is not set." in checks[1][1]
    assert [(each["name"], each["ok"]) for each in report["providers"]] == [
        ("stamps", True),
        ("keyless", False),
    ]
    settings = {each["key"]: each["value"] for each in report["settings"]}
    assert settings["providers"] == ["stamps", "keyless"]
    assert settings["routing"] == {"prefer": "price", "order": [], "never": []}


def test_without_providers_the_check_says_so(cli: CommandLine) -> None:
    assert cli.json("models", "check") == {"ok": True, "providers": []}
    assert "none is configured" in cli.run("models", "check").stdout
    refused = cli.run("models", "check", "openai")
    assert refused.returncode == 2
    assert "There is no provider 'openai'. None is configured." in refused.stderr
    assert f"Add [providers.openai] to {cli.home / 'limner.toml'}" in refused.stderr


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"price_usd": 0.0}, "free"),
        ({"price_usd": 0}, "free"),
        ({"price_usd": 0.04}, "$0.04"),
        ({"price_usd": 0.1, "price_param": "duration"}, "$0.10 per duration"),
        ({"price_usd": None, "price_param": "duration"}, "unknown price"),
    ],
)
def test_a_price_reads_as_people_write_it(model: dict[str, object], words: str) -> None:
    assert format_price(model) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotAccepted("401", code="provider_unauthorized"), "Look at the key in MODELS_KEY."),
        (NotAccepted("402", code="provider_out_of_credit"), "Fill up the account at https://m.example."),
        (NotAccepted("certificate verify failed: certificate is not yet valid"), "clock and date"),
        (NotAccepted("certificate verify failed: certificate has expired"), "clock and date"),
        (NotAccepted("certificate verify failed: self-signed certificate"), "Nobody vouches for"),
        (NotAccepted("time-out"), "whether base_url is right: https://m.example."),
        (NotAccepted("404", is_passing=False), "look at base_url"),
    ],
)
def test_the_remedy_follows_what_went_wrong(error: NotAccepted, words: str) -> None:
    settings = ProviderSettings("a", "openai", "https://m.example", api_key_env="MODELS_KEY")
    assert words in remedy_for(error, settings)


def test_a_key_that_is_refused_is_looked_for_where_the_section_has_it() -> None:
    error = NotAccepted("401", code="provider_unauthorized")
    settings = ProviderSettings("a", "openai", "https://m.example")
    assert 'set api_key_env = "VARIABLE" in [providers.a]' in remedy_for(error, settings)
    assert "keyring, org/me" in remedy_for(error, replace(settings, api_key_keyring=("org", "me")))
