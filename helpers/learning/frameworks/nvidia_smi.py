"""What NVIDIA's own program tells of the GPUs, without any framework."""

import subprocess


def query(fields, *options):
    """One line a GPU with some fields, such as "name,driver_version"; [] where there is none."""
    command = ["nvidia-smi", f"--query-gpu={fields}", "--format=csv,noheader,nounits", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.strip().splitlines()
