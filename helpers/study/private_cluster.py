"""Worker processes that nobody else can talk to: loopback is shared by all users of a machine.

Scheduler, nannies, workers and client speak TLS under a certificate made for this run, which is
in their memory alone; without it no connection is accepted. None of them opens Dask's HTTP port,
and what they put on disk is in a folder that only this user can enter.
"""

import contextlib
import tempfile

import dask
from distributed import Nanny, Scheduler, Security, SpecCluster, Worker

_TOLD = "CRITICAL"  # a connection that a busy machine ends late is an error for Dask alone
_HERE = {"host": "127.0.0.1", "protocol": "tls://"}


class _NoHttp:
    """A server of Dask's that opens no HTTP port."""

    def start_http_server(self, *_, **__):
        """Nothing."""


class QuietScheduler(_NoHttp, Scheduler):
    """A scheduler without an HTTP port."""


class QuietWorker(_NoHttp, Worker):
    """A worker without an HTTP port."""


@contextlib.contextmanager
def private_cluster(environments):
    """A cluster of one worker process an environment (dict), as long as the block runs."""
    security = Security.temporary()
    with (
        tempfile.TemporaryDirectory(prefix="train-again-", ignore_cleanup_errors=True) as scratch,
        dask.config.set({"temporary-directory": scratch}),
        SpecCluster(
            {i: _nanny(e, security) for i, e in enumerate(environments)},
            {"cls": QuietScheduler, "options": _HERE | {"security": security, "dashboard": False}},
            security=security,
            silence_logs=_TOLD,
        ) as cluster,
    ):
        yield cluster


def _nanny(environment, security):
    options = _HERE | {
        "security": security,
        "env": environment,
        "worker_class": QuietWorker,
        "nthreads": 1,
        "memory_limit": None,
        "silence_logs": _TOLD,
    }
    return {"cls": Nanny, "options": options}
