"""
Operators of other frameworks beyond the contract's: those of the oldest templates, and ScoreFlow's, which are made with the
problem and return text. Each is one or two of the host's operators with other words around them.
"""
import _baton.shims as shims


def older_operators():
    """Operators of the oldest templates, which are a question with an instruction."""

    class Generate(shims.Operator):
        async def __call__(self, problem, *args, **settings):
            return await shims.perform("Custom", {"input": str(problem), "instruction": ""}, self.llm)

    class Rephrase(shims.Operator):
        async def __call__(self, problem, *args, **settings):
            instruction = "Say the problem in other words, complete and without solving it.\n\n"
            reply = await shims.perform("Custom", {"input": str(problem), "instruction": instruction}, self.llm)
            return {"rephrased_problem": reply["response"]}

    return {"Generate": Generate, "Rephrase": Rephrase}


def scoreflow_operators():
    """Operators that are made with the problem and return text."""

    def bound(name, call):
        async def called(self, *args, **kwargs):
            return await call(self, *args, **kwargs)

        def made(self, llm, problem=None, *args, **settings):
            make_operator(self, shims.create_llm_instance(llm) if isinstance(llm, shims.LLMConfig) else llm)
            self.problem = problem if isinstance(problem, str) else str(problem)

        return type(name, (shims.Operator,), {"__init__": made, "__call__": called})

    def ask(self, name, **args):
        return shims.perform(name, args, self.llm)

    async def custom(self, instruction="", *args, **settings):
        reply = await ask(self, "Custom", input="\n\n" + self.problem, instruction=str(instruction))
        return reply["response"]

    async def code(self, instruction="", *args, **settings):
        entry = PAYLOAD["entry"]
        reply = await ask(self, "CustomCodeGenerate", problem="\n\n" + self.problem, entry_point=entry, instruction=str(instruction))
        return reply["response"]

    async def answer(self, *args, **settings):
        return (await ask(self, "AnswerGenerate", input=self.problem))["answer"]

    async def programmer(self, analysis="None", *args, **settings):
        reply = await ask(self, "Programmer", problem=self.problem, analysis=str(analysis))
        return reply["code"] if PAYLOAD["type"] == "code" else reply["output"]

    async def ensemble(self, solutions, *args, **settings):
        texts = [str(solution) for solution in solutions]
        return (await ask(self, "ScEnsemble", solutions=texts, problem=self.problem))["response"]

    async def review(self, pre_solution=None, *args, **settings):
        solution = str(pre_solution if pre_solution is not None else settings.get("solution", ""))
        verdict = await ask(self, "Review", problem=self.problem, solution=solution)
        if verdict["review_result"]:
            return solution
        feedback = verdict["feedback"]
        return (await ask(self, "Revise", problem=self.problem, solution=solution, feedback=feedback))["solution"]

    async def told(self, instruction="", context="", contexts_list=(), *args, **settings):
        contexts = [str(text) for text in (context, *contexts_list) if text]
        task = "\n\n".join(["", self.problem, *(f"Context:\n{text}" for text in contexts)])
        return (await ask(self, "Custom", input=task, instruction=str(instruction)))["response"]

    async def reflect(self, pre_solution="", *args, **settings):
        return await told(self, "Say what in the solution may be wrong or taken for granted.", str(pre_solution))

    async def revise(self, pre_solution=None, feedback="", *args, **settings):
        if "instruction" in settings:
            return await told(self, **settings)
        solution = str(pre_solution if pre_solution is not None else settings.get("solution", ""))
        return (await ask(self, "Revise", problem=self.problem, solution=solution, feedback=str(feedback)))["solution"]

    async def test(self, solution=None, *args, **settings):
        given = str(solution if solution is not None else settings.get("pre_solution", ""))
        entry = PAYLOAD["entry"]
        return (await ask(self, "Test", problem=self.problem, solution=given, entry_point=entry))["solution"]

    async def formatted(self, solution=None, *args, **settings):
        return (await ask(self, "Format", problem=self.problem, solution=str(solution)))["solution"]

    calls = {
        "Custom": custom,
        "Generate": told,
        "Summarize": told,
        "Ensemble": told,
        "Reflect": reflect,
        "CustomCodeGenerate": code,
        "AnswerGenerate": answer,
        "Programmer": programmer,
        "ScEnsemble": ensemble,
        "Review": review,
        "Revise": revise,
        "Test": test,
        "Format": formatted,
    }
    return {name: bound(name, call) for name, call in calls.items()}
