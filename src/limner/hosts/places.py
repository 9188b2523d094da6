"""Which hosts Limner installs itself into: where their configuration lies and what an entry looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from limner.errors import InvalidInput


class Scope(StrEnum):
    """For whom a host starts the server."""

    USER = "user"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides where configuration lies."""

    platform: str
    """As `sys.platform` has it: `darwin`, `win32`, `linux`."""
    home: Path
    environ: Mapping[str, str]
    folder: Path
    """The working folder, which is the project."""

    @property
    def app_data(self) -> Path:
        """The folder in which desktop applications keep a person's settings."""
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        if self.platform == "win32":
            return Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming")
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")


@dataclass(frozen=True, slots=True)
class Host:
    """One host. `section` is the key under which its file lists servers."""

    id: str
    title: str
    section: str = "mcpServers"
    names_transport: bool = True
    """Whether an entry says `"type": "stdio"`."""
    allows_comments: bool = False
    """Whether the host reads comments and trailing commas."""
    has_projects: bool = True
    next_step: str = ""
    """What a person does so that the host notices."""


HOSTS = {
    host.id: host
    for host in (
        Host(
            "claude-desktop",
            "Claude Desktop",
            names_transport=False,
            has_projects=False,
            next_step="Quit Claude Desktop and open it again.",
        ),
        Host(
            "claude-code",
            "Claude Code",
            next_step="Start a new session, and approve it where the project has it; `claude mcp list` shows it.",
        ),
        Host(
            "cursor",
            "Cursor",
            allows_comments=True,
            next_step="Cursor shows it in its settings, under MCP; switch it on there if it is off.",
        ),
        Host(
            "vscode",
            "VS Code",
            section="servers",
            allows_comments=True,
            next_step="In VS Code, run “MCP: List Servers” and start it; agent mode then has its tools.",
        ),
    )
}


def config_path(host: Host, scope: Scope, machine: Machine) -> Path:
    """Return the file in which `host` keeps the servers of `scope`.

    Raises: InvalidInput, when the host has no such scope.
    """
    if scope is Scope.PROJECT:
        if not host.has_projects:
            raise InvalidInput.of("--scope", f"{host.title} has one configuration for all; leave --scope out")
        return machine.folder / _PROJECT_FILES[host.id]
    match host.id:
        case "claude-desktop":
            return machine.app_data / "Claude" / "claude_desktop_config.json"
        case "claude-code":
            return Path(machine.environ.get("CLAUDE_CONFIG_DIR") or machine.home) / ".claude.json"
        case "cursor":
            return machine.home / ".cursor" / "mcp.json"
        case _:
            return machine.app_data / "Code" / "User" / "mcp.json"


_PROJECT_FILES = {
    "claude-code": Path(".mcp.json"),
    "cursor": Path(".cursor", "mcp.json"),
    "vscode": Path(".vscode", "mcp.json"),
}
