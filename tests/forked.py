"""A device that is lent as ZeroGPU lends one: to a forked process that takes and gives pickled data.

What the package `spaces` does is done here without a GPU and without its scheduler: the process is a fork
of this one, the work runs in a thread of it, and of an error only its type's name comes back.
"""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

from voiceclone.lent import Work


class WorkerError(Exception):
    """What is left of an error that was not sent as data."""


class Lender:
    """`lend` makes a generator function run in a forked process; `leased` counts how often that was done."""

    def __init__(self) -> None:
        self.leased = 0

    def __call__(self, task: Work) -> Work:
        def there(*arguments: Any) -> Iterator[Any]:
            self.leased += 1
            context = multiprocessing.get_context("fork")
            ours, theirs = context.Pipe()
            stop = context.Event()
            process = context.Process(target=_serve, args=(task, theirs, stop), daemon=True)
            process.start()
            theirs.close()
            try:
                ours.send_bytes(pickle.dumps(arguments))
                while (said := pickle.loads(ours.recv_bytes()))[0] == "yielded":
                    yield said[1]
                if said[0] == "error":
                    raise WorkerError(said[1])
            finally:
                stop.set()
                ours.close()
                process.join()

        return there


def _serve(task: Callable[..., Iterator[Any]], pipe: Any, stop: Any) -> None:
    def run() -> None:
        try:
            for value in task(*pickle.loads(pipe.recv_bytes())):
                if stop.is_set():
                    return
                pipe.send_bytes(pickle.dumps(("yielded", value)))
            pipe.send_bytes(pickle.dumps(("end", None)))
        except BrokenPipeError:
            return
        except Exception as error:
            pipe.send_bytes(pickle.dumps(("error", type(error).__name__)))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
