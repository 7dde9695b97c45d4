/**
 * Names that models and older frameworks use for what the contract calls otherwise. The prompt never shows them and the
 * validator does not take them: the repairer reads here what is meant.
 */
import type { ProblemType } from '../../core/problem.ts'
import { type OperatorContract, operatorNamed } from './operators.ts'

/** Without case and underscores, so that `self.self_refine` is found as well. */
const operatorNames: Readonly<Record<string, string>> = {
  AnswerGenerate:
    'answer answergenerator generate generator generateanswer generation solve solver cot chainofthought reason think',
  Custom: 'ask llm prompt customgenerate customoperator',
  Programmer: 'coder code codegenerate codegenerator codeexecutor pythonexecutor calculator program programming',
  Review: 'critic critique reviewer check checker verify verifier evaluate evaluator selfreview',
  Revise: 'refine refiner reviser revision improve fix correct corrector selfrefine',
  ScEnsemble: 'ensemble vote voter majorityvote selfconsistency scvote aggregate aggregator consensus',
  Test: 'tester unittest runtests testcode',
  Format: 'formatter formatanswer extract extractor extractanswer',
}

const parameterNames: Readonly<Record<string, string>> = {
  input: 'problem question query prompt text task content message',
  instruction: 'prompt instructions system_prompt prompt_template template task',
  problem: 'input question query task prompt problem_statement',
  solution: 'answer code response candidate output result program text input',
  solutions: 'candidates answers responses solution options results outputs inputs',
  feedback: 'review review_result critique comments comment suggestion suggestions thought analysis',
  analysis: 'thought thoughts reasoning plan hint hints instruction feedback',
  entry_point: 'function_name entrypoint function name',
  test_loop: 'loops max_loops tries attempts',
}

/** For each key a contract may return, what else it is called; the first line that fits counts. */
const keyNames: readonly (readonly [key: string, names: string])[] = [
  ['thought', 'thoughts reasoning explanation analysis steps'],
  ['feedback', 'review comments comment critique suggestion suggestions analysis reason'],
  ['review_result', 'result passed is_correct correct valid is_valid pass'],
  ['result', 'review_result passed success is_correct correct valid pass test_result'],
  ['code', 'program source python'],
]

const textNames =
  'answer response solution output result code text content final_answer final_solution best best_solution value final'

/** Keys that hold what an operator is called for, in the order in which one is taken. */
const mainKeys = ['answer', 'output', 'response', 'solution', 'feedback']

const words = (text: string): readonly string[] => text.split(/\s+/)

/** @param name an operator's or an attribute's, known to no contract. */
export function operatorMeantBy(name: string): OperatorContract | undefined {
  const plain = name.replaceAll('_', '').toLowerCase()
  const found = Object.entries(operatorNames).find(([, names]) => words(names).includes(plain))
  return found === undefined ? undefined : operatorNamed(found[0])
}

/** Whether an argument called `name` can be meant for the parameter. */
export function canMean(name: string, parameter: string): boolean {
  return words(parameterNames[parameter] ?? '').includes(name.toLowerCase())
}

/** The key that holds an operator's result as text: of Programmer the code for code problems, the output elsewhere. */
export function mainKey(contract: OperatorContract, type: ProblemType): string | undefined {
  const keys = contract.returns.filter((returned) => returned.type === 'text').map(({ key }) => key)
  if (type === 'code' && keys.includes('code')) return 'code'
  return mainKeys.find((key) => keys.includes(key)) ?? keys[0]
}

/** The key of the contract that `key` can be meant for. */
export function keyMeantBy(key: string, contract: OperatorContract, type: ProblemType): string | undefined {
  const name = key.toLowerCase()
  const has = (candidate: string): boolean => contract.returns.some((returned) => returned.key === candidate)
  const found = keyNames.find(([candidate, names]) => has(candidate) && words(names).includes(name))
  if (found !== undefined) return found[0]
  return words(textNames).includes(name) ? mainKey(contract, type) : undefined
}

/** Module of the standard library that a bare name is imported from. */
export function moduleOf(name: string): string | undefined {
  const found = Object.entries(libraryNames).find(([, names]) => words(names).includes(name))
  return found?.[0]
}

const libraryNames: Readonly<Record<string, string>> = {
  collections: 'Counter defaultdict deque OrderedDict namedtuple',
  typing: 'Tuple Set Union Callable Iterable Sequence Mapping',
  fractions: 'Fraction',
  decimal: 'Decimal',
  functools: 'reduce lru_cache partial',
  itertools: 'product permutations combinations chain islice zip_longest accumulate',
  math: 'sqrt floor ceil gcd factorial comb log exp pi isclose',
  statistics: 'mean median mode',
  ast: 'literal_eval',
  dataclasses: 'dataclass',
  asyncio: 'gather',
}
