"""Settings of providers and routing: keys stay out of the file, what is missing is the provider's own problem."""

from pathlib import Path

import pytest

from limner.config import Settings, read_settings
from limner.errors import ConfigurationError
from limner.types import Preference, ProviderSettings, RoutingPolicy

SECRET = "sk-9d2f41c07b"


def read(home: Path, text: str = "", **environ: str) -> Settings:
    home.mkdir(exist_ok=True)
    (home / "limner.toml").write_text(text, encoding="utf-8")
    return read_settings({"LIMNER_HOME": str(home), **environ})


def test_without_sections_there_is_no_provider_and_the_cheapest_is_chosen(home: Path) -> None:
    settings = read(home)
    assert (settings.providers, settings.routing) == ((), RoutingPolicy(Preference.PRICE, (), ()))


def test_a_section_is_read_whole_and_the_rest_of_it_is_for_the_adapter(home: Path) -> None:
    settings = read(
        home,
        """
        max_input_mb = 20
        [providers.my-openai]
        type = "openai"
        base_url = "https://models.example/v1/"
        api_key_env = "MODELS_KEY"
        max_jobs = 2
        connect_seconds = 3
        submit_seconds = 4.5
        result_seconds = 60
        organization = "acme"
        [providers.my-openai.headers]
        x-team = "red"
        [[providers.my-openai.models]]
        id = "painter-1"
        type = "image"
        """,
        MODELS_KEY=f" {SECRET}\n",
    )
    assert settings.providers == (
        ProviderSettings(
            name="my-openai",
            type="openai",
            base_url="https://models.example/v1",
            api_key=SECRET,
            api_key_env="MODELS_KEY",
            options={"organization": "acme", "headers": {"x-team": "red"}},
            models=({"id": "painter-1", "type": "image"},),
            max_jobs=2,
            connect_seconds=3.0,
            submit_seconds=4.5,
            result_seconds=60.0,
            max_download_bytes=20_000_000,
            folder=home,
        ),
    )
    assert SECRET not in repr(settings)


def test_a_key_in_the_keyring_is_not_read_with_the_settings(home: Path) -> None:
    (section,) = read(home, '[providers.a]\ntype = "openai"\napi_key_keyring = "org/team/me"\n').providers
    assert (section.api_key_keyring, section.api_key, section.problem) == (("org/team", "me"), None, None)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_key_that_is_missing_is_the_problem_of_its_provider_alone(home: Path, value: str | None) -> None:
    variables = {} if value is None else {"MODELS_KEY": value}
    text = '[providers.a]\ntype = "openai"\napi_key_env = "MODELS_KEY"\n[providers.b]\ntype = "comfyui"\n'
    missing, other = read(home, text, **variables).providers
    assert missing.problem is not None
    assert "MODELS_KEY is not set" in missing.problem.message
    assert "Set MODELS_KEY where Limner is started" in missing.problem.remedy
    assert (missing.api_key, other.problem) == (None, None)


def test_a_section_that_is_not_enabled_is_as_good_as_absent_but_routing_may_name_it(home: Path) -> None:
    text = '[providers.a]\ntype = "x"\nenabled = false\n[routing]\norder = ["a"]\n'
    assert read(home, text).providers == ()


def test_routing_is_read(home: Path) -> None:
    text = (
        '[providers.a]\ntype = "x"\n[routing]\nprefer = "speed"\norder = ["a/m/1", "limner", "a"]\n'
        'never = ["limner/draft-1", "a"]\n'
    )
    assert read(home, text).routing == RoutingPolicy(
        Preference.SPEED, ("a/m/1", "limner", "a"), ("limner/draft-1", "a")
    )


def test_variables_hold_the_same_as_toml_and_stand_for_the_whole_table(home: Path) -> None:
    settings = read(
        home,
        '[providers.a]\ntype = "x"\n[routing]\nprefer = "speed"\n',
        LIMNER_PROVIDERS='b = {type = "comfyui", max_jobs = 1}\n[c]\ntype = "flora"',
        LIMNER_ROUTING='order = ["c"]',
    )
    assert [(each.name, each.type, each.max_jobs) for each in settings.providers] == [
        ("b", "comfyui", 1),
        ("c", "flora", 4),
    ]
    assert settings.routing == RoutingPolicy(order=("c",))


@pytest.mark.parametrize(
    "address",
    [
        "https://models.example/v1",
        "http://127.0.0.1:8188",
        "http://localhost:11434/v1",
        "http://[::1]:1",
        "http://192.168.1.20:8188",
        "http://10.0.0.1",
        "http://ollama:11434",
        "http://gpu.local:8000",
        "http://box.home.arpa",
    ],
)
def test_an_address_is_https_or_of_ones_own_network(home: Path, address: str) -> None:
    (section,) = read(home, f'[providers.a]\ntype = "x"\nbase_url = "{address}"\n').providers
    assert section.base_url == address


SECTION = '[providers.a]\ntype = "x"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("providers = 3", "must be tables [providers.NAME]"),
        ("[providers]\nopenai = 'sk-9d2f41c07b'", "must be tables [providers.NAME]"),
        ("[providers.limner]\ntype = 'x'", "providers.limner: a provider's name has 1 to 32"),
        ("[providers.OpenAI]\ntype = 'x'", "providers.OpenAI: a provider's name has 1 to 32"),
        (f"[providers.{'a' * 33}]\ntype = 'x'", "a provider's name has 1 to 32"),
        ("[providers.a]\nbase_url = 'https://x.example'", "providers.a: has no `type`"),
        ("[providers.a]\ntype = ''", "providers.a.type must be the name of a type"),
        (f"{SECTION}api_key = 'sk-9d2f41c07b'", "keys never stand in settings"),
        (f"{SECTION}api_key_env = 'sk-9d2f41c07b'", "api_key_env must be the name of a variable"),
        (f"{SECTION}api_key_keyring = 'me'", 'api_key_keyring must be "service/user"'),
        (f"{SECTION}api_key_keyring = 'a/b'\napi_key_env = 'C'", "are both set"),
        (f"{SECTION}base_url = 'http://models.example'", "base_url must be an https:// address"),
        (f"{SECTION}base_url = 'http://8.8.8.8'", "base_url must be an https:// address"),
        (f"{SECTION}base_url = 'https://me:sk-9d2f41c07b@models.example'", "must be an https:// address"),
        (f"{SECTION}base_url = 'https://models.example?key=sk-9d2f41c07b'", "must be an https:// address"),
        (f"{SECTION}enabled = 'maybe'", "enabled must be on or off"),
        (f"{SECTION}max_jobs = 0", "max_jobs must be a whole number from 1 to 1000"),
        (f"{SECTION}submit_seconds = 0", "submit_seconds must be a number of seconds over 0"),
        (f"{SECTION}result_seconds = 'long'", "result_seconds must be a number of seconds over 0"),
        (f"{SECTION}models = ['painter']", "models must be tables [[providers.NAME.models]]"),
        ("routing = 'speed'", "routing must be a table"),
        ("[routing]\nprefers = 'speed'", "routing.prefers is unknown. Known: prefer, order, never"),
        ("[routing]\nprefer = 'quality'", 'routing.prefer must be "price" or "speed"'),
        ("[routing]\norder = 'a'", "routing.order must be a list of providers"),
        (
            f"{SECTION}[routing]\norder = ['b']",
            "routing.order names 'b', and there is no such provider. There is: a, l",
        ),
        (f"{SECTION}[routing]\nnever = ['b/c']", "routing.never names 'b/c'"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed_and_shows_no_secret(
    home: Path, text: str, words: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(home, text)
    assert words in caught.value.message
    assert SECRET not in str(caught.value.document())


def test_a_key_in_the_file_is_refused_with_the_ways_out(home: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(home, f'{SECTION}api_key = "{SECRET}"')
    assert 'api_key_env = "VARIABLE"' in caught.value.next_step
    assert 'api_key_keyring = "service/user"' in caught.value.next_step


def test_a_variable_that_is_no_toml_is_named_without_what_it_holds(home: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(home, LIMNER_PROVIDERS=f"openai {SECRET}")
    assert "LIMNER_PROVIDERS holds no TOML" in caught.value.message
    assert SECRET not in str(caught.value.document())
