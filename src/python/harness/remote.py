"""
Objects of the candidate in the tests' interpreter: what stands for them, and what a test may do with them.

The candidate's objects must not decide what a test compares. A test may read their attributes, call them, index and
iterate over them; what it gets back is data or another such object. An object that the test did not make itself, by calling
its class, never sees what it is compared or combined with: it has no order and no arithmetic, it equals objects of the
candidate alone, and its methods take no arguments unless the test has called its class.
"""
import operator

from _baton import values

READS = {
    "__len__": len, "__iter__": iter, "__next__": next, "__getitem__": operator.getitem, "__bool__": bool, "__str__": str,
    "__repr__": repr, "__hash__": hash, "__int__": int, "__float__": float, "__index__": operator.index,
    "__reversed__": reversed, "__abs__": abs, "__neg__": operator.neg, "__pos__": operator.pos,
    "__invert__": operator.invert, "__round__": round, "__setitem__": operator.setitem, "__delitem__": operator.delitem,
    "__enter__": lambda value: type(value).__enter__(value),
    "__exit__": lambda value, *args: type(value).__exit__(value, None, None, None),
}
ORDERS = ("__lt__", "__le__", "__gt__", "__ge__")
ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift")


def reflected(function):
    return lambda value, other: function(other, value)


JUDGES = {name: getattr(operator, name) for name in ("__contains__", *ORDERS)}
for name in ARITHMETIC:
    JUDGES[f"__{name}__"] = getattr(operator, f"__{name}__")
    JUDGES[f"__i{name}__"] = getattr(operator, f"__i{name}__")
    JUDGES[f"__r{name}__"] = reflected(JUDGES[f"__{name}__"])
OPERATIONS = {**READS, **JUDGES}

# Names of classes that the test has called.
made_types = set()
# What is being read: the result of a class that the test called, of a call, or an attribute.
origin = "call"
kinds = {}
known = {}


def ask(origin, action, target, *args, **kwargs):
    raise RuntimeError("nothing to ask")


class Remote:
    def __init__(self, number, type_name):
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_type", type_name)

    def __getattr__(self, name):
        return ask("method" if self._type in made_types else "attribute", {"do": "get", "name": name}, self)

    def __setattr__(self, name, value):
        ask("call", {"do": "set", "name": name}, self, value)

    def __delattr__(self, name):
        ask("call", {"do": "delete", "name": name}, self)

    def __eq__(self, other):
        if self is other or isinstance(other, Remote) and self._number == other._number:
            return True
        if not isinstance(other, Remote) or type(self)._equal is None:
            return False
        return ask("call", {"do": type(self)._equal}, self, other) is True

    def __hash__(self):
        return hash(("remote", self._number))

    def __repr__(self):
        return f"<{self._type} of the candidate>"


def do(action, self, *args):
    if action in ORDERS and not isinstance(args[0], Remote):
        return NotImplemented
    result = ask("made" if action in JUDGES else "call", {"do": action}, self, *args)
    return self if action == "__enter__" and isinstance(result, Remote) and result._number == self._number else result


def call(self, *args, **kwargs):
    return ask("call", {"do": "call"}, self, *args, **kwargs)


def call_without_arguments(self):
    return ask("call", {"do": "call"}, self)


class RemoteClass(type):
    """A class of the candidate is one here too, so that a test may ask `isinstance`."""

    def __call__(cls, *args, **kwargs):
        made_types.add(cls._type)
        return ask("made", {"do": "call"}, cls, *args, **kwargs)

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return ask("method", {"do": "get", "name": name}, cls)

    def __instancecheck__(cls, value):
        return isinstance(value, Remote) and ask("call", {"do": "isinstance"}, cls, value) is True

    def __subclasscheck__(cls, other):
        return type(other) is RemoteClass and ask("call", {"do": "issubclass"}, cls, other) is True

    def __iter__(cls):
        return ask("call", {"do": "__iter__"}, cls)

    def __bool__(cls):
        return True

    def __len__(cls):
        return ask("call", {"do": "__len__"}, cls)

    def __getitem__(cls, key):
        return ask("call", {"do": "__getitem__"}, cls, key)


def special_method(action):
    return lambda self, *args: do(action, self, *args)


def make_remote(content):
    number, type_name, kind = content["number"], str(content["type"]), content["kind"]
    if type(number) is not int:
        raise ValueError("no such object")
    if kind == "class":
        if number not in known:
            known[number] = RemoteClass(type_name, (), {"_number": number, "_type": type_name})
        return known[number]
    is_made = origin == "made" and type_name in made_types
    may_take = origin != "attribute"
    special = frozenset(content["special"])
    key = (type_name, special, content["equal"], is_made, may_take)
    if key not in kinds:
        names = {action: special_method(action) for action in special & (OPERATIONS if is_made else READS).keys()}
        if "__call__" in special:
            names["__call__"] = call if may_take else call_without_arguments
        names["_equal"] = "fields" if content["equal"] == "fields" else "__eq__" if "__eq__" in special else None
        names.setdefault("__hash__", Remote.__hash__)
        kinds[key] = type(type_name, (Remote,), names)
    if (number, key) not in known:
        known[number, key] = kinds[key](number, type_name)
    return known[number, key]


def remote_number(value):
    if isinstance(value, type):
        return type.__getattribute__(value, "_number") if type(value) is RemoteClass else None
    return object.__getattribute__(value, "_number") if isinstance(value, Remote) else None


def perform(request, args, kwargs):
    """In the candidate's interpreter: what a test does with an object."""
    target = values.decode_own(request["of"])
    action = request["do"]
    if action == "call":
        return target(*args, **kwargs)
    if action == "get":
        return getattr(target, request["name"])
    if action == "set":
        return setattr(target, request["name"], args[0])
    if action == "delete":
        return delattr(target, request["name"])
    if action == "isinstance":
        return isinstance(args[0], target)
    if action == "issubclass":
        return issubclass(args[0], target)
    if action == "fields":
        names = type(target).__dataclass_fields__
        return type(target) is type(args[0]) and all(getattr(target, name) == getattr(args[0], name) for name in names)
    if action == "__eq__":
        return (target == args[0]) is True
    return OPERATIONS[action](target, *args)
