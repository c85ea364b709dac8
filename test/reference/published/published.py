"""The published networks in PyTorch, narrow and with random weights: state dicts with their published names, and what
every stage makes of a random cochleagram (in the order frequency, time, channel; the first 2,000 numbers).

    pip install torch safetensors numpy pillow
    python published.py
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file
from torch import nn

folder = Path(__file__).parent
shape = (1, 1, 43, 60)
torch.manual_seed(1)


def wide(count, width):
    return max(1, int(width * count + 0.5))


def same(x, kernel, stride, value=0.0):
    """TensorFlow's padding, any odd rest at the end."""
    pads = []
    for size, k, s in zip(reversed(x.shape[-2:]), reversed(kernel), reversed(stride)):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def pooled(x, kernel, stride):
    return F.max_pool2d(same(x, kernel, stride, float("-inf")), kernel, stride)


class CochCnn9(nn.Module):
    """Feather et al. (2023), CochCNN9."""

    def __init__(self, w=0.04, words=7):
        super().__init__()
        c = [wide(n, w) for n in (96, 256, 512, 1024, 512)]
        kernels = [(7, 14), (4, 8), (2, 5), (2, 5), (2, 5)]
        for i, (kernel, made) in enumerate(zip(kernels, c)):
            setattr(self, f"conv{i}", nn.Conv2d(([1] + c)[i], made, kernel, bias=False))
        self.batchnorm0, self.batchnorm1, self.batchnorm2 = (nn.BatchNorm2d(n) for n in (1, c[0], c[1]))
        self.fullyconnected = nn.LazyLinear(wide(4096, w / 4))
        self.classification = nn.LazyLinear(words)

    def forward(self, x):
        a = F.relu(self.strided(self.batchnorm0(x), 0, (3, 3)))
        b = F.relu(self.strided(self.batchnorm1(pooled(a, (2, 5), (2, 2))), 1, (2, 2)))
        c = F.relu(self.strided(self.batchnorm2(pooled(b, (2, 5), (2, 2))), 2, (1, 1)))
        d = F.relu(self.strided(c, 3, (1, 1)))
        e = F.relu(self.strided(d, 4, (1, 1)))
        p = F.avg_pool2d(same(e, (2, 5), (2, 2)), (2, 5), (2, 2))
        f = F.relu(self.fullyconnected(torch.flatten(p, 1)))
        return dict(relu0=a, relu1=b, relu2=c, relu3=d, relu4=e, avgpool=p, relufc=f, final=self.classification(f))

    def strided(self, x, i, stride):
        conv = getattr(self, f"conv{i}")
        return F.conv2d(same(x, conv.kernel_size, stride), conv.weight, None, stride)


class Bottleneck(nn.Module):
    def __init__(self, given, width, made, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(given, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, made, 1, bias=False), nn.BatchNorm2d(made)
        self.downsample = None
        if given != made or stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(given, made, 1, stride, bias=False), nn.BatchNorm2d(made))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(y)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class CochResNet50(nn.Module):
    """Feather et al. (2023), CochResNet50: torchvision's ResNet50 with one input channel."""

    def __init__(self, w=0.02, words=7):
        super().__init__()
        given = wide(64, w)
        self.conv1, self.bn1 = nn.Conv2d(1, given, 7, 2, 3, bias=False), nn.BatchNorm2d(given)
        for k, (width, blocks, stride) in enumerate([(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]):
            layer = []
            for j in range(blocks):
                layer.append(Bottleneck(given, wide(width, w), wide(4 * width, w), stride if j == 0 else 1))
                given = wide(4 * width, w)
            setattr(self, f"layer{k + 1}", nn.Sequential(*layer))
        self.fc = nn.Linear(given, words)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = self.layer1(F.max_pool2d(a, 3, 2, 1))
        c = self.layer2(b)
        d = self.layer3(c)
        e = self.layer4(d)
        p = e.mean((2, 3))
        return dict(conv1_relu1=a, layer1=b, layer2=c, layer3=d, layer4=e, avgpool=p, final=self.fc(p))


def image(x):
    """The published scaling and resizing of the cochleagram; ANTIALIAS is LANCZOS in Pillow today."""
    scaled = 255 * (x[0, 0] - x.min()) / (x.max() - x.min())
    resized = Image.fromarray(scaled.numpy()).resize((256, 256), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.array(resized))[None, None]


class Kell2018(nn.Module):
    """Kell et al. (2018): seven shared operations, then a branch for words (W) and one for genres (G)."""

    def __init__(self, w=0.02, words=7, genres=5):
        super().__init__()
        c = [wide(n, w) for n in (96, 256, 512, 1024, 512)]
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(1, c[0], 9), nn.Conv2d(c[0], c[1], 5), nn.Conv2d(c[1], c[2], 3)
        for branch, classes in (("W", words), ("G", genres)):
            setattr(self, f"conv4_{branch}", nn.Conv2d(c[2], c[3], 3))
            setattr(self, f"conv5_{branch}", nn.Conv2d(c[3], c[4], 3))
            setattr(self, f"fc6_{branch}", nn.Linear(36 * c[4], wide(1024, w)))
            setattr(self, f"fctop_{branch}", nn.Linear(wide(1024, w), classes))

    def forward(self, x):
        x = image(x)
        s = {"conv1": self.rectified("conv1", x, 3)}
        s["norm1"] = F.local_response_norm(s["conv1"], 5, 5e-3, 0.75, 1)
        s["pool1"] = pooled(s["norm1"], (3, 3), (2, 2))
        s["conv2"] = self.rectified("conv2", s["pool1"], 2)
        s["norm2"] = F.local_response_norm(s["conv2"], 5, 5e-3, 0.75, 1)
        s["pool2"] = pooled(s["norm2"], (3, 3), (2, 2))
        s["conv3"] = self.rectified("conv3", s["pool2"], 1)
        for branch, suffix in (("W", "word"), ("G", "music")):
            y = s[f"conv4.{suffix}"] = self.rectified(f"conv4_{branch}", s["conv3"], 1)
            y = s[f"conv5.{suffix}"] = self.rectified(f"conv5_{branch}", y, 1)
            ones = F.avg_pool2d(same(torch.ones_like(y), (3, 3), (2, 2)), 3, 2)
            y = s[f"pool5.{suffix}"] = F.avg_pool2d(same(y, (3, 3), (2, 2)), 3, 2) / ones
            y = s[f"fc6.{suffix}"] = F.relu(getattr(self, f"fc6_{branch}")(torch.flatten(y, 1)))
            s[f"top.{suffix}"] = getattr(self, f"fctop_{branch}")(y)
        return s

    def rectified(self, name, x, stride):
        conv = getattr(self, name)
        return F.relu(F.conv2d(same(x, conv.kernel_size, (stride, stride)), conv.weight, conv.bias, stride))


def main():
    for name, network, prefix in (
        ("cochcnn9", CochCnn9(), "module.model."),
        ("cochresnet50", CochResNet50(), "module."),
        ("kell2018", Kell2018(), ""),
    ):
        x = torch.rand(shape)
        network.eval()(x)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.uniform_(-0.2, 0.2)
                module.running_var.uniform_(0.5, 1.5)
                module.weight.data.uniform_(0.5, 1.5)
                module.bias.data.uniform_(-0.2, 0.2)
        save_file({prefix + k: v.contiguous() for k, v in network.state_dict().items()}, folder / f"{name}.safetensors")
        stages = {k: v.permute(0, 2, 3, 1) if v.ndim == 4 else v for k, v in network(x).items()}
        first = {k: v.detach().flatten()[:2000].clone() for k, v in stages.items()}
        save_file({"cochleagram": x[0, 0], **first}, folder / f"{name}-stages.safetensors")


main()
