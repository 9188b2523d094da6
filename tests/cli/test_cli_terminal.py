"""On a terminal: a bar that moves, colour only where it is wanted; and messages in a person's words."""

import os
import subprocess
import sys

import pytest

from limner.cli.wording import for_the_command_line, format_elapsed, format_size

from .processes import PATIENCE_SECONDS, CommandLine

CODE = ("actions", "run", "qr-code-generator", "--input", "text=hi")


def on_a_terminal(cli: CommandLine, *arguments: str) -> tuple[int, str]:
    """Run a command whose stdout and stderr are a terminal of 80 columns; return its status and all it wrote."""
    import pty
    import termios

    reader, writer = pty.openpty()
    termios.tcsetwinsize(writer, (24, 80))
    process = subprocess.Popen(
        cli.command(*arguments),
        cwd=cli.folder,
        env={**cli.environment(), "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=writer,
    )
    os.close(writer)
    written = b""
    try:
        while chunk := os.read(reader, 65536):
            written += chunk
    except OSError:
        pass  # Linux says EIO when the last writer has closed
    os.close(reader)
    return process.wait(PATIENCE_SECONDS), written.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_terminal_shows_a_moving_bar(cli: CommandLine) -> None:
    status, written = on_a_terminal(cli, *CODE)
    assert status == 0
    assert "━" in written
    assert "100%" in written
    assert "1024 × 1024" in written


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("variable", ["NO_COLOR", "CI"])
def test_plain_lines_where_a_bar_is_not_wanted(cli: CommandLine, variable: str) -> None:
    plain = CommandLine(cli.home, cli.folder, {variable: "1"})
    status, written = on_a_terminal(plain, *CODE)
    assert status == 0
    assert "━" not in written
    assert "qr-code-generator: rendering" in written


@pytest.mark.parametrize(
    ("for_agents", "for_people"),
    [
        (
            "Call list_techniques to see the ids; a query narrows the list.",
            "Run `limner techniques list` to see the ids; a query narrows the list.",
        ),
        (
            "To read the existing result call get_run(run_id='run_01'). To start this different request, "
            "choose a new idempotency_key.",
            "To read the existing result run `limner runs show run_01`. To start this different request, "
            "choose a new --key.",
        ),
        (
            "The run was cancelled. To start anew, call start_run with a new idempotency_key.",
            "The run was cancelled. To start anew, run the command again with another --key.",
        ),
        ("Leave `revision` out.", "Leave --revision out."),
        ("limit: is 0, must be from 1 to 100", "--limit: is 0, must be from 1 to 100"),
        ("inputs.image: is required", "inputs.image: is required"),
    ],
)
def test_messages_name_commands_in_place_of_tools(for_agents: str, for_people: str) -> None:
    assert for_the_command_line(for_agents) == for_people


def test_sizes_and_times_read_well() -> None:
    assert [format_size(n) for n in (0, 999, 1200, 48_211, 999_600, 1_700_000, 85e9)] == [
        *("0 B", "999 B", "1.2 KB", "48 KB", "1.0 MB", "1.7 MB", "85 GB")
    ]
    assert [format_elapsed(s) for s in (0.003, 1.24, 59.97, 245)] == [
        *("3 ms", "1.2 s", "1 min 00 s", "4 min 05 s")
    ]
