"""Worker processes of Dask: started here, or found at a scheduler, and kept busy.

One cell is in work for each worker; the next is handed out when one comes back, so that a worker
that dies takes one cell with it, and another runner finds the others unclaimed.
"""

import contextlib
import statistics
import time
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.study import progress

_WAIT_S = 300  # for a worker, at the start and when all are gone
_LOOK_S = 10  # how often one looks whether there are workers
_FIRST_LIMIT_S = 24 * 3600  # for a cell, before any is finished
_SLOWEST, _AT_LEAST_S = 20, 600  # a cell may take 20 times the median, and ten minutes always
_DASK = {
    "distributed.nanny.pre-spawn-environ": {},  # else OMP_NUM_THREADS=1
    "distributed.scheduler.allowed-failures": 0,
    # Dask watches itself a hundred times a second, at the cost of the training beside it.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
}


@dataclass(frozen=True)
class Unfit:
    """What a worker returns in place of a record when it can do no cell of this study."""

    worker: str
    reason: str


@contextlib.contextmanager
def local(environments):
    """A Client of new worker processes of this machine, one for each environment (a dict).

    raises : InputError when they cannot be started
    """
    import dask
    from distributed import Client

    from helpers.study.private_cluster import private_cluster

    dask.config.set(_DASK)
    with contextlib.ExitStack() as stack:
        try:
            cluster = stack.enter_context(private_cluster(environments))
            client = stack.enter_context(Client(cluster, security=cluster.security))
        except (RuntimeError, OSError) as error:
            raise InputError(f"The worker processes could not be started: {error}.") from error
        yield client


@contextlib.contextmanager
def remote(address, certificate=None):
    """A Client of a scheduler that somebody else has started, when it has a worker.

    address     : such as tls://127.0.0.1:8786; an open one, tcp://, is told to be open
    certificate : PEM file with the key and the certificate that scheduler and workers have too
    raises      : InputError when nobody answers there, no worker comes, or the file is none
    """
    from concurrent.futures import CancelledError

    with _connected(address, certificate) as client:
        try:
            client.wait_for_workers(1, timeout=_WAIT_S)
        except TimeoutError as error:
            raise InputError(
                f"The scheduler at {address} has no workers: start some with "
                f"'dask worker {address} --nthreads 1'."
            ) from error
        try:
            yield client
        except (CancelledError, OSError) as error:
            raise InputError(
                f"The scheduler at {address} is gone: start it again; the same command goes on."
            ) from error


def _connected(address, certificate):
    from distributed import Client

    if address.startswith("tls://") and not certificate:
        raise InputError(f"{address} asks for a certificate: name its file with --certificate.")
    if not certificate:
        progress.tell(
            f"The scheduler at {address} is open: whoever reaches it can run code as its workers. "
            "A --certificate closes it: see docs/clusters.md."
        )
    try:
        return Client(address, timeout=20, security=certificate and _security(certificate))
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"No scheduler answers at {address}: {error}.") from error


def _security(certificate):
    """Dask's Security from a PEM file that scheduler, workers and client share."""
    import ssl

    from distributed import Security

    try:
        ssl.create_default_context().load_cert_chain(certificate)
    except OSError as error:
        raise InputError(
            f"{certificate} is no PEM file with a key and its certificate: {error}."
        ) from error
    parts = ("tls_ca_file", "tls_client_cert", "tls_client_key")
    return Security(require_encryption=True, **dict.fromkeys(parts, str(certificate)))


def willing(client, refusal, *arguments):
    """Make sure that every worker can serve.

    refusal : function of ``arguments``, run in each worker, that says why it cannot, or None
    raises  : InputError naming the worker that cannot, and what to do
    """
    for address, reason in client.run(refusal, *arguments, on_error="return").items():
        if isinstance(reason, Exception):
            raise InputError(
                f"The worker at {address} cannot do this ({type(reason).__name__}: {reason}): "
                "install the same version of train-again there."
            )
        if reason:
            raise InputError(
                f"The worker at {address} cannot serve these arms, since {reason}: restart it, "
                "or start workers for these arms alone."
            )


def everywhere(client, function, *arguments):
    """What a function returns in each worker at hand: list."""
    futures = [
        client.submit(function, *arguments, workers=[address], pure=False)
        for address in client.nthreads()
    ]
    return client.gather(futures)


def results(client, queue, train, limit=None):
    """Do the cells of a queue; yield (cell, record) as they are finished, (cell, None) for others.

    queue  : Queue; what happened is told to it before it is yielded
    train  : function (cell, limit in s) → record, a sentence when there is none, or Unfit
    limit  : seconds that one cell may take; when None, from those that are finished
    raises : InputError when no worker is left, or none that fits
    """
    flying, seconds, unfit = {}, [], {}
    while True:
        hands = _hands(client, unfit)
        while len(flying) < max(1, len(hands)) and (cell := queue.take()):
            allowed = limit or _allowed(seconds)
            future = client.submit(train, cell, allowed, pure=False, **_only(hands, unfit))
            flying[future] = cell, allowed, time.monotonic()
        if flying:
            future = _first(client, flying)
            cell, allowed, started = flying.pop(future)
            took = time.monotonic() - started
            found = _told(queue, cell, future, allowed, took)
            if isinstance(found, Unfit):
                _leave_out(found, unfit)
                continue
            if found:
                seconds.append(took)
            yield cell, found
        elif queue:
            time.sleep(0.5)  # others have the rest in work
            queue.refresh()
        else:
            return


def _hands(client, unfit):
    """The addresses of the workers that may fit; InputError when all have said that they do not."""
    here = list(client.nthreads())
    hands = [address for address in here if address not in unfit]
    if here and not hands:
        raise InputError(f"No worker fits: {unfit[here[0]]}")
    return hands


def _only(hands, unfit):
    """What keeps a cell from the workers that do not fit, as options of ``submit``."""
    return {"workers": hands, "allow_other_workers": True} if hands and unfit else {}


def _leave_out(found, unfit):
    if found.worker not in unfit:
        progress.tell(f"The worker at {found.worker} is left out: {found.reason}")
    unfit[found.worker] = found.reason


def _first(client, futures):
    """One that is finished; InputError when there has been no worker for ``_WAIT_S``."""
    from distributed import wait

    seen = time.monotonic()
    while True:
        with contextlib.suppress(TimeoutError):
            return wait(list(futures), timeout=_LOOK_S, return_when="FIRST_COMPLETED").done.pop()
        if client.nthreads():
            seen = time.monotonic()
        elif time.monotonic() - seen > _WAIT_S:
            raise InputError("All workers are gone: start some; the same command goes on.")


def _told(queue, cell, future, allowed, took):
    """Tell the queue how a cell ended; returns its record, None, or Unfit."""
    from distributed import KilledWorker

    try:
        found, tries = future.result(), 1
    except KilledWorker as error:
        late = took >= allowed
        found = f"It took longer than {allowed:.0f} s." if late else "Its process died."
        tries = 1 + error.allowed_failures
    future.release()
    if isinstance(found, Unfit):
        queue.give_back(cell)
        return found
    if isinstance(found, str):
        queue.fail(cell, found, tries)
        return None
    queue.done(cell, found)
    return found


def _allowed(seconds):
    if not seconds:
        return _FIRST_LIMIT_S
    return max(_AT_LEAST_S, _SLOWEST * statistics.median(seconds))
