"""ComfyUI: a workflow of the operator's own is a model, run on their server, followed live over its websocket."""

from limner.providers.comfyui.adapter import connect

__all__ = ["connect"]
