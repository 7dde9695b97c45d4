"""
The harness on a system's own Python, in the jail: requests as lines of JSON on the standard input, replies on what was the
standard output. The first line brings the sources of the harness and the limits.

The process ends with the run. What a program does to this code or to the channel, it does to its own result.
"""
import json
import os
import random
import resource
import sys
import time
import types

requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
replies = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")


def read():
    line = requests.readline()
    if not line:
        os._exit(0)
    return json.loads(line)


def say(message):
    replies.write(json.dumps(message) + "\n")
    replies.flush()


def stop_for_output():
    say({"kind": "output"})
    os._exit(0)


def ask_peer(message):
    """The other side may ask back before it replies."""
    say({"kind": "peer", "text": json.dumps(message)})
    while True:
        reply = read()
        if "name" not in reply:
            return json.loads(reply["text"])
        answer(reply)


def answer(request):
    function = getattr(sys.modules[request["module"]], request["name"])
    say({"kind": "value", "text": function(request["text"])})


def ask_host(report):
    say({"kind": "peer", "text": report})
    return read()["text"]


def advance_clock(seconds):
    global elapsed
    elapsed += max(seconds, 0)


def set_limits(limits):
    for name, value in limits.items():
        soft, hard = value
        resource.setrlimit(getattr(resource, name), (soft, hard))


start = read()
nothing = os.open("/dev/null", os.O_RDWR)
os.dup2(nothing, 0)
os.dup2(nothing, 1)
package = types.ModuleType("_baton")
package.__path__ = []
sys.modules["_baton"] = package
sys.path[:] = [path for path in sys.path if path not in ("", os.getcwd())]
for name, source in start["sources"]:
    module = types.ModuleType("_baton." + name)
    module.__package__ = "_baton"
    sys.modules[module.__name__] = module
    exec(compile(source, f"<baton/{name}.py>", "exec"), module.__dict__)
    setattr(package, name, module)
package.session.overflow = stop_for_output
if start["purpose"] == "workflow":
    elapsed = 0
    package.loop.advance_clock = advance_clock
    package.loop.StepLoop.time = lambda self: time.monotonic() + elapsed
    package.loop.install()
    package.workflow.ask_host = ask_host
else:
    package.check.ask_peer = ask_peer
# What a program draws without a seed of its own: the same in every run. NumPy seeds itself from here.
entropy = random.Random()
os.urandom = lambda size: entropy.randbytes(size)
random._urandom = os.urandom
begin = package.session.begin


def begin_seeded(request):
    entropy.seed(request["seed"])
    return begin(request)


package.session.begin = begin_seeded
sys.argv = [""]
set_limits(start["limits"])
say({"kind": "ready"})
while True:
    answer(read())
