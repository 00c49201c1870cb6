"""What a line tells of a machine: nothing by which one could find it, or who sits at it."""

import re

from helpers.interlaboratory.digits import digest
from helpers.study.fingerprint import UNKNOWN, cudnn

NAMES = ("cpu", "isa", "cores", "gpu", "python", "framework", "keras", "numpy", "set")
TOLD = dict(zip(NAMES, NAMES, strict=True)) | {"isa": "instructions", "set": "settings"}  # in words
LONGEST = 32  # characters of a value
_SETTINGS = 54  # characters of all settings together
_COMMON = ("keras", "numpy", "scipy")
_NOISE = re.compile(r"\((?:r|tm|c)\)|\b(?:CPU|Processor)\b|@", re.IGNORECASE)
_WIDEST = (  # the first that a CPU has; kernels are chosen by it
    ("amx_tile", "amx"),
    ("avx512_fp16", "avx512fp16"),
    ("avx512_bf16", "avx512bf16"),
    ("avx512_vnni", "avx512vnni"),
    ("avx512f", "avx512"),
    ("avx_vnni", "avx2vnni"),
    ("avx2", "avx2"),
    ("avx", "avx"),
)
_NUMBER, _WORD = r"\d{1,4}", r"[A-Za-z0-9_]{1,16}"
_SHOWN = {  # of other settings a digest is told: a value may be a path
    "ATEN_CPU_CAPABILITY": _WORD,
    "CUBLAS_WORKSPACE_CONFIG": r":\d{1,5}:\d{1,3}",
    "DNNL_MAX_CPU_ISA": _WORD,
    "MKL_CBWR": _WORD,
    "MKL_NUM_THREADS": _NUMBER,
    "NVIDIA_TF32_OVERRIDE": _NUMBER,
    "OMP_NUM_THREADS": _NUMBER,
    "ONEDNN_MAX_CPU_ISA": _WORD,
    "PJRT_NPROC": _NUMBER,
    "TF_DETERMINISTIC_OPS": _NUMBER,
    "TF_ENABLE_ONEDNN_OPTS": _NUMBER,
    "TF_NUM_INTEROP_THREADS": _NUMBER,
    "TF_NUM_INTRAOP_THREADS": _NUMBER,
    "XLA_FLAGS": r"--xla_cpu_max_isa=[A-Za-z0-9_]{1,16}",
}


def told(prints):
    """What a line tells of a study's fingerprint: dict with `NAMES`, each a word without spaces.

    A setting is written NAME:value where the value is one of a short list of harmless kinds; all
    others together are a digest, ``other:k3j2d1``. What a fingerprint lacks is "unknown", a GPU
    and settings that it has not are "none".
    """
    packages, cpu = _dict(prints, "packages"), _dict(prints, "cpu")
    return {
        "cpu": word(cpu.get("model", "")),
        "isa": _widest(cpu.get("vectors")),
        "cores": word(prints.get("cores", "")),
        "gpu": _gpu(prints),
        "python": word(prints.get("python", "")),
        "framework": _framework(prints.get("backend", ""), packages),
        "keras": word(packages.get("keras", "")),
        "numpy": word(packages.get("numpy", "")),
        "set": _settings(prints),
    }


def word(value):
    """A value as a word of letters, digits and . : _ + -, at most `LONGEST` of them."""
    text = _NOISE.sub(" ", str(value))
    text = re.sub(r"[^A-Za-z0-9.:_-]+", "+", text).strip("+")
    return text[:LONGEST] or "unknown"


def _widest(vectors):
    if not isinstance(vectors, str):
        return "unknown"
    flags = vectors.split()
    return next((name for flag, name in _WIDEST if flag in flags), "none")


def _framework(backend, packages):
    found = [f"{backend}-{version}" for name, version in packages.items() if name not in _COMMON]
    return word(found[0] if found else backend)


def _gpu(prints):
    """Name, driver, how many, and cuDNN's version."""
    devices, libraries = _dict(prints, "gpu").get("devices"), _dict(prints, "gpu").get("libraries")
    if not isinstance(devices, list) or not devices:
        return "none"
    version = cudnn(libraries if isinstance(libraries, dict) else {})
    many = [f"x{len(devices)}"] if len(devices) > 1 else []
    known = [] if version == UNKNOWN else [f"cudnn{_three(version)}"]
    return word(" ".join([str(devices[0]), *many, *known]))


def _dict(prints, name):
    """What a fingerprint has under a name, if it is a dict: somebody else may have written it."""
    return prints.get(name) if isinstance(prints.get(name), dict) else {}


def _three(version):
    """The first three numbers of a version."""
    return ".".join(str(version).split(".")[:3])


def _settings(prints):
    """The settings that are shown, as many as there is room for, and a digest of the others."""
    found = dict(_dict(prints, "environment"))
    onednn = str(prints.get("onednn", ""))
    if onednn.isdecimal():
        found["TF_ENABLE_ONEDNN_OPTS"] = onednn
    told, others, left = [], [], _SETTINGS
    for name, value in sorted(found.items()):
        shown = f"{name}:{_short(value)}"
        if re.fullmatch(_SHOWN.get(name, r"(?!)"), str(value)) and len(shown) < left:
            told.append(shown)
            left -= len(shown) + len(" set=")
        else:
            others.append(f"{name}={value}")
    told += [f"other:{digest(' '.join(others), 6)}"] if others else []
    return " ".join(told) or "none"


def _short(value):
    """A flag as its value: --xla_cpu_max_isa=AVX2 is xla_cpu_max_isa:AVX2."""
    return str(value).removeprefix("--").strip(":").replace("=", ":")
