"""The values that rooms hand to each other. Frozen, and without behaviour beyond reading themselves."""

from limner.types.action import Action, ActionPort
from limner.types.caller import ApiKey, Principal
from limner.types.json import Json
from limner.types.log import Event, NewEvent, Page, StepRecord, StepState
from limner.types.media import Asset, Kind, Limits, MediaInfo, PortType
from limner.types.run import Disposition, Fence, NewRun, Output, Phase, Run, RunType, Spending, Status
from limner.types.technique import Availability, Port, Step, StepKind, Technique

__all__ = [
    "Action",
    "ActionPort",
    "ApiKey",
    "Asset",
    "Availability",
    "Disposition",
    "Event",
    "Fence",
    "Json",
    "Kind",
    "Limits",
    "MediaInfo",
    "NewEvent",
    "NewRun",
    "Output",
    "Page",
    "Phase",
    "Port",
    "PortType",
    "Principal",
    "Run",
    "RunType",
    "Spending",
    "Status",
    "Step",
    "StepKind",
    "StepRecord",
    "StepState",
    "Technique",
]
