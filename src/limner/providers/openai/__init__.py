"""OpenAI's API, and every server that speaks it: chat, pictures, speech, transcriptions, embeddings."""

from limner.providers.openai.provider import OpenAIProvider, connect

__all__ = ["OpenAIProvider", "connect"]
