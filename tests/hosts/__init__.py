"""Tests of the rooms that know MCP hosts."""
