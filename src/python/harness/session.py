"""
What every run in this interpreter shares: seeding, captured output, errors and values as data.

Limits are enforced by the host. What is here only reports: an output past its cap is told through OVERFLOW_FD, and the
host stops the run in a way that Python cannot catch.
"""
import asyncio
import builtins
import io
import json
import math
import os
import random
import sys
import types

OVERFLOW_FD = 79
PROGRAM_FILE = "<program>"
MAX_SAFE_INTEGER = 2**53 - 1
MAX_MESSAGE_CHARS = 2000


standard_input = None


def overflow():
    os.write(OVERFLOW_FD, b"output")


class CappedOutput(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, cap):
        self.cap = cap
        self.length = 0
        self.parts = []

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.length += len(text)
        if self.length > self.cap:
            overflow()
        self.parts.append(text)
        return len(text)

    def getvalue(self):
        return "".join(self.parts)


def begin(request):
    """Seeds `random`, captures both outputs; returns the captured standard output."""
    random.seed(request["seed"])
    # Pyodide leaves its own loop marked as running.
    asyncio._set_running_loop(None)
    output = CappedOutput(request["maxOutputChars"])
    sys.stdout = output
    sys.stderr = CappedOutput(request["maxOutputChars"])
    global standard_input
    sys.stdin = standard_input = io.StringIO("")
    return output


def new_module(name):
    module = types.ModuleType(name)
    module.__dict__["__builtins__"] = builtins
    sys.modules[name] = module
    return module


def execute(code, module, filename=PROGRAM_FILE):
    exec(compile(code, filename, "exec", dont_inherit=True), module.__dict__)


def describe_error(error, filename=PROGRAM_FILE):
    line = None
    if isinstance(error, SyntaxError) and error.filename == filename:
        line = error.lineno
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == filename:
            line = frame.tb_lineno
        frame = frame.tb_next
    try:
        message = error.msg if isinstance(error, SyntaxError) and error.msg else str(error)
    except BaseException:
        message = "<an exception that cannot be printed>"
    return {"type": type(error).__name__, "message": message[:MAX_MESSAGE_CHARS], "line": line}


def raised(error, output, filename=PROGRAM_FILE):
    return {"kind": "raised", "error": describe_error(error, filename), "stdout": output.getvalue()}


def as_text(value):
    """`str`, for integers of any length too: the deadline bounds what that may cost."""
    digits = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return str(value)
    finally:
        sys.set_int_max_str_digits(digits)


def to_json_value(value):
    """JSON as the host reads it: tuples and sets as lists, whole numbers past 2**53 and what has no JSON form as text."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= MAX_SAFE_INTEGER else as_text(int(value))
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {as_text(key): to_json_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json_value(item) for item in value]
    return as_text(value)


def read_all(fd):
    parts = []
    while part := os.read(fd, 65536):
        parts.append(part)
    return b"".join(parts)


def to_text(message):
    return json.dumps(message, separators=(",", ":"))
