"""Actions that take films apart and put frames together."""

from limner.actions.specs.params import choice, colour, flag, group, number, whole
from limner.types import Action, ActionPort, Kind

_VIDEO_IN = (ActionPort(Kind.VIDEO, description="The video to work on."),)
_SENSITIVITY = number(
    50,
    0,
    100,
    "For scene: how slight a change counts as a cut, from 0 (only hard changes of the whole picture) to 100 "
    "(slight ones too). Fades are not found.",
)

SPLIT_VIDEO = Action(
    action_id="split-video",
    name="Split Video",
    description=(
        "Cut a video into parts: equal ones, parts of a given length, or one per shot. Together, in order, they "
        "are the whole video, to the frame; with trim_handles each loses its ends. At most 100 parts."
    ),
    inputs=_VIDEO_IN,
    outputs=(
        ActionPort(
            Kind.VIDEO,
            most=None,
            description="The parts in order: MP4, H.264, with AAC where there is sound.",
        ),
    ),
    params={
        "scene_sensitivity": _SENSITIVITY,
        "segment_duration": number(
            5,
            0.1,
            600,
            "For duration: seconds per part. The last part is what is left, so it may be shorter.",
        ),
        "segments": whole(2, 1, 100, "For equal: the number of parts."),
        "split_mode": choice(
            "equal",
            ("equal", "duration", "scene"),
            "Where to cut: into `segments` equal parts, every `segment_duration` seconds, or at every cut that "
            "is found in the picture.",
        ),
        "strip_audio": flag(False, "Leave the sound out."),
        "trim_handles": number(
            0,
            0,
            10,
            "Seconds to take away at both ends of every part; 0 keeps all. Shorter parts are left out.",
        ),
    },
    handler="limner.actions.cutting:split_video",
    version=2,
    estimated_seconds=15,
    timeout_seconds=900,
)

EXTRACT_VIDEO_FRAMES = Action(
    action_id="extract-video-frames",
    name="Extract Video Frames",
    description=(
        "Save frames of a video as pictures, in order: a single one, evenly spread ones, one every few seconds, "
        "or one per shot. At most 100 come back."
    ),
    inputs=_VIDEO_IN,
    outputs=(ActionPort(Kind.IMAGE, most=None, description="The frames, at the video's own size, as JPEG."),),
    params={
        "every_seconds": number(1, 0.04, 600, "For interval: seconds from one picture to the next."),
        "frame_count": whole(
            4, 1, 100, "For evenly: how many pictures, each from the middle of an equal stretch of the range."
        ),
        "mode": choice(
            "evenly",
            ("single", "evenly", "interval", "scene"),
            "Which frames: the one at `time_percent`, `frame_count` of them evenly spread, one every "
            "`every_seconds`, or the middle one of each shot.",
        ),
        "range": group(
            "The stretch of the video to take frames from, in percent of its length.",
            start=number(0, 0, 100, "Where the stretch starts, in percent; below the end."),
            end=number(100, 0, 100, "Where it ends, in percent."),
        ),
        "scene_sensitivity": _SENSITIVITY,
        "time_percent": number(
            50, 0, 100, "For single: where in the range, in percent; 0 is its first frame, 100 its last."
        ),
    },
    handler="limner.actions.stills_of_film_choice:extract_video_frames",
    version=3,
    estimated_seconds=5,
    timeout_seconds=600,
)

VIDEO_TO_FRAME_GRID = Action(
    action_id="video-to-frame-grid",
    name="Video to Frame Grid",
    description=(
        "Show a video at one glance: evenly spread frames from its whole length as a grid, in reading order."
    ),
    inputs=_VIDEO_IN,
    outputs=(ActionPort(Kind.IMAGE, description="The grid: JPEG, or PNG on a see-through background."),),
    params={
        "background": colour("#111111", "What shows between and around the frames"),
        "cell_width": whole(
            480, 16, 1920, "The width of one frame in pixels; its height follows the video's."
        ),
        "cols": whole(3, 1, 12, "Frames in one row."),
        "gap": whole(8, 0, 200, "Pixels between the frames and around the grid; 0 leaves none."),
        "rows": whole(3, 1, 12, "Number of rows."),
    },
    handler="limner.actions.frame_grid:video_to_frame_grid",
    version=2,
    estimated_seconds=5,
    timeout_seconds=600,
)

BOOMERANG_VIDEO = Action(
    action_id="boomerang-video",
    name="Boomerang Video",
    description=(
        "Play a video forwards and then backwards, turning without a stop. It lasts twice as long as the video, "
        "divided by the speed."
    ),
    inputs=_VIDEO_IN,
    outputs=(
        ActionPort(Kind.VIDEO, description="The new video: MP4, H.264; silent unless include_audio is set."),
    ),
    params={
        "include_audio": flag(
            False, "Keep the sound: forwards, then turned round. A speed other than 1 leaves its pitch."
        ),
        "speed": number(1, 0.25, 4, "How fast, as a factor: 1 is the video's own speed, 2 is twice as fast."),
    },
    handler="limner.actions.boomerang:boomerang_video",
    estimated_seconds=20,
    timeout_seconds=900,
)

VIDEO_TO_LONG_EXPOSURE = Action(
    action_id="video-to-long-exposure",
    name="Video to Long Exposure",
    description=(
        "Lay the frames of a video over one another in one picture, as if the shutter had stayed open: moving "
        "water goes smooth, lights leave trails. It wants a camera that stood still."
    ),
    inputs=_VIDEO_IN,
    outputs=(ActionPort(Kind.IMAGE, description="The picture, at the video's own size, as JPEG."),),
    params={
        "blend_mode": choice(
            "average",
            ("average", "lighten", "darken"),
            "average smooths what moves, lighten keeps the brightest of each place (light trails), darken the "
            "darkest.",
        ),
        "frame_stride": whole(
            1, 1, 100, "Take every frame (1), every second (2), and so on, from the first."
        ),
        "max_frames": whole(
            600, 1, 5000, "At most so many frames are laid over one another; the rest is left."
        ),
    },
    handler="limner.actions.exposure:video_to_long_exposure",
    version=2,
    estimated_seconds=10,
    timeout_seconds=600,
)

DUPLICATE_VIDEO = Action(
    action_id="duplicate-video",
    name="Duplicate Video",
    description="Copy a video, byte for byte, so that each copy can go its own way.",
    inputs=_VIDEO_IN,
    outputs=(ActionPort(Kind.VIDEO, most=None, description="The copies, in the format of the video given."),),
    params={"count": whole(2, 1, 10, "Number of copies.")},
    handler="limner.actions.film_copies:duplicate_video",
    estimated_seconds=1,
)

FRAMES: tuple[Action, ...] = (
    SPLIT_VIDEO,
    EXTRACT_VIDEO_FRAMES,
    VIDEO_TO_FRAME_GRID,
    BOOMERANG_VIDEO,
    VIDEO_TO_LONG_EXPOSURE,
    DUPLICATE_VIDEO,
)
