"""Thirteen architectures of audio and image networks, small and with random weights, as PyTorch exports them.

For each: `NAME.onnx` (and `NAME-traced.onnx` of the older exporter), and `NAME.safetensors` with the input, every
stage's activations and the gradient of the sum of their sines with respect to the input.

    pip install torch onnx onnxscript safetensors numpy
    python architectures.py [NAME ...]
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

warnings.filterwarnings("ignore")
torch.backends.mha.set_fastpath_enabled(False)
torch.set_num_threads(1)
folder = Path(__file__).parent


class Stages(nn.Module):
    """A network whose forward pass returns stages by name."""

    names: tuple[str, ...] = ()


class CochResNet(Stages):
    names = ("conv1_relu1", "layer1", "layer2", "avgpool", "final")

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Bottleneck(8, 4, 16, 1), Bottleneck(16, 4, 16, 1))
        self.layer2 = nn.Sequential(Bottleneck(16, 6, 24, 2))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(24, 6)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x)))
        b = self.layer1(self.pool(a))
        c = self.layer2(b)
        d = torch.flatten(self.avgpool(c), 1)
        return a, b, c, d, self.fc(d)


class Bottleneck(nn.Module):
    def __init__(self, given, width, made, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(given, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, made, 1, bias=False), nn.BatchNorm2d(made),
        )
        self.skip = (
            nn.Identity() if given == made and stride == 1
            else nn.Sequential(nn.Conv2d(given, made, 1, stride, bias=False), nn.BatchNorm2d(made))
        )

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


def same(x, kernel, stride):
    """TensorFlow's padding, as the published PyTorch networks compute it."""
    pads = []
    for size, k, s in zip(reversed(x.shape[-2:]), reversed(kernel), reversed(stride)):
        total = max(((size + s - 1) // s - 1) * s + k - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


class CochCnn9(Stages):
    names = ("relu0", "relu1", "relu2", "avgpool", "relufc", "final")

    def __init__(self):
        super().__init__()
        self.bn0, self.bn1, self.bn2 = nn.BatchNorm2d(1), nn.BatchNorm2d(8), nn.BatchNorm2d(12)
        self.conv0 = nn.Conv2d(1, 8, (7, 14), (3, 3), bias=False)
        self.conv1 = nn.Conv2d(8, 12, (4, 8), (2, 2), bias=False)
        self.conv2 = nn.Conv2d(12, 10, (2, 5), bias=False)
        self.fc = nn.Linear(10 * 2 * 2, 16)
        self.top = nn.Linear(16, 5)

    def forward(self, x):
        a = F.relu(self.conv0(same(self.bn0(x), (7, 14), (3, 3))))
        p = F.max_pool2d(same(a, (2, 5), (2, 2)), (2, 5), (2, 2))
        b = F.relu(self.conv1(same(self.bn1(p), (4, 8), (2, 2))))
        c = F.relu(self.conv2(same(self.bn2(b), (2, 5), (1, 1))))
        d = F.avg_pool2d(c, (2, 2), (2, 2), ceil_mode=True, count_include_pad=False)
        e = F.relu(self.fc(torch.flatten(d, 1)))
        return a, b, c, d, e, self.top(F.dropout(e, 0.5, self.training))


class M5(Stages):
    names = ("conv1", "conv2", "conv3", "final")

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv1d(1, 8, 80, 16), nn.BatchNorm1d(8)
        self.conv2, self.bn2 = nn.Conv1d(8, 8, 3), nn.BatchNorm1d(8)
        self.conv3, self.bn3 = nn.Conv1d(8, 12, 3, padding=2, dilation=2), nn.BatchNorm1d(12)
        self.fc = nn.Linear(12, 4)

    def forward(self, x):
        a = F.relu(self.bn1(self.conv1(x.unsqueeze(1))))
        b = F.relu(self.bn2(self.conv2(F.max_pool1d(a, 4))))
        c = F.relu(self.bn3(self.conv3(b)))
        d = F.avg_pool1d(c, c.shape[-1]).permute(0, 2, 1)
        return a, b, c, F.log_softmax(self.fc(d), dim=2).squeeze(1)


class Ast(Stages):
    names = ("patches", "block1", "block2", "final")

    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(1, 16, 8, 6)
        self.cls = nn.Parameter(torch.randn(1, 1, 16) * 0.2)
        self.place = nn.Parameter(torch.randn(1, 1 + 5 * 6, 16) * 0.2)
        layer = lambda: nn.TransformerEncoderLayer(16, 2, 32, 0.1, "gelu", batch_first=True, norm_first=True)
        self.block1, self.block2 = layer(), layer()
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        a = self.embed(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls.expand(x.shape[0], -1, -1), a], 1) + self.place
        b = self.block1(tokens)
        c = self.block2(b)
        return a, b, c, self.head(self.norm(c)[:, 0])


class Wav2vec(Stages):
    names = ("features", "projected", "context", "final")

    def __init__(self):
        super().__init__()
        self.conv0, self.norm0 = nn.Conv1d(1, 12, 10, 5, bias=False), nn.GroupNorm(12, 12)
        self.conv1 = nn.Conv1d(12, 12, 3, 2, bias=False)
        self.conv2 = nn.Conv1d(12, 12, 2, 2, bias=False)
        self.norm, self.project = nn.LayerNorm(12), nn.Linear(12, 16)
        self.place = nn.utils.parametrizations.weight_norm(nn.Conv1d(16, 16, 8, padding=4, groups=4), dim=2)
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
        self.norm1, self.norm2 = nn.LayerNorm(16), nn.LayerNorm(16)
        self.wide, self.narrow = nn.Linear(16, 32), nn.Linear(32, 16)
        self.head = nn.Linear(16, 6)

    def forward(self, x):
        x = (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, keepdim=True, unbiased=False) + 1e-7)
        y = F.gelu(self.norm0(self.conv0(x[:, None])))
        a = F.gelu(self.conv2(F.gelu(self.conv1(y))))
        b = self.project(self.norm(a.transpose(1, 2)))
        z = b + F.gelu(self.place(b.transpose(1, 2))[..., :-1]).transpose(1, 2)
        z = self.norm1(z + self.attention(z, z, z, need_weights=False)[0])
        c = self.norm2(z + self.narrow(F.gelu(self.wide(z))))
        return a, b, c, self.head(c.mean(1))


class EfficientNet(Stages):
    names = ("stem", "block1", "block2", "final")

    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(1, 8, 3, 2, 1, bias=False), nn.GroupNorm(4, 8)
        self.block1, self.block2 = Inverted(8, 8, 1), Inverted(8, 12, 2)
        self.head, self.fc = nn.Conv2d(12, 16, 1), nn.Linear(16, 5)

    def forward(self, x):
        a = F.silu(self.norm(self.stem(x)))
        b = self.block1(a)
        c = self.block2(b)
        return a, b, c, self.fc(F.hardswish(self.head(c)).mean((2, 3)))


class Inverted(nn.Module):
    def __init__(self, given, made, stride):
        super().__init__()
        wide = 2 * given
        self.expand, self.norm1 = nn.Conv2d(given, wide, 1, bias=False), nn.GroupNorm(4, wide)
        self.depth, self.norm2 = nn.Conv2d(wide, wide, 5, stride, 2, groups=wide, bias=False), nn.GroupNorm(4, wide)
        self.squeeze, self.excite = nn.Conv2d(wide, 4, 1), nn.Conv2d(4, wide, 1)
        self.project, self.norm3 = nn.Conv2d(wide, made, 1, bias=False), nn.GroupNorm(2, made)
        self.has_skip = given == made and stride == 1

    def forward(self, x):
        y = F.silu(self.norm1(self.expand(x)))
        y = F.silu(self.norm2(self.depth(y)))
        y = y * F.hardsigmoid(self.excite(F.mish(self.squeeze(F.adaptive_avg_pool2d(y, 1)))))
        y = self.norm3(self.project(y))
        return x + y if self.has_skip else y


class Panns(Stages):
    names = ("logmel", "block1", "block2", "clipwise")

    def __init__(self):
        super().__init__()
        self.register_buffer("window", torch.hann_window(256))
        self.register_buffer("mel", torch.rand(129, 16) * (torch.rand(129, 16) < 0.2))
        self.bn0 = nn.BatchNorm2d(16)
        self.conv1, self.bn1 = nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 12, 3, padding=1, bias=False), nn.BatchNorm2d(12)
        self.fc1, self.head = nn.Linear(12, 16), nn.Linear(16, 7)

    def forward(self, x):
        padded = F.pad(x[:, None], (128, 128), mode="reflect")[:, 0]
        # The older exporter knows no complex numbers.
        power = torch.stft(padded, 256, 100, 256, self.window, center=False, return_complex=False).pow(2).sum(-1)
        a = 10 * torch.log10(torch.clamp(power.transpose(1, 2) @ self.mel, min=1e-10))
        y = self.bn0(a[:, None].transpose(1, 3)).transpose(1, 3)
        b = F.avg_pool2d(F.relu(self.bn1(self.conv1(y))), 2)
        c = F.avg_pool2d(F.relu(self.bn2(self.conv2(b))), 2)
        y = c.mean(3)
        y = y.amax(2) + y.mean(2)
        return a, b, c, torch.sigmoid(self.head(F.relu(self.fc1(y))))


class Vggish(Stages):
    names = ("conv1", "conv2", "conv3", "embedding")

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 3, 1, 1), nn.Conv2d(6, 10, 3, 1, 1)
        self.conv3, self.fc = nn.Conv2d(10, 8, 3, 1, 1), nn.Linear(8 * 4 * 5, 12)

    def forward(self, x):
        a = F.relu(self.conv1(x))
        b = F.relu(self.conv2(F.max_pool2d(a, 2, 2)))
        c = F.relu(self.conv3(F.max_pool2d(b, 2, 2)))
        flat = torch.flatten(F.max_pool2d(c, 2, 2).permute(0, 2, 3, 1), 1)
        return a, b, c, F.relu(self.fc(flat))


class Lstm(Stages):
    names = ("lstm1", "lstm2", "final")

    def __init__(self):
        super().__init__()
        self.lstm1 = nn.LSTM(32, 8, batch_first=True, bidirectional=True)
        self.lstm2 = nn.LSTM(16, 6, batch_first=True)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        a, _ = self.lstm1(x.squeeze(1).transpose(1, 2))
        b, (state, _) = self.lstm2(a)
        return a, b, self.head(state[-1])


class Gru(Stages):
    names = ("conv", "gru", "final")

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, (5, 5), (4, 2), padding=2)
        self.gru = nn.GRU(3 * 8, 7, 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(14, 4)

    def forward(self, x):
        a = F.elu(self.conv(x))
        b, _ = self.gru(a.permute(0, 3, 1, 2).flatten(2))
        return a, b, self.head(b.mean(1))


class Conformer(Stages):
    names = ("subsampled", "attended", "convolved", "final")

    def __init__(self):
        super().__init__()
        self.sub1, self.sub2 = nn.Conv2d(1, 4, 3, 2), nn.Conv2d(4, 4, 3, 2)
        self.project = nn.Linear(4 * 7, 16)
        self.norms = nn.ModuleList(nn.LayerNorm(16) for _ in range(5))
        self.up1, self.down1 = nn.Linear(16, 32), nn.Linear(32, 16)
        self.query, self.key, self.value, self.out = (nn.Linear(16, 16) for _ in range(4))
        self.bias = nn.Parameter(torch.randn(4, 17) * 0.3)
        self.point1, self.point2 = nn.Conv1d(16, 32, 1), nn.Conv1d(16, 16, 1)
        self.depth, self.bn = nn.Conv1d(16, 16, 7, padding=3, groups=16), nn.BatchNorm1d(16)
        self.up2, self.down2 = nn.Linear(16, 32), nn.Linear(32, 16)
        self.head = nn.Linear(16, 5)

    def attend(self, x):
        b, t, _ = x.shape
        heads = [f(x).view(b, t, 4, 4) for f in (self.query, self.key, self.value)]
        scores = torch.einsum("bihd,bjhd->bhij", heads[0], heads[1]) / 2
        steps = torch.arange(t)
        offsets = (steps[None, :] - steps[:, None]).clamp(-8, 8) + 8
        scores = scores + self.bias[:, offsets]
        mask = torch.triu(torch.ones(t, t, dtype=torch.bool), diagonal=6)
        scores = scores.masked_fill(mask, float("-inf"))
        mixed = torch.einsum("bhij,bjhd->bihd", scores.softmax(-1), heads[2])
        return self.out(mixed.reshape(b, t, 16))

    def forward(self, x):
        y = F.relu(self.sub2(F.relu(self.sub1(x))))
        a = self.project(y.permute(0, 3, 1, 2).flatten(2))
        z = a + 0.5 * self.down1(F.silu(self.up1(self.norms[0](a))))
        b = z + self.attend(self.norms[1](z))
        u = F.glu(self.point1(self.norms[2](b).transpose(1, 2)), dim=1)
        c = b + self.point2(F.silu(self.bn(self.depth(u)))).transpose(1, 2)
        z = c + 0.5 * self.down2(F.silu(self.up2(self.norms[3](c))))
        return a, b, c, self.head(self.norms[4](z).mean(1))


class UNet(Stages):
    names = ("down1", "down2", "up1", "mask")

    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 6, 3, padding=1), nn.Conv2d(6, 8, 3, padding=1)
        self.norm, self.slope = nn.InstanceNorm2d(8, affine=True), nn.PReLU(8)
        self.middle = nn.Conv2d(8, 8, 3, padding=2, dilation=2)
        self.up1, self.mix = nn.ConvTranspose2d(8, 6, 3, 2, 1, output_padding=1), nn.Conv2d(12, 6, 3, padding=1)
        self.last = nn.Conv2d(7, 1, 1)

    def forward(self, x):
        a = F.leaky_relu(self.down1(x), 0.1)
        b = self.slope(self.norm(self.down2(F.max_pool2d(a, 2, ceil_mode=True))))
        m = F.selu(self.middle(F.max_pool2d(b, 2, ceil_mode=True)))
        wide = F.interpolate(m, size=b.shape[2:], mode="bilinear", align_corners=False)
        c = F.relu(self.mix(torch.cat([self.up1(wide)[:, :, : a.shape[2], : a.shape[3]], a], 1)))
        return a, b, c, torch.sigmoid(self.last(torch.cat([c, x], 1)))


class Kell2018(Stages):
    names = ("conv1", "norm1", "pool1", "conv2.word", "top.word", "conv2.music", "top.music")

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 9, 3)
        self.word, self.music = nn.Conv2d(8, 10, 5, 2), nn.Conv2d(8, 10, 5, 2)
        self.norm = nn.LocalResponseNorm(5, 5e-3, 0.75, 1)
        self.words, self.genres = nn.Linear(10 * 3 * 4, 7), nn.Linear(10 * 3 * 4, 5)

    def forward(self, x):
        a = F.relu(self.conv1(same(x, (9, 9), (3, 3))))
        b = self.norm(a)
        c = F.max_pool2d(same(b, (3, 3), (2, 2)), 3, 2)
        w = F.relu(self.word(same(c, (5, 5), (2, 2))))
        m = F.relu(self.music(same(c, (5, 5), (2, 2))))
        return a, b, c, w, self.words(torch.flatten(w, 1)), m, self.genres(torch.flatten(m, 1))


cochleagram, waveform = (1, 1, 32, 40), (1, 2000)
# Name: network, shape of the input, operator set of the newer and of the older exporter.
architectures = {
    "cochresnet": (CochResNet, cochleagram, 18, 11),
    "cochcnn9": (CochCnn9, cochleagram, 19, 12),
    "m5": (M5, waveform, 20, 13),
    "ast": (Ast, cochleagram, 18, 14),
    "wav2vec": (Wav2vec, waveform, 19, 15),
    "efficientnet": (EfficientNet, cochleagram, 20, 16),
    "panns": (Panns, waveform, 18, 17),
    "vggish": (Vggish, cochleagram, 19, 11),
    "lstm": (Lstm, cochleagram, 20, 12),
    "gru": (Gru, cochleagram, 18, 13),
    "conformer": (Conformer, cochleagram, 19, 14),
    "unet": (UNet, cochleagram, 20, 16),
    "kell2018": (Kell2018, cochleagram, 18, 17),
}


def build(name):
    network, shape, *opsets = architectures[name]
    torch.manual_seed(sum(map(ord, name)))
    model = network().eval()
    for module in model.modules():
        if hasattr(module, "running_var") and module.running_var is not None:
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    x = torch.rand(shape) if shape == cochleagram else 0.3 * torch.randn(shape)
    return model, x, opsets


def reference(model, x):
    """Activations of all stages, and the gradient of the sum of their sines."""
    x = x.clone().requires_grad_()
    arrays = {"input": x.detach().numpy()}
    for name, activations in zip(model.names, model(x)):
        (gradient,) = torch.autograd.grad(torch.sin(activations).sum(), x, retain_graph=True)
        arrays[name] = activations.detach().contiguous().numpy()
        arrays[f"gradient/{name}"] = gradient.numpy()
    return arrays


def export(model, x, path, opset, dynamo):
    torch.onnx.export(
        model, (x,), str(path), input_names=["sound"], output_names=list(model.names), opset_version=opset,
        dynamo=dynamo, **({"external_data": False} if dynamo else {}),
    )
    slim(path)


def slim(path):
    """Without what is only read by people: doc strings and metadata of nodes, shapes of values within."""
    model = onnx.load(path)
    for node in model.graph.node:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    model.graph.ClearField("metadata_props")
    onnx.save(model, path)


def main(names):
    for name in names or architectures:
        model, x, (newer, older) = build(name)
        save_file({k: np.ascontiguousarray(v) for k, v in reference(model, x).items()}, folder / f"{name}.safetensors")
        for suffix, opset, dynamo in (("", newer, True), ("-traced", older, False)):
            try:
                export(model, x, folder / f"{name}{suffix}.onnx", opset, dynamo)
                print(name, suffix, opset, onnx.load(folder / f"{name}{suffix}.onnx").opset_import[0].version)
            except Exception as error:
                print(name, suffix, opset, "not exported:", str(error).splitlines()[0][:300])


if __name__ == "__main__":
    main(sys.argv[1:])
