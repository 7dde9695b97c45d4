/**
 * For each kind of finding that counts, a program that breaks its rule, made from a good one: what the
 * validator says of it shows whether the rule is enforced. A kind without a probe is a compile error.
 */
import type { ProblemType } from '../../core/problem.ts'
import { type ContractName, operators, operatorsFor, workflowClass } from '../contract/index.ts'
import type { FindingKind } from '../validate/index.ts'

/** Kinds that never count against a program. */
type NoteKind = 'operator-unused' | 'result-as-text'

const good = `class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.answer_generate = operator.AnswerGenerate(self.llm)
    async def __call__(self, problem, entry_point=None):
        answer = await self.answer_generate(input=problem)
        return answer["answer"], ${workflowClass.costExpression}
`
const answerLine = 'answer = await self.answer_generate(input=problem)'

function otherOperator(type: ProblemType, contract: ContractName): string {
  const allowed = operatorsFor(type, contract)
  const refused = operators.find((operator) => !allowed.includes(operator))
  if (refused === undefined) return good
  const args = refused.parameters.filter(({ isRequired }) => isRequired).map(({ name }) => `${name}=problem`)
  return good
    .replace(/(?<=\(self\.llm\)\n)/, `        self.other = operator.${refused.name}(self.llm)\n`)
    .replace(answerLine, `${answerLine}\n        await self.other(${args.join(', ')})`)
}

/** Programs by the finding that they must get; those without a change are rules that the contract has not. */
export function probesFor(
  type: ProblemType,
  contract: ContractName,
): Readonly<Record<Exclude<FindingKind, NoteKind>, string>> {
  return {
    'no-class': good.replace('class Workflow', 'class Flow'),
    'missing-method': good.replace('__call__', 'run'),
    'leaked-code': `${good}print(Workflow)\n`,
    'syntax-error': good.replace('(input=problem)', '(input=problem'),
    'wrong-signature': good.replace(', entry_point=None', ', test'),
    'not-async': good.replace('async def', 'def'),
    'llm-not-made': good.replace(/ {8}self\.llm = .*\n/, ''),
    'operator-not-made': good.replace(/ {8}self\.answer_generate = .*\n/, ''),
    'operator-without-llm': good.replace('AnswerGenerate(self.llm)', 'AnswerGenerate(llm_config)'),
    'misspelt-name': good.replace('AnswerGenerate(self.llm)', 'AnswerGenerate(self.lll)'),
    'unknown-attribute': good.replace('(input=problem)', '(input=self.question + problem)'),
    'unknown-operator': good.replace('operator.AnswerGenerate', 'operator.Debate'),
    'unknown-argument': good.replace('(input=problem)', '(input=problem, style="short")'),
    'missing-argument': good.replace('(input=problem)', '()'),
    'missing-await': good.replace('await self', 'self'),
    'unknown-key': good.replace('answer["answer"]', 'answer["response"]'),
    'missing-return': good.replace(/return .*/, 'pass'),
    'missing-cost': good.replace(/return (.*?), .*/, 'return $1'),
    'unknown-llm-attribute': good.replace('get_usage_summary()["total_cost"]', 'total_price'),
    'maybe-unbound': good.replace(answerLine, `if problem:\n            ${answerLine}`),
    'undefined-name': good.replace('(input=problem)', '(input=hint)'),
    'dynamic-code': good.replace('(input=problem)', '(input=eval(problem))'),
    'forbidden-import': `import numpy\n${good}`,
    'shadowed-name': `import operator\n${good}`,
    'operator-not-allowed': otherOperator(type, contract),
  }
}
