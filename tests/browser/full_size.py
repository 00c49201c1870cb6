"""A notebook with a viewer of a volume as large as a real study."""

from pathlib import Path

import nbformat
from nbformat import v4

SHAPE = (448, 448, 80, 5)  # a breast DCE-MRI of 448 × 448 pixels, five phases
CELL = f"""
import numpy as np
from helpers.display import viewers
from helpers.imaging.volumes import Volume

noise = np.random.default_rng(0).random({SHAPE}, "float32")
viewers.volume_viewer(Volume(noise, np.diag([0.8, 0.8, 2, 1]), np.arange(5.0) * 60, "", ""))
"""


def write(path):
    """Leave the notebook at ``path``; returns the path."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(cells=[v4.new_code_cell(CELL.strip())], metadata={"kernelspec": kernel})
    nbformat.write(made, path)
    return Path(path)
