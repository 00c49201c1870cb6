"""Processes that train the same step, each on its own framework, kept warm and asked in turn.

A process says ``{"parameters": n, "operations": n or null}`` when it is warm; then it hears
``train STEPS`` or ``matmul`` and answers ``{"seconds": s}`` or ``{"rate": operations a second}``,
a line of JSON each time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
MATRIX = 2048
STEPS = 16  # a call of so many: what a call costs by itself weighs little, as in an epoch
TORCH, MONAI = "torch==2.13.0", "monai==1.6.1"


def slices(size, batch):
    """Images (n, size, size, 2) and masks (n, size, size, 1) float32 of noise."""
    images = np.random.default_rng(0).normal(size=(STEPS * batch, size, size, 2))
    return images.astype("float32"), (images[..., :1] > 0).astype("float32")


def matmul_rate(multiply):
    """float32 operations a second of the best of five products of ``MATRIX`` × ``MATRIX``."""
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        multiply()
        seconds.append(time.perf_counter() - started)
    return 2 * MATRIX**3 / min(seconds[1:])


def answer(parameters, train, matmul, operations=None):
    """Warm up, say so, and answer until nobody asks any more.

    operations : floating-point operations of a training step's convolutions a slice, if counted
    """
    train(2)
    print(json.dumps({"parameters": parameters, "operations": operations}), flush=True)
    for line in sys.stdin:
        word, *steps = line.split()
        found = {"rate": matmul()} if word == "matmul" else {"seconds": train(int(*steps))}
        print(json.dumps(found), flush=True)


class Side:
    """Processes of one side that are asked together: one with two threads, or two with one."""

    def __init__(self, command, threads, processes):
        """Start them, the threads as the command's last word; they warm up by themselves."""
        command = [*map(str, command), str(threads)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.parameters = self.operations = None
        pipes |= {"stderr": self._errors, "env": environment}
        self._running = [subprocess.Popen(command, **pipes) for _ in range(processes)]

    def ready(self):
        """Wait until all are warm; they have then said what they train."""
        if self.parameters is None:
            said = [self._hear(process) for process in self._running][0]
            self.parameters, self.operations = said["parameters"], said["operations"]

    def ask(self, words):
        """Wall seconds until all have answered, and their answers."""
        started = time.perf_counter()
        for process in self._running:
            process.stdin.write(words + "\n")
            process.stdin.flush()
        answers = [self._hear(process) for process in self._running]
        return time.perf_counter() - started, answers

    def ms_a_slice(self, steps, batch):
        """Milliseconds a slice of so many steps, by all processes together."""
        seconds, _ = self.ask(f"train {steps}")
        return 1000 * seconds / (steps * batch * len(self._running))

    def rate(self):
        """float32 operations a second of a matrix product, by all processes together."""
        return sum(a["rate"] for a in self.ask("matmul")[1])

    def end(self):
        """Let them go."""
        for process in self._running:
            process.stdin.close()
        for process in self._running:
            process.wait()
        self._errors.close()

    def _hear(self, process):
        line = process.stdout.readline()
        if not line:
            self._errors.seek(0)
            said = self._errors.read()[-1000:]
            sys.exit(f"{' '.join(process.args)} ended with {process.wait()}: {said}")
        return json.loads(line)


def torch_python():
    """A Python of build/ that has PyTorch and MONAI; made when it is missing."""
    place = ROOT / "build" / "torch"
    python = place / "bin" / "python"
    if (place / "ready").exists():
        return python
    started = time.perf_counter()
    print(f"installing {TORCH} and {MONAI} into {place}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    for package in (TORCH, MONAI):  # torch first, so that MONAI takes this one
        subprocess.run([python, "-m", "pip", "install", "-q", package], check=True)
    (place / "ready").touch()
    print(f"installed in {time.perf_counter() - started:.0f} s")
    return python
