"""Actions that change a film's speed, size, ratio, background and sound."""

from limner.actions.specs.layout import RATIO_PARAMS
from limner.actions.specs.params import choice, colour, flag, number, whole
from limner.actions.specs.video import VIDEO_IN, VIDEO_OUT
from limner.types import Action, ActionPort, Kind

SPEED_UP_VIDEO = Action(
    action_id="speed-up-video",
    name="Speed Up Video",
    description=(
        "Play a video faster. The result lasts the video's length divided by `factor`, at the same frame rate; "
        "the sound is shortened with it and keeps its pitch."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={
        "factor": number(2, 1, 100, "How many times as fast: 2 halves the length, 1 keeps it."),
        "keep_audio": flag(True, "Whether the sound stays, at its own pitch; false removes it."),
    },
    handler="limner.actions.tempo:speed_up_video",
    estimated_seconds=8,
    timeout_seconds=900,
)

SLOW_DOWN_VIDEO = Action(
    action_id="slow-down-video",
    name="Slow Down Video",
    description=(
        "Play a video slower. The result lasts the video's length times `factor`, at the same frame rate; the "
        "sound is stretched with it and keeps its pitch. `smoothing` says what fills the time between frames."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={
        "factor": number(2, 1, 20, "How many times as slow: 2 doubles the length, 1 keeps it."),
        "keep_audio": flag(True, "Whether the sound stays, at its own pitch; false removes it."),
        "smoothing": choice(
            "off",
            ("off", "blend", "motion"),
            "off repeats frames; blend fades each into the next; motion draws what moves on its way: for videos "
            "of at most 720p and results of at most 3000 frames of 1280 x 720 (others are blended, with a "
            "warning), and about five times as slow.",
        ),
    },
    handler="limner.actions.tempo:slow_down_video",
    estimated_seconds=20,
    timeout_seconds=900,
)

GREENSCREEN_VIDEO = Action(
    action_id="greenscreen-video",
    name="Greenscreen Video",
    description=(
        "Remove a green, blue or other plain coloured backdrop: it becomes transparent, with soft edges and "
        "without coloured light on the subject. The result keeps its sound and goes over any other film or page."
    ),
    inputs=(VIDEO_IN,),
    outputs=(
        ActionPort(
            Kind.VIDEO,
            description="The video with transparency: WebM, VP9 with alpha, with Opus where there is sound.",
        ),
    ),
    params={
        "blend": number(
            30, 0, 100, "How soft the edge is, in percent of the distance from the backdrop's colour to grey."
        ),
        "color_preset": choice(
            "green",
            ("green", "blue", "custom"),
            "The backdrop's colour: green and blue are found in the video as they look there; custom takes "
            "`custom_color` as it is.",
        ),
        "custom_color": colour("#00b140", "The backdrop's colour when `color_preset` is custom"),
        "similarity": number(
            40,
            0,
            100,
            "How far a colour may be from the backdrop's and still vanish, in percent of the distance from the "
            "backdrop's colour to grey. Raise it where backdrop is left, lower it where the subject gets holes.",
        ),
        "spill": flag(True, "Whether light of the backdrop's colour is taken off the subject."),
    },
    handler="limner.actions.keying:greenscreen_video",
    version=2,
    estimated_seconds=20,
    timeout_seconds=900,
)

RESIZE_VIDEO = Action(
    action_id="resize-video",
    name="Resize Video",
    description=(
        "Give a video another size and keep its ratio. `resolution` is the number of pixels of the shorter side: "
        "720 makes 1280 x 720 of a landscape 16:9 video and 720 x 1280 of an upright one. Sizes are even."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params={
        "custom_resolution": whole(
            720, 16, 4320, "The shorter side in pixels when `resolution` is custom; odd numbers become even."
        ),
        "resolution": choice(
            "720",
            ("240", "360", "480", "540", "720", "1080", "1440", "2160", "custom"),
            "The shorter side in pixels; custom takes `custom_resolution`.",
        ),
    },
    handler="limner.actions.resize:resize_video",
    estimated_seconds=10,
    timeout_seconds=900,
)

CHANGE_VIDEO_AR = Action(
    action_id="change-video-ar",
    name="Change Video Aspect Ratio",
    description=(
        "Cut or pad a video to an aspect ratio, at its own scale, to the nearest even size. `crop` keeps the "
        "middle; `pad` keeps everything and fills the rest with a blurred copy or a plain colour."
    ),
    inputs=(VIDEO_IN,),
    outputs=(VIDEO_OUT,),
    params=RATIO_PARAMS,
    handler="limner.actions.film_ratio:change_video_ar",
    estimated_seconds=12,
    timeout_seconds=900,
)

SPLIT_AUDIO_FROM_VIDEO = Action(
    action_id="split-audio-from-video",
    name="Split Audio From Video",
    description=(
        "Take a video apart into the picture without sound and the sound as a file of its own. What can be is "
        "copied without loss. A video without sound is refused."
    ),
    inputs=(VIDEO_IN,),
    outputs=(
        ActionPort(Kind.VIDEO, description="The video without a sound track."),
        ActionPort(Kind.AUDIO, description="The first sound track."),
    ),
    params={
        "audio_format": choice(
            "auto",
            ("auto", "m4a", "mp3", "wav"),
            "The sound's file: auto copies it as it is where it is AAC, ALAC, MP3 or 16-bit PCM, and else makes "
            "an m4a. Sound that is not copied becomes stereo at 48 kHz; wav is uncompressed.",
        ),
    },
    handler="limner.actions.sound_split:split_audio_from_video",
    estimated_seconds=3,
    timeout_seconds=600,
)

TIMING: tuple[Action, ...] = (
    SPEED_UP_VIDEO,
    SLOW_DOWN_VIDEO,
    GREENSCREEN_VIDEO,
    RESIZE_VIDEO,
    CHANGE_VIDEO_AR,
    SPLIT_AUDIO_FROM_VIDEO,
)
