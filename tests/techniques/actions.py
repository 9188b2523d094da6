"""A few actions with the shapes that technique files meet: lists, bounds, several results, no input."""

from limner.types import Action, ActionPort, Json, Kind

IMAGE, VIDEO, TEXT = ActionPort(Kind.IMAGE), ActionPort(Kind.VIDEO), ActionPort(Kind.TEXT)
IMAGES = ActionPort(Kind.IMAGE, least=1, most=None)


def number(least: float, most: float, default: float) -> Json:
    return {
        "type": "number",
        "description": "A number.",
        "minimum": least,
        "maximum": most,
        "default": default,
    }


def text(default: str = "", **narrow: object) -> Json:
    return {"type": "string", "description": "A text.", "default": default, **narrow}


def action(
    action_id: str, takes: tuple[ActionPort, ...], makes: tuple[ActionPort, ...], **params: Json
) -> Action:
    return Action(action_id, action_id, "Does it.", takes, makes, params, "nowhere:nothing")


POINT: Json = {
    "type": "object",
    "description": "A place.",
    "properties": {"x": {"type": "number", "minimum": 0, "maximum": 100}, "y": {"type": "number"}},
    "default": {"x": 50, "y": 50},
}
CATALOGUE = (
    action(
        "blur-image",
        (IMAGE,),
        (IMAGE,),
        radius=number(0, 100, 4),
        blur_type=text("gaussian", enum=["gaussian", "box", "motion"]),
    ),
    action(
        "extract-palette",
        (IMAGE,),
        (IMAGE, TEXT),
        count={"type": "integer", "minimum": 3, "maximum": 12, "default": 6},
    ),
    action(
        "side-by-side-composite",
        (ActionPort(Kind.IMAGE, least=2, most=4),),
        (IMAGE,),
        gap={"type": "integer", "minimum": 0, "maximum": 200, "default": 8},
        layout=text("auto", enum=["auto", "grid-2x2"]),
    ),
    action(
        "add-text-to-image",
        (IMAGE,),
        (IMAGE,),
        text=text("Text"),
        shadow={"type": "boolean", "default": False},
    ),
    action(
        "add-shape-to-image",
        (IMAGE,),
        (IMAGE,),
        center=POINT,
        fill_color=text("#fff", pattern="^#[0-9a-f]{3,8}$"),
    ),
    action("generate-text-image", (), (IMAGE,), text=text("Text"), width=number(64, 4096, 1024)),
    action("split-text", (TEXT,), (ActionPort(Kind.TEXT, 1, None),), separator=text(",")),
    action("concat-text", (ActionPort(Kind.TEXT, 1, None),), (TEXT,), separator=text("\n")),
    action("find-and-replace-text", (TEXT,), (TEXT,), find=text(), replace=text()),
    action("extract-video-frames", (VIDEO,), (IMAGES,), frame_count=number(1, 60, 4)),
    action("split-audio-from-video", (VIDEO,), (VIDEO, ActionPort(Kind.AUDIO, least=0))),
    action("stitch-videos", (ActionPort(Kind.VIDEO, least=2, most=None),), (VIDEO,)),
    action(
        "ken-burns-video",
        (IMAGE,),
        (VIDEO,),
        fps=text("30", enum=["24", "30", "60"]),
        duration=number(1, 30, 4),
    ),
    action("reverse-video", (VIDEO,), (VIDEO,)),
)
ACTIONS = {each.action_id: each for each in CATALOGUE}
