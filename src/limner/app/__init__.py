"""The Studio: the operations that every face calls, and nothing else."""
