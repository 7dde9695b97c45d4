"""
Runs a program of any dialect as a workflow of ours: finds its class, makes it with what its constructor asks for by name,
calls it with what its method asks for by name, and reads the answer out of what it returns.
"""
import collections
import inspect
import sys
import types

import _baton.shims as shims

MAIN = "baton_main"
PROBLEM_NAMES = ("problem", "question", "query", "input", "inputs", "task", "prompt", "problem_text", "input_text", "text")
# What programs read of a configuration; `LLMsConfig.default().get("model")` gives one too.
CONFIGURATION = {
    "model": "executor",
    "temperature": 0,
    "top_p": 1,
    "key": "",
    "base_url": "",
    "default": classmethod(lambda class_, *args: class_()),
    "get": lambda self, *args: self,
}
Costs = collections.namedtuple("Costs", "total_prompt_tokens total_completion_tokens total_cost total_budget")
ANSWER_KEYS = ("answer", "response", "solution", "output", "final_answer", "result", "code")


def prepare(payload, names):
    """Puts everything in place and runs the program's module."""
    llm_class = shims.AsyncLLM
    llm_class.call_with_format = call_with_format
    llm_class.model = "executor"
    llm_class.acompletion_text = llm_class.ask = llm_class.aask
    manager = shims.CostManager
    manager.get_summary = manager.get_usage_summary
    manager.usage_history = property(lambda self: self.history)
    manager.get_total_prompt_tokens = lambda self: self.total_prompt_tokens
    manager.get_total_completion_tokens = lambda self: self.total_completion_tokens
    manager.get_costs = lambda self: Costs(self.total_prompt_tokens, self.total_completion_tokens, self.total_cost, 0)
    manager.update_cost = lambda self, *args, **settings: None
    shims.Operator._fill_node = fill_node
    shims.Operator._create_formatter = create_formatter
    shims.Operator.__init__ = make_operator
    shims.Operator.__call__ = shims.Operator.execute_async = call_operator
    for name, value in CONFIGURATION.items():
        setattr(shims.LLMConfig, name, value)
    operators = {name: value for name, value in vars(names["operator"]).items() if not name.startswith("__")}
    operators["QAScEnsemble"] = operators["ScEnsemble"]
    operators.update(older_operators())
    if payload["dialect"] == "scoreflow":
        operators.update(scoreflow_operators())
    framework = {
        **shims.LIBRARY,
        **RESPONSE_MODELS,
        "Operator": shims.Operator,
        "BaseFormatter": BaseFormatter,
        "TextFormatter": TextFormatter,
        "XmlFormatter": XmlFormatter,
        "CodeFormatter": CodeFormatter,
        "FormatError": FormatError,
        "ActionNode": ActionNode,
        "Benchmark": Benchmark,
        "sanitize": sanitized,
        "create": shims.create_llm_instance,
        "BaseLLM": shims.AsyncLLM,
        "OpenAILLM": shims.AsyncLLM,
        "SolveGraph": WorkflowBase,
        "WorkFlowGenerator": WorkflowBase,
        "Workflow": WorkflowBase,
        "WorkflowBase": WorkflowBase,
        "MathWorkflowBase": WorkflowBase,
        "CodeWorkflowBase": WorkflowBase,
        "QAWorkflowBase": WorkflowBase,
    }
    sys.meta_path.insert(0, FileFinder(payload["files"], framework, operators))
    sys.meta_path.append(LastFinder())
    WorkflowBase.operators = {name: value for name, value in operators.items() if name != "Operator"}
    module = types.ModuleType(MAIN)
    given = {name: value for name, value in names.items() if not name.startswith("__")}
    for name in ("create", "MathWorkflowBase", "CodeWorkflowBase", "QAWorkflowBase", "WorkflowBase", "SolveGraph"):
        given[name] = framework[name]
    operator_module = types.ModuleType("operator")
    operator_module.__dict__.update(operators)
    given["operator"] = operator_module
    if payload["prompt"] is not None:
        # A text that brings its prompts along imports nothing.
        given["prompt_custom"] = prompts = types.ModuleType("prompt_custom")
        run_file({"path": "prompt", "source": payload["prompt"]}, prompts)
    module.__package__ = payload["package"]
    module.__file__ = payload["file"]
    module.__dict__.update(given)
    sys.modules[MAIN] = module
    exec(compile(payload["source"], "<program>", "exec", dont_inherit=True), module.__dict__)
    return [value for name, value in module.__dict__.items() if isinstance(value, type) and value.__module__ == MAIN]


def make_operator(self, llm, name=None, *args, **settings):
    if isinstance(llm, str) and isinstance(name, shims.AsyncLLM):
        # The oldest templates say the name first.
        llm, name = name, llm
    if not isinstance(llm, shims.AsyncLLM):
        raise TypeError(f"{type(self).__name__} needs the LLM of the workflow, got {type(llm).__name__}")
    self.llm = llm
    self.name = name or type(self).__name__
    known = {parameter["name"] for parameter in self.parameters}
    self.settings = {key: value for key, value in settings.items() if key in known}


async def call_operator(self, *args, **kwargs):
    reply = await shims.perform(type(self).__name__, {**self.settings, **shims.bind(self, args, kwargs)}, self.llm)
    # Frameworks have called the choice by either name.
    chosen = {"ScEnsemble": ("solution", "response"), "MdEnsemble": ("response", "solution")}.get(type(self).__name__)
    return reply if chosen is None else {**reply, chosen[0]: reply[chosen[1]]}


def snake_case(name):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


class WorkflowBase:
    """Base class of frameworks whose programs write `__call__` alone."""

    operators = {}

    def __init__(self, name="workflow", llm_config=None, dataset=None, *args, **settings):
        self.name = name
        self.dataset = dataset
        self.llm = settings.get("llm") or shims.create_llm_instance(llm_config)
        for operator_name, class_ in type(self).operators.items():
            made = class_(self.llm)
            setattr(self, snake_case(operator_name), made)
            setattr(self, operator_name.lower(), made)


def names_of(class_):
    return {name for base in class_.__mro__ if base is not object for name in base.__dict__}


def choose_class(classes, wanted):
    def is_workflow(class_):
        return not {"__call__", "run_workflow"}.isdisjoint(names_of(class_))

    named = [class_ for class_ in classes if class_.__name__ == wanted]
    callable_ones = [class_ for class_ in classes if is_workflow(class_) and not issubclass(class_, shims.Operator)]
    if named:
        return named[-1]
    if callable_ones:
        return callable_ones[-1]
    raise NameError(f"name '{wanted}' is not defined: the program has no class with __call__ or run_workflow")


def arguments_for(function, known, fallback):
    """Arguments by the parameters' names; `fallback` for a first parameter of another name; None for what is not known."""
    positional, named = [], {}
    is_first = True
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in known:
            value = known[parameter.name]
        elif parameter.default is not parameter.empty:
            is_first = False
            continue
        else:
            value = fallback if is_first else None
        is_first = False
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(value)
        else:
            named[parameter.name] = value
    return positional, named


def answer_of(value):
    """`answer` or `(answer, cost, ...)`; of an operator's whole result the text that it is read for."""
    if isinstance(value, tuple) and len(value) > 0:
        return (answer_of(value[0]), *value[1:3])
    if isinstance(value, dict):
        return next((value[key] for key in ANSWER_KEYS if key in value), value)
    return value


class BatonWorkflow:
    """What the sandbox makes and calls."""

    def __init__(self, name, llm_config, dataset):
        classes = prepare(PAYLOAD, NAMES)
        self.known = {
            "name": name,
            "llm_config": llm_config,
            "config": llm_config,
            "dataset": dataset,
            "benchmark": Benchmark(dataset),
            "operator": NAMES["operator"],
            **{problem_name: PAYLOAD["problem"] for problem_name in PROBLEM_NAMES},
            "question_id": PAYLOAD["id"],
            "task_id": PAYLOAD["id"],
            "problem_id": PAYLOAD["id"],
            "controller": Absent("a trained controller"),
            "operator_embeddings": Absent("operator embeddings"),
            "entry_point": PAYLOAD["entry"],
            "function_name": PAYLOAD["entry"],
            "context": PAYLOAD["context"],
            "test": "\n".join(PAYLOAD["tests"]),
            "tests": PAYLOAD["tests"],
            "test_cases": PAYLOAD["tests"],
        }
        class_ = choose_class(classes, PAYLOAD["className"])
        if class_.__init__ is object.__init__:
            self.inner = class_()
        else:
            known = {**self.known, "llm": shims.create_llm_instance(llm_config)}
            positional, named = arguments_for(class_.__init__.__get__(object()), known, name)
            self.inner = class_(*positional, **named)

    async def __call__(self, **given):
        method = self.inner if "__call__" in names_of(type(self.inner)) else self.inner.run_workflow
        positional, named = arguments_for(method, self.known, PAYLOAD["problem"])
        value = method(*positional, **named)
        return answer_of(await value if inspect.isawaitable(value) else value)
