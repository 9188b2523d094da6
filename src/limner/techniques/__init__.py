"""Techniques as data: load and check their files, name their revisions, derive their schemas, resolve their values."""
