"""Submit, poll, fetch: any provider that takes work on, names it, and has the result later, as a profile says."""

from limner.providers.queue.adapter import connect

__all__ = ["connect"]
