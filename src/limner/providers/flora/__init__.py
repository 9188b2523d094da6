"""FLORA's public API, and every server that speaks it, Limner's own REST face among them."""

from limner.providers.flora.provider import FloraProvider, connect

__all__ = ["FloraProvider", "connect"]
