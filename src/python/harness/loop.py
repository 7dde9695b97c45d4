"""
An asyncio event loop that never blocks and keeps virtual time.

The host drives it: `pump()` runs until every task waits for an operator reply. Operator calls take no virtual time, so
timers fire only when no reply is awaited: `asyncio.sleep(3600)` costs nothing, and a run is a pure function of
(program, seed, replies). Threads do not exist here: executor functions run at once, in place.

A loop that the program runs itself (`asyncio.run`, `run_until_complete`) may await operators too, also where another loop
is running already: it asks `wait_for_reply` in the middle of a step.
"""
import asyncio
import concurrent.futures
import contextlib
import os
import time

CLOCK_FD = 78
# Names that differ between the versions of Python.
EventLoopPolicy = getattr(asyncio.events, "_AbstractEventLoopPolicy", None) or asyncio.AbstractEventLoopPolicy
set_event_loop_policy = getattr(asyncio.events, "_set_event_loop_policy", None) or asyncio.set_event_loop_policy


def advance_clock(seconds):
    if seconds > 0:
        os.write(CLOCK_FD, str(int(seconds * 1e9) + 1).encode())


def no_reply():
    """Waits for a reply and hands it to the call that awaits it; False if none does. The run in progress puts its own here."""
    return False


wait_for_reply = no_reply


class StepSelector:
    """Stands where a selector of sockets would: replies first, then waiting for a timer moves the virtual clock."""

    def __init__(self, loop):
        self.loop = loop

    def select(self, timeout=None):
        if timeout != 0 and wait_for_reply():
            return []
        if timeout is None:
            raise RuntimeError("the program waits for something that can never happen")
        advance_clock(timeout)
        return []

    def close(self):
        pass


class StepLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = StepSelector(self)
        self._clock_resolution = 1e-6

    def time(self):
        return time.monotonic()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def call_exception_handler(self, context):
        pass

    def run_in_executor(self, executor, func, *args):
        return asyncio.wrap_future(run_now(func, *args), loop=self)

    def run_until_complete(self, future):
        with no_running_loop():
            return super().run_until_complete(future)

    def _run_once(self):
        try:
            super()._run_once()
        except IndexError:
            # This loop was run again in the middle of a step, and what was ready is done.
            pass

    def has_timers(self):
        return any(not handle._cancelled for handle in self._scheduled)

    def pump(self, is_ended, is_waiting):
        """Runs until the end or until nothing is ready; while `is_waiting()` is false, timers count as ready."""
        asyncio._set_running_loop(self)
        try:
            while not is_ended() and (self._ready or (not is_waiting() and self.has_timers())):
                self._run_once()
        finally:
            asyncio._set_running_loop(None)


def swap_current_task(loop, task):
    if hasattr(asyncio.tasks, "_swap_current_task"):
        return asyncio.tasks._swap_current_task(loop, task)
    current = asyncio.current_task(loop)
    if current is not None:
        asyncio.tasks._leave_task(loop, current)
    if task is not None:
        asyncio.tasks._enter_task(loop, task)
    return current


@contextlib.contextmanager
def no_running_loop():
    """As in a thread of its own: no loop runs and no task is current."""
    outer = asyncio._get_running_loop()
    task = None if outer is None else swap_current_task(outer, None)
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)
        if outer is not None:
            swap_current_task(outer, task)


def run_now(func, *args, **kwargs):
    """What an executor of threads does, at once."""
    future = concurrent.futures.Future()
    try:
        with no_running_loop():
            future.set_result(func(*args, **kwargs))
    except Exception as error:
        future.set_exception(error)
    return future


def run(main, **options):
    with no_running_loop():
        return asyncio.runners.run(main, **options)


class StepPolicy(EventLoopPolicy):
    """`asyncio.run` and `new_event_loop` in programs get a StepLoop too."""

    def __init__(self):
        self.loop = None

    def get_event_loop(self):
        if self.loop is None or self.loop.is_closed():
            self.loop = self.new_event_loop()
        return self.loop

    def set_event_loop(self, loop):
        self.loop = loop

    def new_event_loop(self):
        return StepLoop()


def virtual_sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    advance_clock(seconds)


def install():
    set_event_loop_policy(StepPolicy())
    # Pyodide puts its own in place, which asks JavaScript for a loop.
    asyncio.run = run
    concurrent.futures.ThreadPoolExecutor.submit = lambda self, func, /, *args, **kwargs: run_now(func, *args, **kwargs)
    time.sleep = virtual_sleep
