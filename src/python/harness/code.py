"""Runs a module, calls a function of it if asked; and CPython's own verdict on whether a source is a module."""
import asyncio
import inspect
import json
import sys

from _baton import session


def run_code(text):
    request = json.loads(text)
    output = session.begin(request)
    try:
        module = session.new_module("program")
        session.execute(request["code"], module)
        value = None
        if request["call"] is not None:
            if request["call"] not in module.__dict__:
                raise NameError(f"name '{request['call']}' is not defined")
            value = module.__dict__[request["call"]]()
            if inspect.iscoroutine(value):
                value = asyncio.run(value)
        end = {"kind": "returned", "value": session.as_text(value), "stdout": output.getvalue()}
    except BaseException as error:
        end = session.raised(error, output)
    return session.to_text(end)


def compile_code(text):
    request = json.loads(text)
    session.begin(request)
    sys.warnoptions.clear()
    try:
        compile(request["code"], session.PROGRAM_FILE, "exec", dont_inherit=True)
        return "null"
    except BaseException as error:
        return session.to_text(session.describe_error(error))
