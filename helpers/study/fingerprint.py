"""What a result depends on besides its seeds, without importing the framework."""

import hashlib
import importlib.metadata
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

from helpers.columns import is_name
from helpers.learning import frameworks, own_network
from helpers.learning.frameworks import environment, nvidia_smi
from helpers.study import deciding_code

_PACKAGES = {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-intel"),
    "torch": ("torch",),
    "jax": ("jax", "jaxlib", "jax-cuda12-plugin", "jax-cuda13-plugin"),
}
_COMMON = ("keras", "numpy", "scipy")
_FOLDERS = [Path("/usr/local/cuda/lib64"), *sorted(Path("/usr/lib").glob("*-linux-gnu"))]
_LIBRARIES = ("libcudart", "libcublas", "libcudnn")
UNKNOWN = "unknown"
NOT_DECIDING = ("name", "own", "repetitions")  # of a protocol: what no training depends on

_ENVIRONMENT = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "MKL_CBWR",
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "NVIDIA_TF32_OVERRIDE",
    "PJRT_NPROC",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_DETERMINISTIC_OPS",
    "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
)
_FAMILIES = ("JAX_", "TF_CUDNN_", "TF_XLA_", "DNNL_", "ONEDNN_", "XLA_")


def fingerprint(protocol, data_sha256, model=None):
    """Everything that may change a digest: versions, device, switches, data, protocol, code.

    protocol    : Protocol; data_sha256 : digest of the prepared cohort
    model       : name of somebody's own network, or None
    returns     : dict of strings, numbers and dicts, ready for JSON
    """
    own = {"model": {"name": model, "sha256": own_network.sha256(model)}} if model else {}
    framework, found = frameworks.name(), environment.found()
    return own | {
        "python": platform.python_version(),
        "packages": _versions((*_PACKAGES[framework], *_COMMON)),
        "cpu": _cpu(),
        "cores": _cores(),
        "gpu": _gpu(),
        "backend": framework,
        "environment": {
            k: v for k, v in sorted(found.items()) if k in _ENVIRONMENT or k.startswith(_FAMILIES)
        },
        "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "framework's default"),
        "xla": frameworks.xla(),
        "tf32": False,
        "data_sha256": data_sha256,
        "protocol": {
            k: list(v) if isinstance(v, tuple) else v for k, v in asdict(protocol).items()
        },
        "code_sha256": deciding_code.digest(),
    }


def differences(one, other):
    """The names under which two fingerprints differ, with both values, as sentences.

    What no training depends on, ``NOT_DECIDING`` of the protocol, may differ.
    """
    one, other = map(_flat, (one, other))
    return [
        f"{key}: {one.get(key)} there, {other.get(key)} here"
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    ]


def _flat(prints):
    """A fingerprint whose protocol's fields are entries of their own."""
    fields = prints.get("protocol", {})
    deciding = {f"protocol's {k}": v for k, v in fields.items() if k not in NOT_DECIDING}
    return {k: v for k, v in prints.items() if k != "protocol"} | deciding


def is_sound(prints):
    """Whether something is a fingerprint: what is read of it, if there, is of its kind."""
    if not isinstance(prints, dict):
        return False
    parts = [prints.get(name, {}) for name in ("protocol", "packages", "cpu")]
    gpu = prints.get("gpu") or {}
    if not all(isinstance(part, dict) for part in (*parts, gpu)):
        return False
    if not (isinstance(gpu.get("devices", []), list) and isinstance(_libraries(gpu), dict)):
        return False
    numbers = [parts[0].get(name, 1) for name in ("repetitions", "folds")]
    return is_name(parts[0].get("name", "none")) and all(
        type(number) is int and 0 < number < 10**6 for number in numbers
    )


def digest(prints):
    """SHA-256 of a fingerprint, which each record carries."""
    return hashlib.sha256(json.dumps(prints, sort_keys=True).encode()).hexdigest()


def device(prints):
    """What trainings ran on, by their fingerprint: each GPU with driver and cuDNN, or the CPU."""
    gpu = prints.get("gpu")
    if not gpu:
        return prints["cpu"].get("model")
    named = "; ".join(map(str, gpu.get("devices", [])))
    return f"{named} (name, driver), cuDNN {cudnn(_libraries(gpu))}"


def cudnn(libraries):
    """cuDNN's version: the wheel's, which frameworks load, before a file of the system's.

    libraries : dict of name → version, as a fingerprint has them; ``UNKNOWN`` where it is not there
    """
    found = {name: version for name, version in libraries.items() if "cudnn" in name}
    wheels = [version for name, version in found.items() if name.startswith("nvidia-")]
    return next(iter([*wheels, *found.values()]), UNKNOWN)


def _libraries(gpu):
    return gpu.get("libraries", {})


def _cores():
    """The cores that this process may use: what a framework takes when its threads are free."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _versions(names):
    found = {name: _version(name) for name in names}
    return {name: version for name, version in found.items() if version}


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cpu():
    """Model and widest vector instructions: kernels are chosen by them."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return {"model": platform.processor() or platform.machine()}
    lines = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in lines.items()}
    flags = fields.get("flags", "").split()
    vectors = [f for f in flags if f.startswith(("avx", "amx", "fma"))]
    return {"model": fields.get("model name", platform.machine()), "vectors": " ".join(vectors)}


def _gpu():
    """The kinds of GPU that may be used, with their drivers, and the versions of CUDA and cuDNN.

    None without a GPU. How many there are of a kind decides nothing.
    """
    devices = sorted(set(nvidia_smi.visible("name,driver_version")))
    return {"devices": devices, "libraries": _cuda_libraries()} if devices else None


def _cuda_libraries():
    """NVIDIA's wheels by version and, where a system has libraries of its own, those too."""
    names = (d.name for d in importlib.metadata.distributions() if d.name)
    wheels = _versions(sorted({n for n in names if n.lower().startswith("nvidia-")}))
    files = [p for d in _FOLDERS for kind in _LIBRARIES for p in d.glob(f"{kind}.so.*.*.*")]
    return wheels | {p.name.split(".so.")[0]: p.name.split(".so.")[1] for p in sorted(files)}
