"""Worker processes of Dask: started here, or found at a scheduler, and kept busy.

One cell is in work for each worker; the next is handed out when one comes back, so that a worker
that dies takes one cell with it, and another runner finds the others unclaimed.
"""

import contextlib
import statistics
import time

from helpers.errors import InputError

_WAIT_S = 300  # for the first worker of a scheduler
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


@contextlib.contextmanager
def local(environments):
    """A Client of new worker processes of this machine, one for each environment (a dict)."""
    import dask
    from distributed import Client, Nanny, Scheduler, SpecCluster

    dask.config.set(_DASK)
    here = {"host": "127.0.0.1", "dashboard": False}
    worker = here | {"nthreads": 1, "memory_limit": None, "silence_logs": "ERROR"}
    with (
        SpecCluster(
            {i: {"cls": Nanny, "options": worker | {"env": e}} for i, e in enumerate(environments)},
            {"cls": Scheduler, "options": here | {"dashboard_address": "127.0.0.1:0"}},
            silence_logs="ERROR",
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextlib.contextmanager
def remote(address):
    """A Client of a scheduler that somebody else has started, when it has a worker.

    address : such as tcp://127.0.0.1:8786
    raises  : InputError when nobody answers there, or no worker comes
    """
    from concurrent.futures import CancelledError

    from distributed import Client

    try:
        client = Client(address, timeout=20)
    except (OSError, ValueError) as error:
        raise InputError(f"No scheduler answers at {address}: {error}.") from error
    with client:
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


def willing(client, refusal, *arguments):
    """Make sure that every worker can serve.

    refusal : function of ``arguments``, run in each worker, that says why it cannot, or None
    raises  : InputError naming the worker that cannot, and what to do
    """
    for address, reason in client.run(refusal, *arguments).items():
        if reason:
            raise InputError(
                f"The worker at {address} cannot serve these arms, since {reason}: restart it, "
                "or start workers for these arms alone."
            )


def results(client, queue, train, limit=None):
    """Do the cells of a queue; yield (cell, record) as they are finished, (cell, None) for others.

    queue : Queue; what happened is told to it before it is yielded
    train : function (cell, limit in s) → record, or a sentence when there is none
    limit : seconds that one cell may take; when None, from those that are finished
    """
    from distributed import as_completed

    flying, completed, seconds = {}, as_completed(), []
    while True:
        workers = max(1, len(client.nthreads()))
        while len(flying) < workers and (cell := queue.take()):
            allowed = limit or _allowed(seconds)
            future = client.submit(train, cell, allowed, pure=False)
            flying[future.key] = cell, allowed, time.monotonic()
            completed.add(future)
        if flying:
            future = next(completed)
            cell, allowed, started = flying.pop(future.key)
            seconds.append(time.monotonic() - started)
            yield cell, _told(queue, cell, future, allowed, seconds[-1])
        elif queue:
            time.sleep(0.5)  # others have the rest in work
            queue.refresh()
        else:
            return


def _told(queue, cell, future, allowed, took):
    """Tell the queue how a cell ended; returns its record or None."""
    from distributed import KilledWorker

    try:
        found, tries = future.result(), 1
    except KilledWorker as error:
        late = took >= allowed
        found = f"It took longer than {allowed:.0f} s." if late else "Its process died."
        tries = 1 + error.allowed_failures
    future.release()
    if isinstance(found, str):
        queue.fail(cell, found, tries)
        return None
    queue.done(cell, found)
    return found


def _allowed(seconds):
    if not seconds:
        return _FIRST_LIMIT_S
    return max(_AT_LEAST_S, _SLOWEST * statistics.median(seconds))
