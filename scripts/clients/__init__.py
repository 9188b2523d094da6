"""The matrix of clients that others wrote: what `scripts/client_matrix.py` is made of."""
