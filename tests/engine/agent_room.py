"""What the tests of agents work with: a model that says what a script says, pages, and a Studio that has both."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limner.app.studio import Studio
from limner.assets.pages import Fetched
from limner.config import read_settings
from limner.errors import InvalidInput
from limner.library import sample
from limner.server import open_studio
from providers.fakes.openai_server import KEY, OpenAIServer
from providers.fakes.serving import serving

MODEL = "gpt-4.1-mini"
PAGE = "https://shop.example/mug"
HTML = """<!doctype html><html><head><title>Slow Mug</title><script>ignore()</script></head><body>
<h1>The Slow Mug</h1><p>Stoneware, fired twice.</p><ul><li>350 ml</li></ul></body></html>"""
Reply = dict[str, Any]


@dataclass
class ScriptedServer(OpenAIServer):
    """Answers each chat by how many turns it has seen in it: the same request has the same answer."""

    script: list[Reply | Callable[[dict[str, Any]], Reply]] = field(default_factory=list)

    def _chat(self, body: dict[str, Any]) -> dict[str, Any]:
        turn = sum(message["role"] == "assistant" for message in body["messages"])
        reply = self.script[min(turn, len(self.script) - 1)]
        message = {"role": "assistant", "content": None, **(reply(body) if callable(reply) else reply)}
        usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
        ended = "tool_calls" if "tool_calls" in message else "stop"
        choice = {"index": 0, "message": message, "finish_reason": ended}
        return {"id": "chatcmpl-1", "model": body["model"], "choices": [choice], "usage": usage}

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was asked, request by request."""
        return [each["body"] for each in self.requests]


def says(text: str, *calls: tuple[str, Any]) -> Reply:
    """Return a turn with words and calls of tools: (name, arguments)."""
    made = [
        {
            "id": f"call_{index}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
        }
        for index, (name, given) in enumerate(calls)
    ]
    return {"content": text or None, **({"tool_calls": made} if made else {})}


def answers(body: dict[str, Any]) -> list[Any]:
    """Return what tools have answered in a conversation, without what marks it as data."""
    return [
        json.loads("\n".join(message["content"].split("\n")[1:-1]))
        for message in body["messages"]
        if message["role"] == "tool"
    ]


async def pages(address: str) -> Fetched:
    """Bring the one page that there is."""
    if address != PAGE:
        raise InvalidInput.of("url", "is not the page of the test")
    return Fetched(PAGE, "text/html", "utf-8", HTML.encode(), False)


def providers(server: OpenAIServer, input_usd: float = 1.0, output_usd: float = 10.0) -> str:
    """Return the settings of a provider with one model, its prices in US dollars per million tokens."""
    models = (
        f'[{{id = "{MODEL}", input_usd_per_million = {input_usd}, output_usd_per_million = {output_usd}}}]'
    )
    return (
        f'fake = {{type = "openai", base_url = "{server.v1}", api_key_env = "FAKE_KEY", models = {models}}}'
    )


def environment(home: Path, server: OpenAIServer, **prices: float) -> dict[str, str]:
    """Return the variables of a Studio that asks the server."""
    return {
        "LIMNER_HOME": str(home),
        "LIMNER_INPUT_ROOTS": str(sample("coffee.png").parent),
        "LIMNER_PROVIDERS": providers(server, **prices),
        "FAKE_KEY": KEY,
    }


def write(home: Path, *techniques: str) -> None:
    """Write technique files where they are drafts."""
    folder = home / "techniques"
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(techniques):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")


@asynccontextmanager
async def room(
    home: Path, script: list[Any], *techniques: str, fetch_page: Any = pages, **prices: float
) -> AsyncIterator[tuple[Studio, ScriptedServer]]:
    """Yield a Studio whose drafts are these files, and the server of its only model."""
    write(home, *techniques)
    server = ScriptedServer(script=script)
    with serving(server.app()) as address:
        server.v1 = f"{address}/v1"
        settings = read_settings(environment(home, server, **prices))
        async with open_studio(settings, fetch_page=fetch_page) as studio:
            assert studio.techniques.problems() == []
            yield studio, server
