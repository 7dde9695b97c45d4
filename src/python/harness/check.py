"""
Checks a candidate in one interpreter with tests in another.

`load_candidate` and `call_candidate` run where the candidate lives; `run_test` and `answer_candidate` where the tests live.
A call of the candidate leaves the tests' interpreter through PEER_FD and comes back as data (`values`); so does a call of a
function that a test passed to it, the other way. The candidate can harm its own interpreter only: neither the test nor the
verdict is in it.
"""
import ast
import builtins
import collections
import inspect
import io
import itertools
import json
import math
import os
import random
import re
import string
import sys
import types
import typing

from _baton import passed, remote, session, values

PEER_FD = 77
TEST_FILE = "<test>"
MUTABLE = (list, dict, set, bytearray, collections.deque)
TEST_MODULES = (collections, itertools, json, math, random, re, string)
# Built-in functions that a test may put others in the place of.
REPLACEABLE = {name: getattr(builtins, name) for name in ("input", "print")}

candidate = {}
candidate_output = None


def ask_peer(message):
    os.write(PEER_FD, json.dumps(message).encode())
    return json.loads(session.read_all(PEER_FD))


# In the candidate's interpreter


def load_candidate(text):
    global candidate_output
    request = json.loads(text)
    output = candidate_output = session.begin(request)
    values.make_remote, values.own_number, passed.ask = passed.make_passed, passed.passed_number, ask_test
    values.ask_more = lambda content: ask_test({"do": "more", "of": content["more"], "count": content["count"]}, raw=True)
    try:
        names = load_module(request).__dict__
        if request["entryPoint"] not in names:
            raise NameError(f"name '{request['entryPoint']}' is not defined")
        candidate.clear()
        exceptions = {}
        classes = {}
        for name, value in list(names.items()):
            if name != request["entryPoint"] and (not callable(value) or getattr(value, "__module__", None) != "candidate"):
                continue
            if isinstance(value, type) and issubclass(value, BaseException):
                exceptions[name] = [kind.__name__ for kind in value.__mro__]
            elif isinstance(value, type) and value.__module__ == "candidate":
                classes[name] = values.describe(value)
            candidate[name] = value
        end = {"kind": "loaded", "names": list(candidate), "exceptions": exceptions, "classes": classes}
    except BaseException as error:
        end = session.raised(error, output)
    return session.to_text(end)


def load_module(request):
    """The whole module; where examples of use at its end fail, exit or ask for input, what it defines."""
    code, entry_point = request["code"], request["entryPoint"]
    if request.get("definitionsOnly"):
        return load_definitions(code, entry_point)
    module = session.new_module("candidate")
    try:
        session.execute(code, module)
        if entry_point not in module.__dict__ or callable(module.__dict__[entry_point]):
            return module
        failure = None
    except SyntaxError:
        raise
    except BaseException as error:
        failure = error
    sys.stdin = io.StringIO("")
    reduced = load_definitions(code, entry_point)
    if failure is not None and entry_point not in reduced.__dict__:
        raise failure
    return reduced


def load_definitions(code, entry_point):
    """Definitions, imports and assignments, each as far as it goes; no calls of the function itself, no input."""
    module = session.new_module("candidate")
    for node in ast.parse(code, session.PROGRAM_FILE).body:
        if not is_definition(node, entry_point):
            continue
        try:
            part = ast.Module([node], [])
            exec(compile(part, session.PROGRAM_FILE, "exec", dont_inherit=True), module.__dict__)
        except ModuleNotFoundError as error:
            for name in getattr(node, "names", ()):
                module.__dict__[name.asname or name.name.partition(".")[0]] = Missing(error)
        except BaseException:
            pass
    return module


class Missing:
    """A module that is not there, or a name from it: an error where it is used."""

    def __init__(self, error):
        self.__dict__["error"] = error

    def __getattr__(self, name):
        raise self.__dict__["error"]

    def __call__(self, *args, **kwargs):
        raise self.__dict__["error"]


def is_definition(node, entry_point):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, (ast.Assert, ast.Raise, ast.While)):
        return False
    called = {call_name(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
    if called & {entry_point, "input", "main", "exit", "_exit", "quit", "abort", "kill", "testmod"}:
        return False
    if "print" in called and isinstance(node, (ast.For, ast.With)):
        return False
    return not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)


def call_name(call):
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", None)


def call_candidate(text):
    request = json.loads(text)
    args = []
    printed = len(candidate_output.parts)
    stdin = None
    try:
        if "stdin" in request:
            stdin = sys.stdin = io.StringIO(request["stdin"])
        for name, content in request.get("replaced", {}).items():
            setattr(builtins, name, values.decode(content))
        args = values.decode_items(request["args"])
        kwargs = {name: values.decode(value) for name, value in request["kwargs"].items()}
        if request["do"] == "more":
            result = values.decode_own(request["of"])
            reply = {"kind": "returned", "value": {"iterator": values.encode_some(result, request["count"])}}
        else:
            result = candidate[request["name"]](*args, **kwargs) if request["do"] == "name" else remote.perform(request, args, kwargs)
            if inspect.iscoroutine(result):
                import asyncio

                result = asyncio.run(result)
            reply = {"kind": "returned", "value": values.encode(result)}
    except BaseException as error:
        reply = {"kind": "raised", "error": values.encode_exception(error)}
    finally:
        for name in request.get("replaced", ()):
            setattr(builtins, name, REPLACEABLE[name])
    after = [values.encode(arg) if isinstance(arg, MUTABLE) else None for arg in args]
    if any(now is not None and now != before for now, before in zip(after, request["args"])):
        reply["args"] = after
    if len(candidate_output.parts) > printed:
        reply["stdout"] = "".join(candidate_output.parts[printed:])
    if stdin is not None:
        reply["read"] = stdin.tell()
    return json.dumps(reply)


def ask_test(message, raw=False):
    reply = ask_peer(message)
    if reply["kind"] == "raised":
        raise values.decode_exception(reply["error"], {})
    return reply["value"] if raw else values.decode(reply["value"])


# In the tests' interpreter


def answer_candidate(text):
    try:
        reply = {"kind": "returned", "value": passed.perform(json.loads(text))}
    except Exception as error:
        reply = {"kind": "raised", "error": values.encode_exception(error)}
    return json.dumps(reply)


def ask_candidate(message, args, kwargs, exceptions):
    """The reply, after what the candidate printed, read and did to its arguments has happened here too."""
    encoded = values.encode_items(args)
    given = {name: values.encode(value) for name, value in kwargs.items()}
    stdin = sys.stdin if sys.stdin is not session.standard_input and hasattr(sys.stdin, "read") else None
    start = 0
    if stdin is not None:
        start = stdin.tell() if hasattr(stdin, "tell") else 0
        message["stdin"] = str(stdin.read())
    replaced = {name: getattr(builtins, name) for name in REPLACEABLE if getattr(builtins, name) is not REPLACEABLE[name]}
    if replaced:
        message["replaced"] = {name: values.encode(function) for name, function in replaced.items()}
    reply = ask_peer({**message, "args": encoded, "kwargs": given})
    if stdin is not None and hasattr(stdin, "seek"):
        stdin.seek(start + int(reply.get("read", 0)))
    if "stdout" in reply:
        sys.stdout.write(str(reply["stdout"]))
    for arg, changed in zip(args, reply.get("args", ())):
        if changed is not None and type(arg) in MUTABLE and not holds_names(arg):
            copy_back(arg, values.decode(changed))
    if reply["kind"] == "raised":
        raise raised_here(values.decode_exception(reply["error"], exceptions), message)
    return reply["value"]


def raised_here(error, message):
    """A StopIteration that the candidate raises must not end a loop of the test."""
    if isinstance(error, (StopIteration, StopAsyncIteration)) and message["do"] != "__next__":
        return RuntimeError(f"the candidate raised {type(error).__name__}")
    return error


def holds_names(arg):
    """Names of a module of this interpreter, the test's own or the built-in ones: no candidate's to change."""
    if type(arg) is not dict:
        return False
    modules = [module for module in list(sys.modules.values()) if type(module) is types.ModuleType]
    return "__builtins__" in arg or any(arg is vars(module) for module in modules)


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
        content = ask_candidate({"do": "name", "name": name}, args, kwargs, exceptions)
        remote.origin = "call"
        return values.decode(content)

    proxy.__name__ = proxy.__qualname__ = name
    return proxy


def connect_remotes(exceptions):
    def ask(origin, message, target, *args, **kwargs):
        content = ask_candidate({**message, "of": remote.remote_number(target)}, args, kwargs, exceptions)
        remote.origin = origin
        return values.decode(content)

    def ask_more(content):
        if type(content["more"]) is not int or not 0 < content["count"] <= values.MAX_ITEMS:
            raise ValueError("no such iterator")
        message = {"do": "more", "of": content["more"], "count": content["count"]}
        return ask_candidate(message, (), {}, exceptions)["iterator"]

    values.make_remote, values.own_number, values.ask_more = remote.make_remote, remote.remote_number, ask_more
    remote.ask = ask
    remote.made_types.clear()


def test_names(request):
    given = {name: getattr(typing, name) for name in ("Any", "Dict", "List", "Optional", "Set", "Tuple", "Union")}
    given.update({module.__name__: module for module in TEST_MODULES})
    exceptions = {name: values.exception_class(types) for name, types in request["exceptions"].items()}
    connect_remotes(exceptions)
    classes = {name: remote.make_remote({**content, "kind": "class"}) for name, content in request["classes"].items()}
    known = {**classes, **exceptions}
    names = dict(given)
    for name in request["names"]:
        # A candidate that defines `abs` or `math` must not decide what these mean to a test.
        if name == request["entryPoint"] or not (name.startswith("__") or hasattr(builtins, name) or name in given):
            names[name] = known[name] if name in known else make_proxy(name, exceptions)
    return names


def import_named(test, names):
    """Modules of the standard library that a test names and leaves to the solution to import."""
    for node in ast.walk(ast.parse(test)):
        if not isinstance(node, ast.Name) or node.id in names or hasattr(builtins, node.id):
            continue
        if node.id in sys.stdlib_module_names and node.id not in ("this", "antigravity", "test"):
            try:
                names[node.id] = __import__(node.id)
            except Exception:
                pass


def run_test(text):
    request = json.loads(text)
    session.begin(request)
    # Tests may print and compare what no candidate could change.
    sys.set_int_max_str_digits(0)
    for name, function in REPLACEABLE.items():
        setattr(builtins, name, function)
    try:
        module = session.new_module("test")
        names = module.__dict__
        names.update(test_names(request))
        function = names[request["entryPoint"]]
        names["candidate"] = function
        import_named(request["test"], names)
        session.execute(request["test"], module, TEST_FILE)
        check = names.get("check")
        if inspect.isfunction(check) and check.__code__.co_filename == TEST_FILE:
            check(function) if inspect.signature(check).parameters else check()
        return "null"
    except BaseException as error:
        return session.to_text(session.describe_error(error, TEST_FILE))
