"""The U-Net and its training step in PyTorch, and MONAI's UNet; a side of benchmarks/training.py.

python torch_unet.py torch|monai SIZE DEPTH BASE BATCH NORM THREADS

Plain PyTorch: eager, channels_last, the layers, loss, optimizer and decay of helpers.learning.
Run by a Python that has torch and monai; says and hears what ``sides`` explains.
"""

import sys
import time

import sides
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def two_convolutions(inputs, filters, norm):
    """Two convolutions, each with batch norm (if any) and ReLU."""
    layers = []
    for channels in (inputs, filters):
        layers.append(nn.Conv2d(channels, filters, 3, padding=1, bias=norm == "none"))
        if norm != "none":
            layers.append(nn.BatchNorm2d(filters, eps=1e-3, momentum=0.2))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """The layers of ``helpers.learning.unet.build``."""

    def __init__(self, channels, depth, base, norm):
        """Layers from the first level down and up again."""
        super().__init__()
        filters = [base * 2**level for level in range(depth + 1)]
        pairs = zip([channels, *filters], filters, strict=False)
        self.down = nn.ModuleList(two_convolutions(i, f, norm) for i, f in pairs)
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * f, f, 2, 2) for f in filters[-2::-1])
        self.join = nn.ModuleList(two_convolutions(2 * f, f, norm) for f in filters[-2::-1])
        self.last = nn.Conv2d(base, 1, 1)

    def forward(self, x):
        """(n, channel, height, width) → (n, 1, height, width) in 0…1."""
        skips = []
        for block in self.down[:-1]:
            x = block(x)
            skips.append(x)
            x = nn.functional.max_pool2d(x, 2)
        x = self.down[-1](x)
        for up, join, skip in zip(self.up, self.join, reversed(skips), strict=True):
            x = join(torch.cat([skip, up(x)], 1))
        return torch.sigmoid(self.last(x))


def monai_unet(channels, depth, base, norm):
    """MONAI's residual UNet as its tutorials build it, with as many parameters as ``UNet``."""
    from monai.networks.nets import UNet as Monai

    def build(first):
        widths = [round(first * 2**level) for level in range(depth + 1)]
        own = {"num_res_units": 2, "norm": None if norm == "none" else "batch"}
        net = Monai(2, channels, 1, widths, [2] * depth, **own)
        return nn.Sequential(net, nn.Sigmoid())

    wanted = parameters(UNet(channels, depth, base, norm))
    firsts = [base * step / 40 for step in range(20, 80)]
    return build(min(firsts, key=lambda first: abs(parameters(build(first)) - wanted)))


def parameters(model):
    """How many numbers are trained."""
    return sum(p.numel() for p in model.parameters())


def dice_loss(truth, predicted):
    """1 − DSC over all pixels of a mini-batch."""
    overlap = (truth * predicted).sum()
    return 1 - 2 * overlap / (truth.sum() + predicted.sum() + 1e-7)


def trainer(model, images, masks, batch):
    """A function steps → seconds of so many training steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + 1e-3 * step))

    def train(steps):
        started = time.perf_counter()
        for chosen in torch.randperm(len(images))[: steps * batch].split(batch):
            optimizer.zero_grad()
            dice_loss(masks[chosen], model(images[chosen])).backward()
            optimizer.step()
            decay.step()
        return time.perf_counter() - started

    return train


def operations(model, images):
    """Floating-point operations of a step's convolutions a slice, by PyTorch's own counter."""
    with FlopCounterMode(display=False) as counter:
        model(images).sum().backward()
    return counter.get_total_flops() / len(images)


def matmul():
    """float32 operations a second of a product of two square matrices, the best of five."""
    one = torch.rand(sides.MATRIX, sides.MATRIX)
    return sides.matmul_rate(lambda: one @ one)


def main(side, size, depth, base, batch, norm, threads):
    """Build, warm up, and answer."""
    torch.set_num_threads(int(threads))
    size, depth, base, batch = int(size), int(depth), int(base), int(batch)
    build = {"torch": UNet, "monai": monai_unet}[side]
    model = build(2, depth, base, norm).to(memory_format=torch.channels_last).train()
    images, masks = map(torch.from_numpy, sides.slices(size, batch))
    images = images.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    train = trainer(model, images, masks.permute(0, 3, 1, 2), batch)
    counted = operations(model, images[:batch])
    sides.answer(parameters(model), train, matmul, counted)


if __name__ == "__main__":
    main(*sys.argv[1:])
