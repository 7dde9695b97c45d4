"""
Runs one workflow program, step by step: a message in, operator calls or the end out.

`step(text)` takes one message as JSON: `start` first, then replies in the order of the calls they answer. The loop runs
until the program waits; `step` returns the calls made meanwhile, those no longer awaited, and how the program ended, if it
did. One message a step, so that a replay takes the same path through memory as the run did.

Where a program waits in the middle of a step (`asyncio.run` in plain code), the step's report leaves through PEER_FD and the
next reply comes back the same way; when there is none yet, the host ends the step there and replays the run later.
"""
import asyncio
import collections
import copy
import datetime
import functools
import inspect
import itertools
import json
import math
import os
import random
import re
import string
import time
import typing

from _baton import loop as step_loop
from _baton import session, shims

PEER_FD = 77
TYPING_NAMES = ("Any", "Callable", "Dict", "Iterable", "List", "Literal", "Optional", "Sequence", "Set", "Tuple", "Union")
LIBRARY_NAMES = ("create_llm_instance", "DatasetType", "CostManager", "AsyncLLM", "LLMConfig", "logger")
MODULES = (asyncio, collections, copy, datetime, functools, itertools, json, math, random, re, string, time)


def ask_host(report):
    os.write(PEER_FD, report.encode())
    return session.read_all(PEER_FD)


class Run:
    def __init__(self, request):
        self.output = session.begin(request)
        self.loop = step_loop.StepLoop()
        asyncio.set_event_loop(self.loop)
        step_loop.wait_for_reply = self.wait_for_reply
        self.count = 0
        self.calls = []
        self.cancelled = []
        self.waiting = {}
        self.end = None
        self.task = None
        self.start(request)

    def start(self, request):
        operators = shims.install(self.perform, request["operators"], request["prompts"])
        module = session.new_module("workflow")
        names = module.__dict__
        for name in TYPING_NAMES:
            names[name] = getattr(typing, name)
        for name in LIBRARY_NAMES:
            names[name] = shims.LIBRARY[name]
        for item in MODULES:
            names[item.__name__] = item
        names["operator"] = operators
        try:
            session.execute(request["code"], module)
            if request["className"] not in names:
                raise NameError(f"name '{request['className']}' is not defined")
            init = request["init"]
            workflow = names[request["className"]](init["name"], shims.LLMConfig(), init["dataset"])
            result = workflow(**request["callArgs"])
            if inspect.isawaitable(result):
                self.task = self.loop.create_task(self.finish(result))
            else:
                self.succeed(result)
        except BaseException as error:
            self.fail(error)

    async def finish(self, result):
        try:
            self.succeed(await result)
        except BaseException as error:
            self.fail(error)

    def succeed(self, value):
        self.end = {"kind": "returned", "value": session.to_json_value(value), "stdout": self.output.getvalue()}

    def fail(self, error):
        self.end = session.raised(error, self.output)

    async def perform(self, operator, args, llm):
        self.count += 1
        index = self.count
        future = asyncio.get_running_loop().create_future()
        self.waiting[index] = (future, llm)
        self.calls.append({"index": index, "operator": operator, "args": session.to_json_value(args)})
        try:
            return await future
        except asyncio.CancelledError:
            if self.waiting.pop(index, None) is not None:
                self.cancelled.append(index)
            raise

    def answer(self, reply):
        future, llm = self.waiting.pop(reply["index"], (None, None))
        if future is None or future.done():
            return
        if reply["kind"] == "failed":
            future.set_exception(RuntimeError(reply["message"]))
            return
        record = getattr(llm.cost_manager, "record", None)
        if record is not None:
            record(reply)
        future.set_result(reply["value"])

    def report(self):
        calls, self.calls = self.calls, []
        cancelled, self.cancelled = self.cancelled, []
        return session.to_text({"calls": calls, "cancelled": cancelled, "end": self.end})

    def wait_for_reply(self):
        if not self.waiting:
            return False
        self.answer(json.loads(ask_host(self.report())))
        return True

    def pump(self):
        try:
            self.loop.pump(lambda: self.end is not None, lambda: len(self.waiting) > 0)
            if self.end is None and not self.waiting:
                raise RuntimeError("the program waits for something that can never happen")
        except BaseException as error:
            self.fail(error)


run = None


def step(text):
    global run
    message = json.loads(text)
    if message["kind"] == "start":
        run = Run(message)
    else:
        run.answer(message)
    run.pump()
    return run.report()
