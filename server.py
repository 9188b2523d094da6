"""Serve Limner to an MCP host on stdin and stdout: `python server.py`."""

from limner.server import main

if __name__ == "__main__":
    main()
