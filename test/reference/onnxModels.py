"""Writes small networks as PyTorch exports them (cochleagramNetwork.onnx, waveformNetwork.onnx), and onnxModels.json with
what PyTorch computes for one input: all outputs, and the gradient of the sum of one of them.

Run: python3 onnxModels.py   (needs numpy and torch)"""
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(3)
here = Path(__file__).parent


def pad_same(x, kernel, stride):
    pads = []
    for axis in (3, 2):
        size, k, s = int(x.shape[axis]), kernel[axis - 2], stride[axis - 2]
        total = max((-(-size // s) - 1) * s + k - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


class CochleagramNetwork(nn.Module):
    """Like CochCNN9: batch norm, SAME convolutions, pools, dense; a grouped and a dilated
    convolution, slices, and other rectifiers besides."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(1)
        self.conv0 = nn.Conv2d(1, 6, (4, 7), stride=(2, 3), bias=False)
        self.conv1 = nn.Conv2d(6, 8, 3, groups=2, padding=1)
        self.depthwise = nn.Conv2d(8, 16, 3, groups=8, padding=(2, 1), dilation=(2, 1))
        self.squeeze = nn.Linear(16, 16)
        self.dense = nn.Linear(16 * 4 * 3, 10)
        self.top = nn.Linear(10, 4)

    def forward(self, x):
        relu0 = F.relu(self.conv0(pad_same(self.norm(x), (4, 7), (2, 3))))
        relu1 = F.relu(self.conv1(F.max_pool2d(relu0, (2, 3), stride=(1, 2), padding=(1, 1))))
        mixed = torch.cat([relu1[:, 4:], relu1[:, :4]], dim=1)
        relu2 = F.leaky_relu(self.depthwise(mixed), 0.2)
        gate = torch.sigmoid(self.squeeze(F.adaptive_avg_pool2d(relu2, 1).flatten(1)))
        relu2 = F.gelu(relu2 * gate[:, :, None, None]).clamp(-0.1, 3)
        pooled = F.avg_pool2d(relu2, 3, stride=2, padding=1)
        hidden = torch.tanh(self.dense(pooled.view(pooled.size(0), -1)))
        return relu0, relu1, pooled, self.top(hidden)


class WaveformNetwork(nn.Module):
    """Strided one-dimensional convolutions, an energy, a mean over time."""

    def __init__(self):
        super().__init__()
        self.conv0 = nn.Conv1d(1, 5, 32, stride=8)
        self.conv1 = nn.Conv1d(5, 6, 5, stride=2, padding=2)
        self.top = nn.Linear(6, 3)

    def forward(self, x):
        energy = torch.sqrt(self.conv0(x.unsqueeze(1)) ** 2 + 1e-4)
        relu1 = F.relu(self.conv1(F.max_pool1d(energy, 2)))
        return energy, relu1, F.softmax(self.top(relu1.mean(dim=2)), dim=1)


def write(name, network, x, outputs, differentiated):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.fill_(0.3)
            module.running_var.fill_(0.2)
    network.eval()
    x.requires_grad_(True)
    values = network(x)
    (gradient,) = torch.autograd.grad(values[outputs.index(differentiated)].sin().sum(), x)
    torch.onnx.export(network, x.detach(), here / f"{name}.onnx", input_names=["sound"], output_names=outputs,
                      opset_version=13)
    listed = lambda a: dict(shape=list(a.shape), values=[float(f"{v:.7g}") for v in a.detach().numpy().ravel()])
    return dict(input=listed(x), outputs={k: listed(v) for k, v in zip(outputs, values)},
                differentiated=differentiated, gradient=listed(gradient))


result = dict(
    cochleagramNetwork=write("cochleagramNetwork", CochleagramNetwork(), torch.rand(1, 1, 13, 25),
                             ["relu0", "relu1", "pooled", "top"], "pooled"),
    waveformNetwork=write("waveformNetwork", WaveformNetwork(), 0.3 * torch.randn(1, 1500), ["energy", "relu1", "top"], "relu1"),
)
(here / "onnxModels.json").write_text(json.dumps(result) + "\n")
