"""What generates: where models come from, and which one serves a request that names none."""
