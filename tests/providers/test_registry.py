"""Types of providers: built in or of other packages; what cannot be connected is a problem with a way out."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from limner.errors import InvalidInput, NotAccepted, OutcomeUnknown
from limner.providers.guarded import Guarded
from limner.providers.registry import BUILTIN, ConnectedProviders, connect_all
from limner.types import Offers, Order, ProviderProblem, ProviderSettings, Task, Ticket

from .installed import install_stamp

pytestmark = pytest.mark.anyio
SECRET = "sk-5b1e77aa90"


async def no_fetch(address: str, name: str, target: Path) -> None:
    raise InvalidInput.of(name, "nothing is fetched here")


async def connect(*sections: ProviderSettings) -> ConnectedProviders:
    connected = await connect_all(sections, fetch=no_fetch)
    await connected.aclose()
    return connected


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a folder on the path where packages may be installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


async def test_a_type_that_has_an_address_of_its_own_is_asked_there(tmp_path: Path) -> None:
    connected = await connect(
        ProviderSettings("a", "openai", ""), ProviderSettings("b", "openai", "http://127.0.0.1:9/v1")
    )
    assert connected.problems == {}
    assert {name: each.settings.base_url for name, each in connected.ready.items()} == {
        "a": "https://api.openai.com/v1",
        "b": "http://127.0.0.1:9/v1",
    }


async def test_every_built_in_type_can_be_connected_or_says_what_its_section_lacks() -> None:
    connected = await connect(*(ProviderSettings(name, name, "", api_key=SECRET) for name in BUILTIN))
    assert connected.ready.keys() | connected.problems.keys() == BUILTIN.keys()
    for problem in connected.problems.values():
        assert problem.message.startswith("providers.")
        assert problem.remedy


async def test_a_problem_of_the_settings_stays_the_problem_and_the_others_are_connected() -> None:
    problem = ProviderProblem("The key of a is missing: K is not set.", "Set K.")
    connected = await connect(
        ProviderSettings("a", "openai", "", problem=problem), ProviderSettings("b", "openai", "")
    )
    assert (connected.problems, list(connected.ready)) == ({"a": problem}, ["b"])


async def test_an_unknown_type_is_told_the_known_ones(packages: Path) -> None:
    install_stamp(packages)
    problem = (await connect(ProviderSettings("a", "stmp", ""))).problems["a"]
    assert problem.message == "providers.a.type is 'stmp'. Known: comfyui, flora, openai, queue, stamp."
    assert "install the package" in problem.remedy


async def test_a_type_of_another_package_is_found(packages: Path) -> None:
    install_stamp(packages)
    connected = await connect(ProviderSettings("a", "stamp", "http://127.0.0.1:9", api_key=SECRET))
    assert connected.ready["a"].takes_keys is True
    assert connected.ready["a"].settings.base_url == "http://127.0.0.1:9"


async def test_a_mistake_in_the_section_is_in_the_words_of_the_adapter(packages: Path) -> None:
    install_stamp(packages)
    section = ProviderSettings("a", "stamp", "http://127.0.0.1:9", options={"papr": 1})
    assert (await connect(section)).problems["a"].message == "providers.a.papr is unknown. Known: paper."


@pytest.mark.parametrize(
    ("leads_to", "words"),
    [
        ("limner_stamp.missing:connect", "ModuleNotFoundError"),
        ("limner_stamp:connekt", "AttributeError"),
        ("limner_stamp:INKS", "TypeError"),
    ],
)
async def test_a_package_that_is_broken_is_the_problem_of_its_provider_alone(
    packages: Path, leads_to: str, words: str
) -> None:
    install_stamp(packages, type_name="broken", leads_to=leads_to)
    connected = await connect(ProviderSettings("a", "broken", ""), ProviderSettings("b", "openai", ""))
    assert words in connected.problems["a"].message
    assert "Update the package" in connected.problems["a"].remedy
    assert list(connected.ready) == ["b"]


async def test_two_packages_of_one_type_are_refused_by_name(packages: Path) -> None:
    install_stamp(packages)
    install_stamp(packages, leads_to="limner_stamp:StampProvider")
    problem = (await connect(ProviderSettings("a", "stamp", ""))).problems["a"]
    assert "limner_stamp:StampProvider, limner_stamp:connect" in problem.message


async def test_a_package_cannot_take_the_place_of_a_built_in_type(packages: Path) -> None:
    install_stamp(packages, type_name="openai")
    connected = await connect(ProviderSettings("a", "openai", ""))
    assert connected.ready["a"].settings.base_url == "https://api.openai.com/v1"


class Careless:
    """An adapter that raises what the contract does not know, with the key in it."""

    takes_keys = False

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings

    async def _fail(self, *given: Any) -> Any:
        raise KeyError(f"no 'id' in the answer to {self.settings.api_key}")

    offers = submit = result = cancel = aclose = _fail


async def test_what_an_adapter_raises_beside_the_contract_ends_one_request_carefully(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    provider = Guarded(Careless(ProviderSettings("a", "careless", "", api_key=SECRET)))
    order = Order(Task.MODEL, "m")
    with pytest.raises(NotAccepted) as refused:
        await provider.offers()
    with pytest.raises(OutcomeUnknown) as sent:
        await provider.submit(order, "k", tmp_path)
    with pytest.raises(OutcomeUnknown) as collected:
        await provider.result(Ticket("j"), order, tmp_path, lambda fraction, message: None)
    assert await provider.cancel(Ticket("j")) is False
    await provider.aclose()
    for caught in (refused, sent, collected):
        assert "The adapter of a failed in" in caught.value.message
        assert "KeyError" in caught.value.message
        assert SECRET not in str(caught.value.document())
    assert all(SECRET not in str(record.__dict__) for record in caplog.records)
    assert any("_fail" in record.__dict__.get("trace", "") for record in caplog.records)


async def test_what_an_adapter_raises_of_the_contract_goes_through() -> None:
    class Away(Careless):
        async def offers(self) -> Offers:
            raise NotAccepted("away", retry_after_seconds=3)

    with pytest.raises(NotAccepted, match="away") as caught:
        await Guarded(Away(ProviderSettings("a", "x", ""))).offers()
    assert (caught.value.is_passing, caught.value.retry_after_seconds) == (True, 3)
