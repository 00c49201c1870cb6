"""Run one notebook where it lies: python cells.py NOTEBOOK, by the Python that shall run its cells.

A script and no module: where it is run only the packages of Colab's image are there.
"""

import sys
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient


class Here(NotebookClient):
    """A client that takes this Python for its kernel and looks nowhere for another."""

    def create_kernel_manager(self):
        """The manager of a kernel of this Python."""
        self.km = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
        return self.km


def main(path):
    """Execute every cell; the notebook is left with its outputs, also where a cell failed."""
    notebook = nbformat.read(path, 4)
    where = {"metadata": {"path": str(path.parent)}}
    try:
        Here(notebook, timeout=None, resources=where).execute()
    finally:
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
