"""The rows of actions that make or read films. In FFmpeg's words, {film} and the like are paths and {x264} settings."""

from typing import Any

from cases import Case, film


def filtered(chain: str) -> str:
    """Return FFmpeg's words for a film whose picture goes through a chain of filters and whose sound stays."""
    return f"-i {{film}} -vf {chain} {{x264}} {{out}}.mp4"


def _cube(name: str) -> str:
    return filtered(f"format=gbrp,lut3d=file={{folder}}/{name}.cube:interp=trilinear,format=yuv420p")


def _in_rgb(expression: str) -> str:
    channels = ":".join(f"{channel}='{expression}'" for channel in "rgb")
    return filtered(f"format=gbrp,lutrgb={channels},format=yuv420p")


def _filter(name: str, words: str, **more: Any) -> Case:
    return film("color-filter-video", {"filter": name, **more.pop("params", {})}, words, **more)


def sway(number: int) -> str:
    """Return how a hand sways and trembles as FFmpeg's formula of the time, -1 to 1."""
    waves = ((0.32, 0.7), (0.28, 1.6), (0.2, 3.1), (0.13, 5.3), (0.07, 8.2))
    return "+".join(f"{weight}*sin(2*PI*{hertz}*t+{number * hertz})" for weight, hertz in waves)


FILTERS = (
    _filter(
        "grayscale",
        filtered("hue=s=0"),
        remark="grey by luma, not luminance: vivid colours too dark, and 9 % fewer bits to encode",
    ),
    _filter("invert", filtered("negate")),
    _filter("bw", filtered("lutyuv=y='if(gte(val,126),235,16)':u=128:v=128")),
    _filter("posterize", _in_rgb("floor(val/64)*85")),
    _filter("solarize", _in_rgb("if(gte(val,128),255-val,val)")),
    *(_filter(name, _cube(name)) for name in ("sepia", "clarendon", "moon", "nashville")),
    *(_filter(name, _cube(name)) for name in ("noir", "fade", "crossprocess")),
    _filter(
        "clarendon",
        filtered(
            "format=gbrp,lut3d=file={folder}/clarendon.cube:interp=trilinear,format=yuv420p,noise=c0s=20:c0f=t"
        ),
        params={"grain": 20},
        remark="grain without a size",
    ),
    film("color-grade-video", {"brightness": 10, "contrast": 20, "saturation": 15}, _cube("graded")),
    film("color-grade-video", {"gamma": 1.2}, filtered("eq=gamma=1.2")),
)

EFFECTS = (
    film("video-effect", {"effect": "vignette"}, filtered("vignette=angle=36*PI/180")),
    film(
        "video-effect",
        {"effect": "grain"},
        filtered("noise=c0s=25:c0f=t"),
        remark="grain without a size",
    ),
    film("video-effect", {"effect": "pixelate"}, filtered("pixelize=w=16:h=16")),
    film(
        "video-effect",
        {"effect": "shake"},
        filtered(
            f"rotate=a='0.0036*({sway(0)})',scale=2078:1170:flags=bicubic,"
            f"crop=1920:1080:x='79+16.2*({sway(1)})':y='45+16.2*({sway(2)})'"
        ),
        remark="moved by whole pixels, along such a path",
    ),
    film(
        "video-effect", {"effect": "chromatic"}, filtered("format=gbrp,rgbashift=rh=-6:bh=6,format=yuv420p")
    ),
    film(
        "video-effect",
        {"effect": "vhs"},
        filtered(
            "scale=854:480,noise=c0s=70:c0f=t:c1s=40:c1f=t:c2s=40:c2f=t,chromashift=cbh=5:crh=5,"
            "avgblur=sizeX=3:sizeY=1,scale=1920:1080:flags=bicubic"
        ),
        remark="no lines out of step, no dropouts; noise of nearly as many bits",
    ),
)

ATEMPO = "-i {{film}} -filter_complex [0:v]{0}[v];[0:a]atempo={1}[a] -map [v] -map [a] {{x264}} {{out}}.mp4"
SLOW_MOTION = (
    "-i {small} -filter_complex [0:v]setpts=2*PTS,minterpolate=fps=30:mi_mode=mci:mc_mode=aobmc:me_mode=bilat:"
    "vsbmc=0:scd=fdiff[v];[0:a]atempo=0.5[a] -map [v] -map [a] {x264} {out}.mp4"
)
TIME = (
    film(
        "reverse-video",
        {},
        "-i {film} -vf reverse -af areverse {x264} {out}.mp4",
    ),
    film(
        "boomerang-video",
        {},
        "-i {film} -filter_complex [0:v]split[a][b];[b]reverse[r];[a][r]concat[v] -map [v] {silent} {out}.mp4",
    ),
    film(
        "boomerang-video",
        {"include_audio": True},
        "-i {film} -filter_complex [0:v]split[a][b];[b]reverse[r];[0:a]asplit[c][d];[d]areverse[s];"
        "[a][c][r][s]concat=v=1:a=1[v][w] -map [v] -map [w] {x264} {out}.mp4",
    ),
    film("speed-up-video", {"factor": 2}, ATEMPO.format("setpts=PTS/2,fps=30", 2)),
    film("slow-down-video", {"factor": 2}, ATEMPO.format("setpts=2*PTS,fps=30", 0.5)),
    film(
        "slow-down-video",
        {"factor": 2, "smoothing": "blend"},
        ATEMPO.format("setpts=2*PTS,framerate=fps=30:interp_start=0:interp_end=255", 0.5),
    ),
    film("slow-down-video", {"factor": 2, "smoothing": "motion"}, SLOW_MOTION, given=("small.mp4",)),
    film(
        "ken-burns-video",
        {"duration": 10},
        "-i {picture} -vf scale=8000:-2,zoompan=z='1+0.2*on/299':d=300:x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'"
        ":s=1440x1080:fps=30 {silent} {out}.mp4",
        given=("picture.jpg",),
        remark="from twice the size; it still jumps by fractions of a pixel",
    ),
    film(
        "ken-burns-video",
        {"duration": 10, "zoom_direction": "none", "pan_direction": "right", "zoom": 1.4},
        "-i {picture} -vf scale=8000:-2,zoompan=z=1.4:d=300:x='(iw-iw/zoom)*on/299':y='(ih-ih/zoom)/2'"
        ":s=1440x1080:fps=30 {silent} {out}.mp4",
        given=("picture.jpg",),
        remark="from twice the size; it still jumps by fractions of a pixel",
    ),
)

BLURRED = "scale={0}:flags=area,crop={1},gblur=sigma={2}:steps=2,scale={3}:flags=bicubic"
SHAPE = (
    film("resize-video", {"resolution": "720"}, filtered("scale=-2:720:flags=bicubic")),
    film("resize-video", {"resolution": "360"}, filtered("scale=-2:360:flags=bicubic")),
    film("resize-video", {"resolution": "1440"}, filtered("scale=-2:1440:flags=bicubic")),
    film("change-video-ar", {"aspect_ratio": "1:1", "fit": "crop"}, filtered("crop=1080:1080")),
    film(
        "change-video-ar",
        {"aspect_ratio": "4:3", "fit": "pad", "background_mode": "solid"},
        filtered("pad=1920:1440:0:180"),
    ),
    film(
        "change-video-ar",
        {"aspect_ratio": "1:1", "fit": "pad", "background_mode": "blur"},
        "-i {film} -filter_complex [0:v]split[a][b];[b]"
        + BLURRED.format("426:240", "240:240", 24, "1920:1920")
        + "[c];[c][a]overlay=0:420[v] -map [v] -map 0:a {x264} {out}.mp4",
    ),
    film(
        "stitch-videos",
        {},
        "-i {film} -i {film} -filter_complex [0:v][0:a][1:v][1:a]concat=v=1:a=1[v][a] -map [v] -map [a] {x264}"
        " {out}.mp4",
        given=("film.mp4", "film.mp4"),
    ),
    film(
        "stitch-videos",
        {"transition": "fade"},
        "-i {film} -i {film} -filter_complex [0:v][1:v]xfade=fade:0.5:9.5[v];[0:a][1:a]acrossfade=d=0.5[a]"
        " -map [v] -map [a] {x264} {out}.mp4",
        given=("film.mp4", "film.mp4"),
    ),
    film(
        "stitch-videos",
        {"background_mode": "blur"},
        "-i {film} -i {upright} -filter_complex [1:v]scale=608:1080,split[u][b];[b]"
        + BLURRED.format("240:428", "240:136", 11, "1920:1080")
        + "[c];[c][u]overlay=656:0[d];[0:v][0:a][d][1:a]concat=v=1:a=1[v][a] -map [v] -map [a] {x264} {out}.mp4",
        given=("film.mp4", "upright.mp4"),
    ),
    film("duplicate-video", {"count": 2}, remark="the file is copied"),
)

MEAN = ",".join(f"tmix=frames={count},select='eq(mod(n,{count}),{count - 1})'" for count in (2, 2, 3, 5, 5))
TAKEN = (
    film(
        "extract-video-frames",
        {"mode": "single"},
        "-ss 5 -i {film} -frames:v 1 {jpeg} {out}.jpg",
    ),
    film(
        "extract-video-frames",
        {"mode": "evenly", "frame_count": 4},
        "-i {film} -vf fps=0.4 {jpeg} {out}-%d.jpg",
    ),
    film(
        "extract-video-frames",
        {"mode": "interval", "every_seconds": 1},
        "-i {film} -vf fps=1 {jpeg} {out}-%d.jpg",
    ),
    film(
        "extract-video-frames",
        {"mode": "scene"},
        "-i {film} -vf select='gt(scene,0.3)' -vsync vfr {jpeg} {out}-%d.jpg",
        remark="the first frame of each shot, not its middle",
    ),
    film(
        "video-to-frame-grid",
        {},
        "-i {film} -vf fps=0.9,scale=480:-2:flags=bicubic,tile=3x3:padding=8:margin=8:color=0x111111"
        " -frames:v 1 {jpeg} {out}.jpg",
    ),
    film(
        "video-to-long-exposure",
        {"blend_mode": "average"},
        f"-i {{film}} -vf {MEAN} -frames:v 1 {{jpeg}} {{out}}.jpg",
        remark="five means of means, each rounded",
    ),
    film(
        "video-to-long-exposure",
        {"blend_mode": "lighten"},
        "-i {film} -vf format=gbrp,lagfun=decay=1,select='eq(n,299)' -frames:v 1 {jpeg} {out}.jpg",
    ),
    film(
        "split-video",
        {"segments": 2},
        "-i {film} -t 5 {x264} {out}-1.mp4 -ss 5 {x264} {out}-2.mp4",
    ),
    film("split-video", {"split_mode": "scene"}),
    film(
        "split-audio-from-video",
        {},
        "-i {film} -map 0:v -c copy {out}.mp4 -map 0:a -c copy {out}.m4a",
        remark="most of it is the start of Python and FFmpeg's libraries, and reading the results back",
    ),
    film(
        "split-audio-from-video",
        {"audio_format": "mp3"},
        "-i {film} -map 0:v -c copy {out}.mp4 -map 0:a -c:a libmp3lame -q:a 2 {out}.mp3",
    ),
    film(
        "merge-audio-into-video",
        {},
        "-i {film} -i {sound} -filter_complex [0:a][1:a]amix=duration=first:normalize=0[a] -map 0:v -map [a]"
        " -c:v copy {aac} {out}.mp4",
        given=("film.mp4", "sound.m4a"),
    ),
    film(
        "greenscreen-video",
        {},
        "-i {green} -vf chromakey=0x00b140:0.14:0.1,despill=green,format=yuva420p {vp9} {out}.webm",
        given=("green.mp4",),
    ),
)

FILMS = (*SHAPE, *TIME, *TAKEN, *FILTERS, *EFFECTS)
