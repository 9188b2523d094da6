"""MCP hosts on this machine: where each keeps its servers, and how its file is edited without losing a byte."""
