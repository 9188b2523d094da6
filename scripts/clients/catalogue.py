"""Which clients are tried, in which versions and over which transports."""

from dataclasses import dataclass
from importlib.metadata import version

STDIO, HTTP, SSE = "stdio", "http", "sse"
NODE_PACKAGES = {"@modelcontextprotocol/client": "2.4.0", "@modelcontextprotocol/sdk": "1.32.2"}


@dataclass(frozen=True, slots=True)
class Client:
    """A client that others wrote."""

    name: str
    title: str
    version: str
    script: str
    """In `drive/`."""
    requirements: tuple[str, ...] = ()
    """What its virtual environment holds; empty: this interpreter's own packages."""
    transports: tuple[str, ...] = (STDIO, HTTP, SSE)
    modes: tuple[str, ...] = ("",)
    """Ways to set it up, for its script."""
    remark: str = ""

    @property
    def is_node(self) -> bool:
        """Whether it runs in Node."""
        return self.script.endswith(".mjs")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One client, set up one way, over one transport."""

    client: Client
    transport: str
    mode: str

    @property
    def name(self) -> str:
        """What `--only` and the tests call it."""
        return "-".join(part for part in (self.client.name, self.mode, self.transport) if part)


CLIENTS = (
    Client(
        "python-2",
        "MCP Python SDK",
        version("mcp"),
        "mcp_python_2.py",
        modes=("auto", "legacy"),
    ),
    Client("python-1", "MCP Python SDK", "1.30.0", "mcp_python_1.py", ("mcp==1.30.0",)),
    Client("typescript", "MCP TypeScript SDK", "1.32.2", "typescript.mjs", modes=("v1",)),
    Client(
        "typescript",
        "MCP TypeScript client",
        "2.4.0",
        "typescript.mjs",
        transports=(STDIO, HTTP),
        modes=("v2", "v2-auto"),
        remark='speaks 2026-07-28 only with `versionNegotiation: {mode: "auto"}` (`v2-auto`).',
    ),
    Client("fastmcp", "FastMCP client", "4.1.2", "fastmcp_client.py", ("fastmcp==4.1.2", "mcp==2.3.0")),
    Client(
        "langchain",
        "LangChain adapters",
        "0.3.2",
        "langchain_adapters.py",
        ("langchain-mcp-adapters==0.3.2", "mcp==1.30.0"),
        remark=(
            "makes picture blocks of links to pictures, with the address `limner://…`, which no model's provider "
            "can fetch: leave the links out with an [interceptor](hosts.md#langchain)."
        ),
    ),
    Client(
        "openai-agents",
        "OpenAI Agents",
        "0.24.0",
        "openai_agents.py",
        ("openai-agents==0.24.0", "mcp==2.3.0"),
        remark="has no way to hear progress: `start_run` then waits 4 s, unless `wait_seconds` says more.",
    ),
    Client(
        "pydantic-ai",
        "Pydantic AI",
        "2.68.0",
        "pydantic_ai_toolset.py",
        ("pydantic-ai-slim[mcp]==2.68.0", "mcp==2.3.0"),
    ),
    Client(
        "llama-index",
        "LlamaIndex tools",
        "0.6.0",
        "llama_index_tools.py",
        ("llama-index-tools-mcp==0.6.0", "mcp==2.3.0"),
        remark=(
            "opens a connection for every call, on stdio a server too, which ends with it: use HTTP for long runs. "
            "Its model gets the printed SDK object, which holds the JSON. Its tools hear no progress."
        ),
    ),
    Client(
        "google-adk",
        "Google ADK",
        "2.13.0",
        "google_adk.py",
        ("google-adk[mcp]==2.13.0", "mcp==2.3.0"),
    ),
    Client(
        "smolagents",
        "smolagents",
        "1.26.0",
        "smolagents_tools.py",
        ("smolagents[mcp]==1.26.0", "mcp==1.30.0"),
        remark="gives its model the first block only: the JSON, never a picture. Its tools hear no progress.",
    ),
    Client(
        "mcp-use",
        "mcp-use",
        "1.7.1",
        "mcp_use_agent.py",
        ("mcp-use==1.7.1", "mcp==1.30.0"),
        transports=(STDIO, HTTP),
        remark="has no way to hear progress: `start_run` then waits 4 s, unless `wait_seconds` says more.",
    ),
)


def attempts() -> list[Attempt]:
    """Return everything that is tried, in the order of the page."""
    return [
        Attempt(client, transport, mode)
        for client in CLIENTS
        for mode in client.modes
        for transport in client.transports
    ]
