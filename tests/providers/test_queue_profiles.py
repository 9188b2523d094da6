"""Profiles: the ones in the documentation work as they stand there, and every mistake names its key."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from limner.config.providers import providers_in_file
from limner.errors import ConfigurationError, ProviderFailed
from limner.providers import comfyui, queue
from limner.providers.conformance import CHECKS, Bench, run_check
from limner.providers.slots import address, filled, first, found, slots_in
from limner.types import ProviderSettings

from .fakes import media
from .fakes.atelier import KEY, AtelierServer
from .fakes.serving import serving
from .queues import KEY as ORDER_KEY
from .queues import Told, content, made, no_fetch, order
from .test_queue_conformance import counted

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[2] / "docs" / "providers.md"
MODEL = {"id": "m", "type": "image"}
LEAST: dict[str, Any] = {
    "submit": {"url": "jobs"},
    "accepted": {"id": "id"},
    "status": {"url": "jobs/{{id}}", "state": "state", "states": {"ready": "done"}},
    "result": {"image": ["url"]},
}


def documented(heading: str) -> dict[str, ProviderSettings]:
    """Return the sections of the `toml` block below a heading of the documentation, by name."""
    _, _, rest = DOCS.read_text().partition(f"\n{heading}\n")
    block = rest.split("```toml\n", 1)[1].split("```", 1)[0]
    return {each.name: each for each in providers_in_file(tomllib.loads(block)["providers"])}


def connected(options: dict[str, Any], *models: dict[str, Any], folder: Path = Path()) -> Any:
    settings = ProviderSettings(
        "q", "queue", "http://127.0.0.1:9", models=models or (MODEL,), options=options, folder=folder
    )
    return queue.connect(settings, fetch=no_fetch)


@pytest.mark.parametrize("name", ["replicate", "fal", "gateway"])
async def test_the_sections_in_the_documentation_connect(name: str) -> None:
    settings = documented("## Queues: Replicate, fal, videos")[name]
    provider = queue.connect(replace(settings, api_key="k"), fetch=no_fetch)
    assert provider.settings.base_url.startswith("https://")
    assert provider.takes_keys is False


def test_the_workflow_in_the_documentation_becomes_a_model(tmp_path: Path) -> None:
    inputs = {"3": ("seed", "steps"), "5": ("width", "height"), "6": ("text",)}
    graph = {node: {"class_type": "X", "inputs": dict.fromkeys(names, 1)} for node, names in inputs.items()}
    (tmp_path / "flux-dev.json").write_text(repr(graph).replace("'", '"'))
    settings = replace(documented("## ComfyUI")["comfy"], folder=tmp_path)
    assert comfyui.connect(settings, fetch=no_fetch).takes_keys is True


@pytest.mark.parametrize("check", CHECKS)
async def test_the_profile_of_ones_own_keeps_every_promise(check: str, tmp_path: Path) -> None:
    server = AtelierServer()
    settings = documented("### A profile of your own")["atelier"]
    with serving(server.app()) as base_url:
        bench = Bench(
            connect=queue.connect,
            settings=replace(settings, base_url=f"{base_url}/v2", api_key=KEY),
            order=order("linen-2"),
            billed=counted(server),
            folder=tmp_path,
            check_seconds=30,
        )
        await run_check(CHECKS[check], bench)


async def test_the_profile_of_ones_own_makes_bills_stops_and_fails(tmp_path: Path) -> None:
    server, told = AtelierServer(), Told()
    settings = documented("### A profile of your own")["atelier"]
    with serving(server.app()) as base_url:
        provider = queue.connect(replace(settings, base_url=f"{base_url}/v2", api_key=KEY), fetch=no_fetch)
        assert provider.takes_keys is True
        wide = order("linen-2", params={"aspect_ratio": "16:9"})
        result = await made(provider, wide, tmp_path, told=told)
        assert (content(result), result.cost_usd) == (media.png(0), 0.03)
        assert server.jobs[0]["spec"] == {"text": "A linen chair", "shape": "16:9"}
        assert server.ledger == [ORDER_KEY]
        assert told.fractions == [0.4]
        ticket = await provider.submit(wide, "cd" * 32, tmp_path)
        assert await provider.cancel(ticket) is True
        with pytest.raises(ProviderFailed, match="cancelled"):
            await provider.result(ticket, wide, tmp_path, Told())
        server.reason = "The kiln is cold."
        with pytest.raises(ProviderFailed, match="The kiln is cold") as caught:
            await made(provider, wide, tmp_path, "ef" * 32)
        assert caught.value.billed_usd == 0.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"submit": {}}, r"profile\.submit\.url is missing"),
        ({"submit": {"url": "jobs", "metod": "PUT"}}, r"profile\.submit\.metod is unknown"),
        ({"submit": {"url": "jobs", "method": "SEND"}}, r"profile\.submit\.method: Input should be 'GET'"),
        (
            {"submit": {"url": "https://other.example/jobs"}},
            r"profile\.submit\.url: must be an address below",
        ),
        (
            {"submit": {"url": "{{modl}}"}},
            r"profile\.submit\.url: has the unknown slot \{\{modl\}\}; known: model",
        ),
        (
            {"submit": {"url": "jobs", "body": {"a": ["{{prompt}}"]}}},
            r"profile\.submit\.body: has the unknown slot",
        ),
        ({"accepted": {"id": "the id"}}, r"profile\.accepted\.id: must be a place"),
        (
            {"status": {"state": "s", "states": {"ok": "done"}}},
            r"profile: status\.url or accepted\.status_url",
        ),
        (
            {"status": {"url": "j", "state": "s", "states": {"ok": "finished"}}},
            r"profile\.status\.states\.ok: ",
        ),
        (
            {"status": {"url": "j", "state": "s", "states": {"no": "failed"}}},
            r"profile\.status: states must say",
        ),
        ({"result": {}}, r"profile: result must say where the result is"),
        ({"result": {"image": "url"}}, r"profile\.result\.image: "),
        ({"cancel": {"method": "DELETE"}}, r"profile: cancel\.url or accepted\.cancel_url"),
        (
            {"upload": {"url": "https://up.example", "address": "u"}},
            r"profile\.upload: url is not below base_url",
        ),
        (
            {"upload": {"url": "up", "address": "u", "put": "p"}},
            r"profile\.upload: put and body belong together",
        ),
        ({"auth": {"value": "Bearer {{token}}"}}, r"profile\.auth\.value: has the unknown slot"),
        ({"inputs": {"inline_bytes": -1}}, r"profile\.inputs\.inline_bytes: "),
        ({"extends": "repliacte"}, r"profile\.extends is 'repliacte', must be one of fal, replicate, videos"),
    ],
)
def test_a_mistake_in_a_profile_names_its_key(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"providers\.q\.{words}"):
        connected({"profile": {**LEAST, **change}})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, r"providers\.q\.profile must be one of fal, replicate, videos, the path"),
        ({"profile": 3}, r"providers\.q\.profile must be one of"),
        ({"profile": "comfy"}, r"providers\.q\.profile is 'comfy', must be one of"),
        ({"profile": "gone.toml"}, r"providers\.q\.profile: .*gone\.toml cannot be read"),
        ({"profile": "fal", "polling": 3}, r"providers\.q\.polling is unknown"),
    ],
)
def test_a_mistake_beside_the_profile_names_its_key(
    options: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        connected(options, folder=tmp_path)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**MODEL, "boddy": {}}, "unknown key 'boddy'"),
        ({**MODEL, "body": "x"}, "'m': body must be a table"),
        ({**MODEL, "body": {"p": "{{promt}}"}}, r"'m': body has the unknown slot \{\{promt\}\}"),
        (
            {**MODEL, "takes": ["image"], "body": {"p": "{{prompt}}"}},
            "'m': takes image, and body has no slot",
        ),
        ({**MODEL, "params_map": {"size": "s"}}, r"'m': params_map\.size is no parameter of this model"),
        ({**MODEL, "values_map": {"size": {}}}, r"'m': values_map\.size is no parameter of this model"),
        ({**MODEL, "output": "url"}, "'m': output must be a list of places"),
    ],
)
def test_a_mistake_in_a_model_names_its_key(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"providers\.q\.models.*{words}"):
        connected({"profile": LEAST}, entry)


def test_models_are_declared_each_once() -> None:
    with pytest.raises(ConfigurationError, match="'m' is declared twice"):
        connected({"profile": LEAST}, MODEL, MODEL)
    settings = ProviderSettings("q", "queue", "http://127.0.0.1:9", options={"profile": "fal"})
    with pytest.raises(ConfigurationError, match=r"providers\.q\.models is empty"):
        queue.connect(settings, fetch=no_fetch)


@pytest.mark.parametrize(
    ("kind", "takes", "capabilities"),
    [
        ("image", ["image"], ("image-input",)),
        ("image", {"image": 3}, ("image-input", "multi-image-input")),
        ("video", ["image"], ("image-to-video",)),
        ("audio", ["audio"], ()),
    ],
)
async def test_what_a_model_takes_says_what_it_can(kind: str, takes: Any, capabilities: Any) -> None:
    entry = {"id": "m", "type": kind, "takes": takes, "body": {"i": "{{images}}", "a": "{{audio}}"}}
    assert (await connected({"profile": LEAST}, entry).offers()).models[0].capabilities == capabilities
    own = {**entry, "capabilities": ["text-in-image"]}
    assert (await connected({"profile": LEAST}, own).offers()).models[0].capabilities == ("text-in-image",)


def test_a_profile_in_a_file_may_change_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'extends = "replicate"\n[submit]\nkey_header = "Idempotency-Key"\nbody = {model = "{{model}}"}\n'
    )
    provider = connected({"profile": "own.toml"}, folder=tmp_path)
    assert provider.takes_keys is True
    assert provider._profile.submit.url == "predictions"
    assert provider._profile.submit.body == {"model": "{{model}}"}


@pytest.mark.parametrize(
    ("graph", "entry", "words"),
    [
        (None, {}, "workflow .*w.json cannot be read"),
        ({"nodes": [], "links": []}, {}, r"is in the editor's format.*Export \(API\)"),
        ({"1": {"inputs": {}}}, {}, "is no workflow"),
        ({"1": {"class_type": "A", "inputs": {"x": "{{steps}}"}}}, {}, r"the slot \{\{steps\}\}"),
        (
            {"1": {"class_type": "A", "inputs": {"x": 1}}},
            {"slots": {"seed": "1.inputs.y"}},
            r"slots\.seed is",
        ),
        ({"1": {"class_type": "A", "inputs": {"x": 1}}}, {"slots": "seed"}, "slots must be a table"),
        ({"1": {"class_type": "A", "inputs": {}}}, {"output_nodes": ["2"]}, "output_nodes names '2'"),
        ({"1": {"class_type": "A", "inputs": {}}}, {"megapixels": 900}, "megapixels is 900"),
        ({"1": {"class_type": "A", "inputs": {}}}, {"workflow": ""}, "workflow is missing"),
        ({"1": {"class_type": "A", "inputs": {}}}, {"nodes": []}, "unknown key 'nodes'"),
    ],
)
def test_a_mistake_in_a_workflow_names_its_key(
    graph: dict[str, Any] | None, entry: dict[str, Any], words: str, tmp_path: Path
) -> None:
    if graph is not None:
        (tmp_path / "w.json").write_text(repr(graph).replace("'", '"'))
    models = ({**MODEL, "workflow": "w.json", **entry},)
    settings = ProviderSettings("c", "comfyui", "http://127.0.0.1:9", models=models, folder=tmp_path)
    with pytest.raises(ConfigurationError, match=rf"(?s)providers\.c\.models.*{words}"):
        comfyui.connect(settings, fetch=no_fetch)


def test_a_comfyui_section_has_no_other_keys() -> None:
    settings = ProviderSettings("c", "comfyui", "", options={"client_id": "x"})
    with pytest.raises(ConfigurationError, match=r"providers\.c\.client_id is unknown"):
        comfyui.connect(settings, fetch=no_fetch)


def test_slots_keep_types_and_leave_out_what_is_missing() -> None:
    template = {
        "a": "{{n}}",
        "b": ["{{gone}}", "{{ n }}"],
        "c": "{{n}} of {{gone}}",
        "d": {"e": "{{gone}}"},
        "f": 2,
    }
    assert filled(template, {"n": 5}) == {"a": 5, "b": [5], "c": "5 of ", "d": {}, "f": 2}
    assert slots_in(template) == {"n", "gone"}
    assert filled("{{t}}", {"t": "{{n}}"}) == "{{n}}"  # what is filled in is data, never a template


def test_addresses_quote_what_is_filled_in() -> None:
    assert address("v1/{{model}}/{{id}}", {"model": "a/b:1", "id": "x?y#z"}) == "v1/a/b:1/x%3Fy%23z"


def test_places_lead_through_tables_and_lists() -> None:
    body = {"images": [{"url": "a"}, {"url": None}, {"url": "b"}], "n": {"1": "one"}, "zero": 0}
    assert found("images.*.url", body) == ["a", "b"]
    assert found("images.2.url", body) == ["b"]
    assert found("images.7.url", body) == []
    assert found("n.1", body) == ["one"]
    assert found("*.1", body) == [{"url": None}, "one"]
    assert first("zero", body) == 0
    assert first(None, body) is None
