"""How a run goes: claim it, replay its checkpoints, do the rest, and tell whoever follows."""
