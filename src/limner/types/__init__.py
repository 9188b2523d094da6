"""The values that rooms hand to each other. Frozen, and without behaviour beyond reading themselves."""

from limner.types.action import Action, ActionPort
from limner.types.json import Json
from limner.types.log import Event, NewEvent, Page, StepRecord, StepState
from limner.types.media import Asset, Kind, Limits, MediaInfo, PortType
from limner.types.run import Disposition, Fence, NewRun, Output, Phase, Run, RunType, Status
from limner.types.technique import Availability, Port, Step, StepKind, Technique

__all__ = [
    "Action",
    "ActionPort",
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
    "Run",
    "RunType",
    "Status",
    "Step",
    "StepKind",
    "StepRecord",
    "StepState",
    "Technique",
]
