"""
Functions and objects of a test in the candidate's interpreter: what stands for them, and what a candidate may do with them:
call functions, and read and set the public attributes of objects of the test's own classes.
"""
from _baton import values


def ask(message):
    raise RuntimeError("nothing to ask")


class Passed:
    def __init__(self, number, type_name):
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_type", type_name)

    def __getattr__(self, name):
        return ask({"do": "get", "of": self._number, "name": name})

    def __setattr__(self, name, value):
        ask({"do": "set", "of": self._number, "name": name, "args": [values.encode(value)]})

    def __repr__(self):
        return f"<{self._type} of the test>"


class PassedFunction(Passed):
    def __call__(self, *args, **kwargs):
        named = {key: values.encode(item) for key, item in kwargs.items()}
        return ask({"do": "call", "of": self._number, "args": values.encode_items(args), "kwargs": named})


known = {}


def make_passed(content):
    number = content["number"]
    if number not in known:
        known[number] = (Passed if content["kind"] == "object" else PassedFunction)(number, content["type"])
    return known[number]


def passed_number(value):
    return object.__getattribute__(value, "_number") if isinstance(value, Passed) else None


def perform(request):
    """In the tests' interpreter. What the candidate says is untrusted."""
    target = values.decode_own(request["of"])
    action = request["do"]
    if action == "more":
        return values.encode_some(target, min(values.MAX_ITEMS, int(request["count"])))
    if action == "call":
        kwargs = {str(name): values.decode(item) for name, item in request["kwargs"].items()}
        return values.encode(target(*values.decode_items(request["args"]), **kwargs))
    name = str(request["name"])
    if type(target).__module__ != "test" or name.startswith("_"):
        raise AttributeError(f"'{type(target).__name__}' of the test has no attribute '{name}' for a candidate")
    if action == "get":
        return values.encode(getattr(target, name))
    if action == "set":
        return values.encode(setattr(target, name, values.decode(request["args"][0])))
    raise TypeError("a candidate cannot do this")
