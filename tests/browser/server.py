"""A JupyterLab of its own: no settings but ours, no news, bound to this machine."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

SETTINGS = {  # every cell is drawn, also those that nobody scrolls to
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
WORDS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
)
START_S = 120


@contextlib.contextmanager
def jupyterlab(python, folder):
    """A server on ``folder`` whose cells another Python runs; yields its address with its token."""
    port, token = _free_port(), secrets.token_hex(16)
    words = [*WORDS, f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}"]
    words += [f"--IdentityProvider.token={token}", f"--LabApp.app_settings_dir={_settings(folder)}"]
    address = f"http://127.0.0.1:{port}/?token={token}"
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            env=os.environ | _surroundings(python, folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(server, address.replace("/?", "/api/status?"), folder / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _settings(folder):
    place = folder / "settings"
    place.mkdir()
    (place / "overrides.json").write_text(json.dumps(SETTINGS))
    return place


def _surroundings(python, folder):
    """What the server is told: small numbers, folders of its own, the Python of its kernels."""
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    words = [str(Path(python).absolute()), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": words, "display_name": "Python 3", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))
    own = {f"JUPYTER_{n}_DIR": str(folder / n.lower()) for n in ("CONFIG", "DATA", "RUNTIME")}
    for made in own.values():
        Path(made).mkdir()
    own |= {"JUPYTERLAB_WORKSPACES_DIR": own["JUPYTER_DATA_DIR"]}
    own |= {"JUPYTERLAB_SETTINGS_DIR": own["JUPYTER_CONFIG_DIR"]}
    return own | {"JUPYTER_PATH": str(folder), "TRAIN_AGAIN_PROTOCOL": "smoke"}


def _wait(server, address, log):
    """Until it answers; SystemExit with its own words where it ends or stays silent."""
    ending = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < ending:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.5)
    raise SystemExit(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
