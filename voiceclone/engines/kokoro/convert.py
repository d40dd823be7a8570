"""Bring Kokoro's weights into one form, whatever form they came in.

From the Hub: `kokoro-v1_0.pth` and style packs as `.pt`. From installed packages: an int8
ONNX graph, whose weights are dequantised, and style packs as `.npz`. Either way the result
is `model.safetensors` (weight norm folded) and `packs.safetensors`, made once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate.utils import load_checkpoint_in_model
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from voiceclone.engines.kokoro.network import KokoroNetwork
from voiceclone.engines.kokoro.spec import PACK_ROWS, PACKS
from voiceclone.hub.weights import Resolved, WeightStore

FORM = "modules-v2"
_GATES_ONNX_TO_TORCH = (0, 2, 3, 1)
"""ONNX orders an LSTM's gates i, o, f, c; torch i, f, c, o."""


def load_network(weights: WeightStore, device: torch.device) -> KokoroNetwork:
    """Return the network with its weights, placed straight on a device, ready to speak."""
    folder = weights.derived("kokoro", FORM, build)
    with _NoMemory():
        network = KokoroNetwork().fold_weight_norm()
    load_checkpoint_in_model(network, str(folder / "model.safetensors"), device_map={"": str(device)})
    network.requires_grad_(False)
    return network.eval()


class _NoMemory(TorchFunctionMode):
    """Within this block modules are made with no memory for their weights, in this thread only.

    Accelerate's `init_empty_weights` changes `nn.Module` itself, and with it the voices that other threads
    begin to train meanwhile.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func is torch.empty:
            kwargs["device"] = "meta"
        return func(*args, **kwargs)


def load_packs(weights: WeightStore) -> dict[str, np.ndarray]:
    """Return the stock style packs, each float32 `[510, 256]`."""
    folder = weights.derived("kokoro", FORM, build)
    return {name: pack.numpy() for name, pack in load_file(folder / "packs.safetensors").items()}


def build(resolved: Resolved, folder: Path) -> None:
    """Fill a folder with `model.safetensors` and `packs.safetensors`."""
    if resolved.source == "hub":
        state = _from_checkpoint(resolved.folder / "kokoro-v1_0.pth")
        packs = {n: torch.load(resolved.folder / f"{n}.pt", weights_only=True) for n in PACKS}
    else:
        state = _from_onnx(resolved.folder / "kokoro-v1_0-int8.onnx")
        with np.load(resolved.folder / "voices_ja.npz") as archive:
            packs = {n: torch.from_numpy(archive[n]) for n in PACKS}
    tensors = {k: v.float().contiguous() for k, v in state.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    rows = {n: p.float().reshape(PACK_ROWS, 256).contiguous() for n, p in packs.items()}
    save_file(rows, folder / "packs.safetensors")


def _from_checkpoint(path: Path) -> dict[str, Tensor]:
    """Return the state of the original checkpoint: a dict of state dicts, saved under DataParallel."""
    network = KokoroNetwork()
    for part, state in torch.load(path, map_location="cpu", weights_only=True).items():
        plain = {k.removeprefix("module."): v for k, v in state.items()}
        plain = {k: v for k, v in plain.items() if "pooler" not in k and "position_ids" not in k}
        missing, unexpected = getattr(network, part).load_state_dict(plain, strict=False)
        # The instance norms have no weights in the checkpoint: they stay at one and zero.
        missing = [k for k in missing if ".norm.weight" not in k and ".norm.bias" not in k]
        if missing or unexpected:
            raise ValueError(f"the checkpoint does not fit Kokoro's {part}: {missing + unexpected}")
    return network.fold_weight_norm().state_dict()


def _from_onnx(path: Path) -> dict[str, Tensor]:
    """Return the state that the int8 graph holds, dequantised. Every parameter must be found."""
    graph = _Graph(path)
    network = KokoroNetwork().fold_weight_norm()
    state: dict[str, Tensor] = {}
    for name, module in network.named_modules():
        own = dict(module.named_parameters(recurse=False))
        if not own:
            continue
        values = graph.module(name, module)
        for key, parameter in own.items():
            value = values[key]
            if value.shape != parameter.shape:
                raise ValueError(f"{name}.{key}: the graph has {value.shape}, Kokoro {parameter.shape}")
            state[f"{name}.{key}"] = value
    return state


class _Graph:
    """The ONNX graph, asked for the weights of one torch module at a time."""

    def __init__(self, path: Path) -> None:
        import onnx
        from onnx import numpy_helper

        graph = onnx.load(path).graph
        self._values = {t.name: t for t in graph.initializer}
        self._nodes = {n.name: n for n in graph.node}
        self._makers = {output: n for n in graph.node for output in n.output}
        self._to_array = numpy_helper.to_array

    def module(self, name: str, module: nn.Module) -> dict[str, Tensor]:
        """Return the parameters of a module by their torch names."""
        path, prefix = _node_path(name), _value_prefix(name)
        if isinstance(module, nn.LSTM):
            return self._lstm(f"{path}/LSTM_quant")
        if isinstance(module, nn.Embedding):
            return {"weight": self._embedding(prefix)}
        if isinstance(module, nn.InstanceNorm1d):  # not in the graph: an affine of one and zero
            return {"weight": torch.ones(module.num_features), "bias": torch.zeros(module.num_features)}
        if isinstance(module, nn.Linear):
            return {"weight": self._linear(path).T.contiguous(), "bias": self._named(f"{prefix}.bias")}
        if isinstance(module, nn.ConvTranspose1d):
            return self._conv(f"{path}/ConvTranspose", prefix, module)
        if isinstance(module, nn.Conv1d):
            node = f"{path}/Conv_quant" if f"{path}/Conv_quant" in self._nodes else f"{path}/Conv"
            return self._conv(node, prefix, module)
        return {k: self._named(f"{prefix}.{k}") for k, _ in module.named_parameters(recurse=False)}

    def _array(self, name: str) -> np.ndarray:
        return self._to_array(self._values[name])

    def _named(self, name: str) -> Tensor:
        return torch.from_numpy(self._array(name).astype(np.float32))

    def _dequantized(self, quantized: str, scale: str, zero: str, axis: int | None = None) -> Tensor:
        q, s, z = (self._array(n) for n in (quantized, scale, zero))
        if axis is not None and s.ndim:
            shape = [1] * q.ndim
            shape[axis] = -1
            s, z = s.reshape(shape), z.reshape(shape)
        return torch.from_numpy((q.astype(np.float32) - z.astype(np.float32)) * s)

    def _weight(self, node_name: str, axis: int | None = None) -> Tensor:
        """Return the second input of a node, dequantised with the scale its product is multiplied by."""
        node = self._nodes[node_name]
        if node.op_type not in ("MatMulInteger", "ConvInteger"):
            return self._named(node.input[1])
        scales = self._makers[self._nodes[f"{node_name}_output_scale_mul"].input[1]]
        scale = scales.input[1]  # (scale of the input, scale of the weight)
        return self._dequantized(node.input[1], scale, node.input[3], axis)

    def _linear(self, path: str) -> Tensor:
        names = (f"{path}/Gemm_MatMul_quant", f"{path}/MatMul_quant", f"{path}/MatMul")
        return self._weight(next(n for n in names if n in self._nodes), axis=-1)

    def _embedding(self, prefix: str) -> Tensor:
        zero = "encoder.bert.embeddings.word_embeddings.weight_zero_point"  # all tables share it
        return self._dequantized(f"{prefix}.weight_quantized", f"{prefix}.weight_scale", zero)

    def _conv(self, node_name: str, prefix: str, module: nn.Module) -> dict[str, Tensor]:
        values = {"weight": self._weight(node_name)}
        if module.bias is not None:
            node = self._nodes[node_name]
            named = f"{prefix}.bias"
            values["bias"] = self._named(named if named in self._values else node.input[2])
        return values

    def _lstm(self, node_name: str) -> dict[str, Tensor]:
        node = self._nodes[node_name]
        w = self._dequantized(node.input[1], node.input[8], node.input[9], axis=0)  # [2, in, 4h]
        r = self._dequantized(node.input[2], node.input[10], node.input[11], axis=0)  # [2, h, 4h]
        b = self._named(node.input[3])  # [2, 8h]: input biases, then recurrent ones
        hidden = r.shape[1]
        values: dict[str, Tensor] = {}
        for direction, suffix in enumerate(("", "_reverse")):
            for key, value in (
                ("weight_ih", w[direction].T),
                ("weight_hh", r[direction].T),
                ("bias_ih", b[direction, : 4 * hidden]),
                ("bias_hh", b[direction, 4 * hidden :]),
            ):
                gates = value.reshape(4, hidden, *value.shape[1:])[list(_GATES_ONNX_TO_TORCH)]
                values[f"{key}_l0{suffix}"] = gates.reshape(value.shape).contiguous()
        return values


def _value_prefix(name: str) -> str:
    """Return how the graph calls the tensors of a torch module."""
    return f"decoder.{name}" if name.startswith("decoder.") else f"encoder.{name}"


def _node_path(name: str) -> str:
    """Return the graph's path of a torch module: `text_encoder.cnn.0.0` is `…/cnn.0/cnn.0.0`."""
    parts: list[str] = []
    for part in name.split("."):
        if part.isdigit() and parts and parts[-1].rpartition(".")[2].isdigit():
            parts.append(f"{parts[-1]}.{part}")  # an element of a Sequential inside a list
        elif part.isdigit() and parts and parts[-1] in ("asr_res",):
            parts.append(f"{parts[-1]}.{part}")  # an element of a Sequential
        elif part.isdigit() and parts:
            parts[-1] = f"{parts[-1]}.{part}"  # an element of a ModuleList
        else:
            parts.append(part)
    if parts[0] == "predictor" and parts[1].split(".")[0] in ("F0", "N", "shared", "F0_proj", "N_proj"):
        parts = parts[1:]  # reached through a method, which the exporter does not name
    root = "/decoder/decoder" if parts[0] == "decoder" else "/encoder"
    return "/".join([root, *(parts[1:] if parts[0] == "decoder" else parts)])
