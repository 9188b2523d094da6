"""The registry entry: the rules of its published schema (2025-12-11) that apply to what it says."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from limner import __version__
from limner.config import SETTINGS

ROOT = Path(__file__).parents[2]
FORMATS = {"enum": ["string", "number", "boolean", "filepath"]}
TEXT = {"type": "string", "minLength": 1}
VARIABLE = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^LIMNER_"},
        "description": TEXT,
        "format": FORMATS,
        "isRequired": {"type": "boolean"},
        "isSecret": {"type": "boolean"},
        "default": TEXT,
    },
    "required": ["name", "description"],
    "additionalProperties": False,
}
PACKAGE = {
    "type": "object",
    "properties": {
        "registryType": {"enum": ["pypi"]},
        "identifier": TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+", "not": {"const": "latest"}},
        "runtimeHint": {"enum": ["uvx"]},
        "transport": {
            "type": "object",
            "properties": {"type": {"const": "stdio"}},
            "required": ["type"],
            "additionalProperties": False,
        },
        "environmentVariables": {"type": "array", "items": VARIABLE},
    },
    "required": ["registryType", "identifier", "version", "transport"],
    "additionalProperties": False,
}
RULES = {
    "type": "object",
    "properties": {
        "$schema": {"const": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"},
        "name": {
            "type": "string",
            "pattern": r"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$",
            "minLength": 3,
            "maxLength": 200,
        },
        "title": {**TEXT, "maxLength": 100},
        "description": {**TEXT, "maxLength": 100},
        "version": {**TEXT, "maxLength": 255},
        "repository": {
            "type": "object",
            "properties": {"url": {"type": "string", "pattern": "^https://"}, "source": TEXT},
            "required": ["url", "source"],
            "additionalProperties": False,
        },
        "packages": {"type": "array", "items": PACKAGE, "minItems": 1},
    },
    "required": ["$schema", "name", "description", "version"],
    "additionalProperties": False,
}


def test_the_entry_follows_the_registry_and_names_this_version() -> None:
    entry = json.loads((ROOT / "docs" / "registry" / "server.json").read_text(encoding="utf-8"))
    assert [problem.message for problem in Draft202012Validator(RULES).iter_errors(entry)] == []
    assert {entry["version"], *(package["version"] for package in entry["packages"])} == {__version__}


def test_the_entry_names_settings_that_exist() -> None:
    entry = json.loads((ROOT / "docs" / "registry" / "server.json").read_text(encoding="utf-8"))
    known = {setting.variable for setting in SETTINGS}
    for package in entry["packages"]:
        assert {each["name"] for each in package["environmentVariables"]} <= known


def test_the_readme_claims_the_entry_as_the_registry_asks() -> None:
    entry = json.loads((ROOT / "docs" / "registry" / "server.json").read_text(encoding="utf-8"))
    assert f"mcp-name: {entry['name']}" in (ROOT / "README.md").read_text(encoding="utf-8")
