"""Install what this Python lacks beside this file, then: python -m helpers gpu.

python3 run.py --out my_gpu --minutes 10
"""

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = {"train-again", "keras"}  # always of this kit: results depend on them
NEEDED = ("numpy", "scipy")
FRAMEWORKS = ("tensorflow", "torch", "jax")


def main(arguments):
    """Returns the exit code of the command."""
    site = HERE / "site"
    install(sorted((HERE / "wheels").glob("*.whl")), site)
    lacking = [name for name in NEEDED if not there(name)]
    if lacking or not any(map(there, FRAMEWORKS)):
        frameworks = "TensorFlow, PyTorch or JAX"
        print(f"This Python needs {', '.join([*lacking, frameworks])}: use one that has them.")
        return 2
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "helpers", "gpu", *arguments]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": path}).returncode


def install(wheels, site):
    """Unpack the wheels that are lacking into a folder that Python finds first; no index."""
    wanted = [wheel for wheel in wheels if name_of(wheel) in OURS or not there(name_of(wheel))]
    done = {name_of(folder) for folder in site.glob("*.dist-info")}
    wanted = [wheel for wheel in wanted if name_of(wheel) not in done]
    if not wanted:
        return
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "install"]
    kind = ["--no-index", "--no-deps", "--no-compile", "--target", str(site)]
    subprocess.run([*pip, *kind, *map(str, wanted)], check=True)


def there(name):
    """Whether this Python has a distribution of that name."""
    names = (d.metadata["Name"] or "" for d in importlib.metadata.distributions())
    return any(canonical(found) == canonical(name) for found in names)


def name_of(path):
    """The canonical name in a wheel's, or a dist-info's, file name."""
    return canonical(path.name.split("-")[0])


def canonical(name):
    """As package indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
