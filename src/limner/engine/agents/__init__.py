"""Agent steps: a language model that calls tools, turn by turn, each turn and each call a checkpoint."""
