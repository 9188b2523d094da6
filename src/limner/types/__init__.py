"""The values that rooms hand to each other. Frozen, and without behaviour beyond reading themselves.

A module is loaded when one of its names is first asked for: a worker process needs four of them, and loading all takes
as long as decoding a photograph of two megapixels.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.types.action import Action, ActionPort
    from limner.types.agent import AgentLimits, AgentTerms, AgentTool, ToolKind, WebPage
    from limner.types.answer import Answer, AnswerState
    from limner.types.asset import Asset
    from limner.types.brand import BrandFile, BrandKit
    from limner.types.caller import ApiKey, Principal
    from limner.types.delivery import Attempt, ClaimedDelivery, Delivery, DeliveryState, WebhookSecret
    from limner.types.json import Json
    from limner.types.log import Event, NewEvent, Page, StepRecord, StepState
    from limner.types.media import Kind, Limits, MediaInfo, PortType
    from limner.types.model import ActionCall, Generation, Model, Wanted
    from limner.types.place import Project, Workspace
    from limner.types.provider import (
        Candidate,
        Given,
        Made,
        MadeItem,
        MediaFile,
        Offers,
        Order,
        Preference,
        ProviderProblem,
        ProviderSettings,
        RemoteTechnique,
        RoutingPolicy,
        Task,
        Ticket,
    )
    from limner.types.purchase import CostLine, Costs, Purchase, PurchaseState
    from limner.types.run import (
        Backlog,
        Disposition,
        Fence,
        NewRun,
        Output,
        Phase,
        Run,
        RunType,
        Spending,
        Status,
    )
    from limner.types.technique import Availability, Port, Step, StepKind, Technique
    from limner.types.upload import AssetStatus, Upload

__all__ = [
    "Action",
    "ActionCall",
    "ActionPort",
    "AgentLimits",
    "AgentTerms",
    "AgentTool",
    "Answer",
    "AnswerState",
    "ApiKey",
    "Asset",
    "AssetStatus",
    "Attempt",
    "Availability",
    "Backlog",
    "BrandFile",
    "BrandKit",
    "Candidate",
    "ClaimedDelivery",
    "CostLine",
    "Costs",
    "Delivery",
    "DeliveryState",
    "Disposition",
    "Event",
    "Fence",
    "Generation",
    "Given",
    "Json",
    "Kind",
    "Limits",
    "Made",
    "MadeItem",
    "MediaFile",
    "MediaInfo",
    "Model",
    "NewEvent",
    "NewRun",
    "Offers",
    "Order",
    "Output",
    "Page",
    "Phase",
    "Port",
    "PortType",
    "Preference",
    "Principal",
    "Project",
    "ProviderProblem",
    "ProviderSettings",
    "Purchase",
    "PurchaseState",
    "RemoteTechnique",
    "RoutingPolicy",
    "Run",
    "RunType",
    "Spending",
    "Status",
    "Step",
    "StepKind",
    "StepRecord",
    "StepState",
    "Task",
    "Technique",
    "Ticket",
    "ToolKind",
    "Upload",
    "Wanted",
    "WebPage",
    "WebhookSecret",
    "Workspace",
]

_NAMES_BY_MODULE = {
    "action": ("Action", "ActionPort"),
    "agent": ("AgentLimits", "AgentTerms", "AgentTool", "ToolKind", "WebPage"),
    "answer": ("Answer", "AnswerState"),
    "asset": ("Asset",),
    "brand": ("BrandFile", "BrandKit"),
    "caller": ("ApiKey", "Principal"),
    "delivery": ("Attempt", "ClaimedDelivery", "Delivery", "DeliveryState", "WebhookSecret"),
    "json": ("Json",),
    "log": ("Event", "NewEvent", "Page", "StepRecord", "StepState"),
    "media": ("Kind", "Limits", "MediaInfo", "PortType"),
    "model": ("ActionCall", "Generation", "Model", "Wanted"),
    "place": ("Project", "Workspace"),
    "provider": (
        "Candidate",
        "Given",
        "Made",
        "MadeItem",
        "MediaFile",
        "Offers",
        "Order",
        "Preference",
        "ProviderProblem",
        "ProviderSettings",
        "RemoteTechnique",
        "RoutingPolicy",
        "Task",
        "Ticket",
    ),
    "purchase": ("CostLine", "Costs", "Purchase", "PurchaseState"),
    "run": (
        "Backlog",
        "Disposition",
        "Fence",
        "NewRun",
        "Output",
        "Phase",
        "Run",
        "RunType",
        "Spending",
        "Status",
    ),
    "technique": ("Availability", "Port", "Step", "StepKind", "Technique"),
    "upload": ("AssetStatus", "Upload"),
}
_HOMES = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # found without this function from now on
    return value
