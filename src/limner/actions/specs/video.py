"""Actions that make and edit video."""

from limner.actions.specs.params import choice, colour, number, text, whole
from limner.types import Action, ActionPort, Kind

STITCH_RATIOS = (
    "auto",
    "21:9",
    "16:9",
    "3:2",
    "4:3",
    "5:4",
    "1:1",
    "4:5",
    "3:4",
    "2:3",
    "9:16",
    "9:21",
)

VIDEO_IN = ActionPort(Kind.VIDEO, description="The video to work on.")
VIDEO_OUT = ActionPort(Kind.VIDEO, description="The new video: MP4, H.264, with AAC where there is sound.")

KEN_BURNS_VIDEO = Action(
    action_id="ken-burns-video",
    name="Ken Burns Video",
    description=(
        "Turn a still picture into a film by moving a camera over it: zoom in or out, pan, or both. The film "
        "has the picture's ratio, within 1920 x 1080 or upright 1080 x 1920, and no sound. Join several with "
        "stitch-videos."
    ),
    inputs=(ActionPort(Kind.IMAGE, description="The picture to move over."),),
    outputs=(VIDEO_OUT,),
    params={
        "duration": number(5, 1, 30, "How long the film is, in seconds."),
        "easing": choice(
            "ease-in-out",
            ("linear", "ease-in", "ease-out", "ease-in-out"),
            "How the camera starts and stops: linear keeps one speed, ease-in starts gently, ease-out stops "
            "gently.",
        ),
        "fps": choice("30", ("24", "30", "60"), "Frames per second."),
        "pan_direction": choice(
            "none",
            ("none", "left", "right", "up", "down"),
            "Where the camera moves to. It needs `zoom` above 1.",
        ),
        "zoom": number(
            1.2, 1, 3, "How close the camera gets, as a factor: 1 is the whole picture, 1.2 is 20 % closer."
        ),
        "zoom_direction": choice(
            "in",
            ("none", "in", "out"),
            "Whether the camera moves in or out; none keeps its distance, close when it pans and else far.",
        ),
        "caption": text(
            "", "Words at the foot of the film; they stand still while the picture moves.", longest=300
        ),
        "variation": whole(
            0,
            0,
            1000,
            "The number of this scene in a row of scenes: each of 0, 1, 2, 3 moves otherwise, so that "
            "neighbours differ. Only while both directions are left at their defaults.",
        ),
    },
    handler="limner.actions.kenburns:ken_burns_video",
    sets_text=True,
    version=2,
    estimated_seconds=10,
)

STITCH_VIDEOS = Action(
    action_id="stitch-videos",
    name="Stitch Videos",
    description=(
        "Join two or more videos, in order, into one with one size, frame rate and sound. Clips of other "
        "shapes are fitted; silent clips stay silent. A transition overlaps neighbours, so each one shortens "
        "the total by its duration."
    ),
    inputs=(ActionPort(Kind.VIDEO, least=2, most=None, description="The videos to join, in order."),),
    outputs=(VIDEO_OUT,),
    params={
        "aspect_ratio": choice(
            "auto", STITCH_RATIOS, "The ratio of the result; auto takes the first video's."
        ),
        "background_color": colour("#000000", "What shows beside a contained video"),
        "background_mode": choice(
            "solid", ("solid", "blur"), "Whether the plain colour or a blurred copy shows beside it."
        ),
        "blur_amount": number(50, 0, 100, "How soft the blurred copy is, 0 (sharp) to 100."),
        "fit_mode": choice(
            "contain",
            ("contain", "cover"),
            "Show a video of another ratio whole, or fill the frame and crop.",
        ),
        "transition": choice(
            "none",
            ("none", "fade", "wipeleft", "wiperight"),
            "How one video gives way to the next; the sound fades over with it.",
        ),
        "transition_duration": number(
            0.5, 0.1, 3, "How long a transition lasts, in seconds; at most half of the shortest video."
        ),
    },
    handler="limner.actions.stitch:stitch_videos",
    version=2,
    estimated_seconds=20,
    timeout_seconds=900,
)

REVERSE_VIDEO = Action(
    action_id="reverse-video",
    name="Reverse Video",
    description="Play a video backwards, from its last frame to its first. Length and size stay the same.",
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={
        "audio_mode": choice(
            "reverse",
            ("strip", "reverse", "keep"),
            "Remove the sound, turn it round with the picture, or keep it running forwards.",
        ),
    },
    handler="limner.actions.reverse:reverse_video",
    estimated_seconds=15,
    timeout_seconds=900,
)

MERGE_AUDIO_INTO_VIDEO = Action(
    action_id="merge-audio-into-video",
    name="Merge Audio Into Video",
    description=(
        "Put a sound under a video. A video that has sound keeps it: the two are mixed at their own loudness."
    ),
    inputs=(VIDEO_IN, ActionPort(Kind.AUDIO, description="The music, voice or noise to add.")),
    outputs=(VIDEO_OUT,),
    params={
        "duration": choice(
            "video",
            ("shortest", "video", "audio"),
            "How long the result is: the shorter of both, the video (sound is cut, or silence follows), or "
            "the sound (video is cut, or its last frame held).",
        ),
    },
    handler="limner.actions.soundtrack:merge_audio_into_video",
    version=2,
    estimated_seconds=10,
    timeout_seconds=900,
)

VIDEO: tuple[Action, ...] = (KEN_BURNS_VIDEO, STITCH_VIDEOS, REVERSE_VIDEO, MERGE_AUDIO_INTO_VIDEO)
