"""Load: other processes that keep every core busy, as on a machine that is shared."""

import contextlib
import os
import subprocess
import sys

_PRODUCTS = """
import os, sys
import numpy as np
matrix, parent = np.ones((400, 400)), int(sys.argv[1])
while os.getppid() == parent:
    matrix @ matrix
"""


@contextlib.contextmanager
def busy(processes=None):
    """Multiply matrices in so many processes while the block runs; one a core when None."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _PRODUCTS, str(os.getpid())], env=os.environ | one_thread
        )
        for _ in range(processes or os.cpu_count() or 1)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()
