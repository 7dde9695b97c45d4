"""
The modules that published workflow programs import, as data-driven shims.

`scripts.operators`, `workspace.<set>.workflows.template.operator`, `scripts.async_llm`, `scripts.evaluator`,
`...round_<n>.prompt` and their older homes resolve to one operator module, one prompt module and one library of names.
A call of an operator leaves the interpreter as data; the usage shown to programs is what the host told, for information.
"""
import importlib.abc
import importlib.machinery
import sys
import types

ROOTS = ("scripts", "workspace", "metagpt", "evoagentx", "examples", "weave", "loguru")


class CostManager:
    def __init__(self):
        self.total_prompt_tokens = 0
        self.total_completion_tokens = 0
        self.total_cost = 0.0
        self.history = []

    def record(self, reply):
        self.total_prompt_tokens += reply["inputTokens"]
        self.total_completion_tokens += reply["outputTokens"]
        self.total_cost += reply["costUsd"]
        self.history.append(
            {
                "input_tokens": reply["inputTokens"],
                "output_tokens": reply["outputTokens"],
                "total_tokens": reply["inputTokens"] + reply["outputTokens"],
                "total_cost": reply["costUsd"],
            }
        )

    def get_total_cost(self):
        return self.total_cost

    def get_usage_summary(self):
        return {
            "total_input_tokens": self.total_prompt_tokens,
            "total_output_tokens": self.total_completion_tokens,
            "total_tokens": self.total_prompt_tokens + self.total_completion_tokens,
            "total_cost": self.total_cost,
            "call_count": len(self.history),
            "history": [dict(row) for row in self.history],
        }


class LLMConfig:
    def __init__(self, *args, **settings):
        self.__dict__.update(settings)


class QuietLogger:
    def __getattr__(self, name):
        return lambda *args, **kwargs: None


async def perform(operator, args, llm):
    """Hands a call to the run in progress, which puts its own function here."""
    raise RuntimeError("no workflow is running")


class AsyncLLM:
    def __init__(self, config=None, system_msg=None, **settings):
        self.config = config
        # Programs of the older dialect replace it with a manager of their own: replies go to whichever is there.
        self.cost_manager = CostManager()

    @property
    def usage_tracker(self):
        return self.cost_manager

    def get_usage_summary(self):
        return self.cost_manager.get_usage_summary()

    async def __call__(self, prompt):
        return await perform("llm", {"prompt": prompt}, self)

    async def aask(self, prompt, *args, **settings):
        return await perform("llm", {"prompt": prompt}, self)


class Operator:
    """What every operator is: made with an LLM, awaited with the arguments of its signature."""

    parameters = ()

    def __init__(self, llm, name=None, *args, **settings):
        if not isinstance(llm, AsyncLLM):
            raise TypeError(f"{type(self).__name__} needs the LLM of the workflow, got {type(llm).__name__}")
        self.llm = llm
        self.name = name or type(self).__name__
        # A parameter of the call may be given once and for all, as MdEnsemble's vote_count is.
        self.settings = {p["name"]: settings[p["name"]] for p in self.parameters if p["name"] in settings}

    async def __call__(self, *args, **kwargs):
        return await perform(type(self).__name__, {**self.settings, **bind(self, args, kwargs)}, self.llm)


def bind(operator, args, kwargs):
    label = f"{type(operator).__name__}.__call__()"
    names = [parameter["name"] for parameter in operator.parameters]
    if len(args) > len(names):
        raise TypeError(f"{label} takes {len(names)} positional arguments but {len(args)} were given")
    bound = dict(zip(names, args))
    for name, value in kwargs.items():
        if name not in names:
            raise TypeError(f"{label} got an unexpected keyword argument '{name}'")
        if name in bound:
            raise TypeError(f"{label} got multiple values for argument '{name}'")
        bound[name] = value
    missing = [p["name"] for p in operator.parameters if p["isRequired"] and p["name"] not in bound]
    if missing:
        listed = " and ".join(f"'{name}'" for name in missing)
        plural = "s" if len(missing) > 1 else ""
        raise TypeError(f"{label} missing {len(missing)} required positional argument{plural}: {listed}")
    return bound


def create_llm_instance(config=None, *args, **settings):
    return AsyncLLM(config)


def op(*args, **settings):
    return args[0] if args and callable(args[0]) else lambda function: function


LIBRARY = {
    "AsyncLLM": AsyncLLM,
    "LLMConfig": LLMConfig,
    "ModelsConfig": LLMConfig,
    "LLMsConfig": LLMConfig,
    "CostManager": CostManager,
    "DatasetType": str,
    "Benchmark": object,
    "Operator": Operator,
    "create_llm_instance": create_llm_instance,
    "logger": QuietLogger(),
    "op": op,
}


class ShimModule(types.ModuleType):
    """A module of the shim tree that is neither operators nor prompts: any known name, and its submodules."""


class ShimFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, operators, prompts):
        self.operators = operators
        self.prompts = prompts

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] not in ROOTS:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return ShimModule(spec.name)

    def exec_module(self, module):
        last = module.__name__.rpartition(".")[2]
        if last in ("prompt", "prompts", "op_prompt"):
            module.__dict__.update(self.prompts)
        else:
            module.__dict__.update(LIBRARY)
            module.__dict__.update(self.operators)


def install(run_perform, signatures, prompts):
    """Puts the finder in place; returns the operator module."""
    global perform
    perform = run_perform
    operators = {"Operator": Operator}
    for signature in signatures:
        name = signature["name"]
        operators[name] = type(name, (Operator,), {"parameters": signature["parameters"]})
    module = types.ModuleType("operator")
    module.__dict__.update(operators)
    sys.meta_path.insert(0, ShimFinder(operators, prompts))
    return module
