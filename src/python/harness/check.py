"""
Checks a candidate in one interpreter with tests in another.

`load_candidate` and `call_candidate` run where the candidate lives; `run_test` where the tests live. A call of the
candidate leaves the tests' interpreter through PEER_FD and comes back as data (`values`). The candidate can harm its own
interpreter only: neither the test nor the verdict is in it.
"""
import builtins
import collections
import inspect
import itertools
import json
import math
import os
import random
import re
import string
import sys
import typing

from _baton import session, values

PEER_FD = 77
TEST_FILE = "<test>"
MUTABLE = (list, dict, set, bytearray, collections.deque)
TEST_MODULES = (collections, itertools, json, math, random, re, string)

candidate = {}


def load_candidate(text):
    request = json.loads(text)
    output = session.begin(request)
    try:
        module = session.new_module("candidate")
        session.execute(request["code"], module)
        names = module.__dict__
        if request["entryPoint"] not in names:
            raise NameError(f"name '{request['entryPoint']}' is not defined")
        candidate.clear()
        exceptions = {}
        for name, value in list(names.items()):
            if not callable(value) or getattr(value, "__module__", None) != "candidate":
                continue
            if isinstance(value, type) and issubclass(value, BaseException):
                exceptions[name] = [kind.__name__ for kind in value.__mro__]
            candidate[name] = value
        candidate[request["entryPoint"]] = names[request["entryPoint"]]
        end = {"kind": "loaded", "names": list(candidate), "exceptions": exceptions}
    except BaseException as error:
        end = session.raised(error, output)
    return session.to_text(end)


def call_candidate(text):
    request = json.loads(text)
    try:
        args = values.decode_items(request["args"])
        kwargs = {name: values.decode(value) for name, value in request["kwargs"].items()}
        result = candidate[request["name"]](*args, **kwargs)
        if inspect.iscoroutine(result):
            import asyncio

            result = asyncio.run(result)
        reply = {"kind": "returned", "value": values.encode(result)}
    except BaseException as error:
        reply = {"kind": "raised", "error": values.encode_exception(error)}
    after = [values.encode(arg) if isinstance(arg, MUTABLE) else None for arg in args]
    if any(now is not None and now != before for now, before in zip(after, request["args"])):
        reply["args"] = after
    return json.dumps(reply)


def ask_peer(message):
    os.write(PEER_FD, json.dumps(message).encode())
    return json.loads(session.read_all(PEER_FD))


def copy_back(arg, changed):
    """What the candidate did to a mutable argument happens to the test's own object."""
    if isinstance(arg, (list, bytearray)):
        arg[:] = changed
    elif isinstance(arg, (dict, set)):
        arg.clear()
        arg.update(changed)
    elif isinstance(arg, collections.deque):
        arg.clear()
        arg.extend(changed)


def make_proxy(name, exceptions):
    def proxy(*args, **kwargs):
        encoded = values.encode_items(args)
        reply = ask_peer({"name": name, "args": encoded, "kwargs": {key: values.encode(kwargs[key]) for key in kwargs}})
        for arg, changed in zip(args, reply.get("args", ())):
            if changed is not None and isinstance(arg, MUTABLE):
                copy_back(arg, values.decode(changed))
        if reply["kind"] == "raised":
            raise values.decode_exception(reply["error"], exceptions)
        return values.decode(reply["value"])

    proxy.__name__ = proxy.__qualname__ = name
    return proxy


def test_names(request):
    given = {name: getattr(typing, name) for name in ("Any", "Dict", "List", "Optional", "Set", "Tuple", "Union")}
    given.update({module.__name__: module for module in TEST_MODULES})
    exceptions = {name: values.exception_class(types) for name, types in request["exceptions"].items()}
    names = dict(given)
    for name in request["names"]:
        # A candidate that defines `abs` or `math` must not decide what these mean to a test.
        if name == request["entryPoint"] or not (name.startswith("__") or hasattr(builtins, name) or name in given):
            names[name] = exceptions.get(name) or make_proxy(name, exceptions)
    return names


def run_test(text):
    request = json.loads(text)
    session.begin(request)
    try:
        module = session.new_module("test")
        names = module.__dict__
        names.update(test_names(request))
        function = names[request["entryPoint"]]
        names["candidate"] = function
        session.execute(request["test"], module, TEST_FILE)
        check = names.get("check")
        if inspect.isfunction(check) and check.__code__.co_filename == TEST_FILE:
            check(function) if inspect.signature(check).parameters else check()
        return "null"
    except BaseException as error:
        return session.to_text(session.describe_error(error, TEST_FILE))
