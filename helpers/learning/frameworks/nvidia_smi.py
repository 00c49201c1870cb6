"""What NVIDIA's own program tells of the GPUs, without any framework."""

import os
import subprocess

VISIBLE = "CUDA_VISIBLE_DEVICES"


def query(fields, *options):
    """One line a GPU with some fields, such as "name,driver_version"; [] where there is none."""
    command = ["nvidia-smi", f"--query-gpu={fields}", "--format=csv,noheader,nounits", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.strip().splitlines()


def visible(fields):
    """The same of the GPUs that this process may use: those that CUDA_VISIBLE_DEVICES names.

    All of them where it names none by number or UUID, as a part of a GPU has another.
    """
    rows = [line.split(", ", 2) for line in query(f"index,uuid,{fields}")]
    named = os.environ.get(VISIBLE)
    every = [told for *_, told in rows]
    if named is None:
        return every
    names = [name.strip() for name in named.split(",")]
    if set(names) <= {"", "-1"}:
        return []
    return [told for index, uuid, told in rows if _is_named(index, uuid, names)] or every


def _is_named(index, uuid, names):
    return index in names or any(n.startswith("GPU-") and uuid.startswith(n) for n in names)
