"""Webhooks: which addresses may be told of a run's end, how the message is signed, and how it gets there."""
