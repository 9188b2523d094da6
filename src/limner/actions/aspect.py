"""Exact aspect ratios: the sizes a picture is cut or padded to, in whole pixels."""

from math import gcd

Size = tuple[int, int]


def parse_ratio(ratio: str) -> Size:
    """Return the two numbers of a ratio such as 16:9, in lowest terms."""
    width, _, height = ratio.partition(":")
    divisor = gcd(int(width), int(height))
    return int(width) // divisor, int(height) // divisor


def inner_size(size: Size, ratio: str) -> Size:
    """Return the largest size of exactly this ratio within `size`; one step of the ratio at the least.

    That least size is larger than the picture only where it has fewer pixels than the ratio has parts.
    """
    across, down = parse_ratio(ratio)
    steps = max(1, min(size[0] // across, size[1] // down))
    return steps * across, steps * down


def outer_size(size: Size, ratio: str) -> Size:
    """Return the smallest size of exactly this ratio that holds `size`."""
    across, down = parse_ratio(ratio)
    steps = max(-(-size[0] // across), -(-size[1] // down))
    return steps * across, steps * down


def cover_size(size: Size, target: Size) -> Size:
    """Return the size, ratio kept, at which a picture just covers the target."""
    scale = max(target[0] / size[0], target[1] / size[1])
    return max(target[0], round(size[0] * scale)), max(target[1], round(size[1] * scale))


def contain_size(size: Size, target: Size) -> Size:
    """Return the size, ratio kept, at which a picture just fits within the target."""
    scale = min(target[0] / size[0], target[1] / size[1])
    return max(1, min(target[0], round(size[0] * scale))), max(1, min(target[1], round(size[1] * scale)))
