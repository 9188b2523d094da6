"""Brand kits as data: load and check their files, name their revisions, show `$brand` to techniques."""
