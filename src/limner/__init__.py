"""Limner: a studio for LLM agents. Techniques in, finished media out, never paid twice."""

__version__ = "0.1.0"
