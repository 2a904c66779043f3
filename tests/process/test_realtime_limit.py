"""The limit of real-time computing; in processes of their own, because a limit cannot be raised again."""

import subprocess
import sys

OVERRUN = """
import logging, os, signal, threading
from moof.process.realtime_limit import limit_realtime, return_overrunning_threads

logging.basicConfig(format="%(message)s")
return_overrunning_threads()
ready, ended = threading.Event(), threading.Event()
policies = []

def play():
    assert limit_realtime(threading.get_native_id(), 200_000)
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(10))
    except PermissionError:
        pass  # an ordinary user: the signal finds nothing to change
    ready.set()
    ended.wait()
    policies.append(os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK)

thread = threading.Thread(target=play)
thread.start()
ready.wait()
os.kill(os.getpid(), signal.SIGXCPU)
ended.set()
thread.join()
print(policies == [os.SCHED_OTHER])
"""


def run(script: str) -> tuple[str, str]:
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return ended.stdout.strip(), ended.stderr


def test_a_thread_that_computes_for_too_long_becomes_an_ordinary_one() -> None:
    printed, log = run(OVERRUN)
    assert printed == "True"
    assert "computed for too long" in log


def test_no_limit_is_set_while_nothing_handles_its_signal() -> None:
    script = "import resource; from moof.process.realtime_limit import limit_realtime as limit;"
    script += "before = resource.getrlimit(15); print(limit(1, 1000), resource.getrlimit(15) == before)"
    assert run(script)[0] == "False True"
