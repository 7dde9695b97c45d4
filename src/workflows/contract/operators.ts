/**
 * The one declaration of the operators. The prompt, the validator, the repairer, the penalties, the sandbox's call
 * check and the reference docs are derived from it; a rule that is not here does not exist.
 * Names, parameters and return keys follow AFlow's `scripts/operators.py` (arXiv:2410.10762).
 */
import type { ProblemType } from '../../core/problem.ts'

export type ValueType = 'text' | 'texts' | 'boolean' | 'number'

export interface OperatorParameter {
  readonly name: string
  readonly type: ValueType
  readonly isRequired: boolean
  /** Taken for compatibility with published workflows and without effect. */
  readonly isIgnored: boolean
  readonly description: string
}

export interface OperatorReturn {
  readonly key: string
  readonly type: ValueType
  readonly description: string
}

/** How many LLM calls one operator call makes. */
export interface OperatorCost {
  readonly minCalls: number
  readonly maxCalls: number
}

export interface OperatorContract {
  readonly name: string
  /** Canonical attribute: `self.answer_generate = operator.AnswerGenerate(self.llm)`. */
  readonly attribute: string
  /** In positional order. */
  readonly parameters: readonly OperatorParameter[]
  readonly returns: readonly OperatorReturn[]
  readonly problemTypes: readonly ProblemType[]
  /** Reward when a program uses it for a problem type it is not for. At most 0. */
  readonly violationPenalty: number
  readonly cost: OperatorCost
  /** One line, for lists. */
  readonly summary: string
  /** A few sentences, for prompts and docs. */
  readonly description: string
}

const required = (name: string, type: ValueType, description: string): OperatorParameter => ({
  name,
  type,
  isRequired: true,
  isIgnored: false,
  description,
})

const optional = (name: string, type: ValueType, description: string): OperatorParameter => ({
  ...required(name, type, description),
  isRequired: false,
})

const mode: OperatorParameter = { ...optional('mode', 'text', 'without effect'), isIgnored: true }

const everyType: readonly ProblemType[] = ['math', 'code', 'qa']
const oneCall: OperatorCost = { minCalls: 1, maxCalls: 1 }

export const operators: readonly OperatorContract[] = [
  {
    name: 'Custom',
    attribute: 'custom',
    parameters: [
      required('input', 'text', 'what the instruction is about'),
      required('instruction', 'text', 'what to do; put in front of the input as it is'),
    ],
    returns: [{ key: 'response', type: 'text', description: "the model's reply" }],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: oneCall,
    summary: 'asks the model with an instruction of your own',
    description: 'Sends instruction + input to the model and returns its reply as it is.',
  },
  {
    name: 'AnswerGenerate',
    attribute: 'answer_generate',
    parameters: [required('input', 'text', 'the problem'), mode],
    returns: [
      { key: 'thought', type: 'text', description: 'the reasoning' },
      { key: 'answer', type: 'text', description: 'the final answer alone' },
    ],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: oneCall,
    summary: 'reasons step by step and gives a final answer',
    description: 'Asks the model to think step by step and returns the reasoning and the final answer apart.',
  },
  {
    name: 'CustomCodeGenerate',
    attribute: 'custom_code_generate',
    parameters: [
      required('problem', 'text', 'the problem'),
      required('entry_point', 'text', 'name of the function to write'),
      required('instruction', 'text', 'what to do; put in front of the problem as it is'),
      mode,
    ],
    returns: [{ key: 'response', type: 'text', description: 'the Python code, without the text around it' }],
    problemTypes: ['code'],
    violationPenalty: -5,
    cost: { minCalls: 1, maxCalls: 2 },
    summary: 'writes the function a problem asks for, with an instruction of your own',
    description:
      'Sends instruction + problem to the model and returns the Python code of its reply; a reply that lacks the function is asked for once more. Only code problems have an entry point.',
  },
  {
    name: 'Programmer',
    attribute: 'programmer',
    parameters: [
      required('problem', 'text', 'the problem'),
      optional('analysis', 'text', 'hints for the programmer, such as the reasoning so far'),
      mode,
    ],
    returns: [
      { key: 'code', type: 'text', description: 'the Python program' },
      { key: 'output', type: 'text', description: 'what the program computed' },
    ],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: { minCalls: 1, maxCalls: 3 },
    summary: 'writes a Python program, runs it and returns code and output',
    description:
      'Asks the model for a Python program, runs it and returns the code and its output; a program that fails is corrected, three attempts in all.',
  },
  {
    name: 'Test',
    attribute: 'test',
    parameters: [
      required('problem', 'text', 'the problem'),
      required('solution', 'text', 'the code to test'),
      required('entry_point', 'text', 'name of the function under test'),
      optional('test_loop', 'number', 'corrections at the most, 3 if left out'),
      mode,
    ],
    returns: [
      { key: 'result', type: 'boolean', description: 'whether the tests pass' },
      { key: 'solution', type: 'text', description: 'the code, corrected where that was needed' },
    ],
    problemTypes: ['code'],
    violationPenalty: -5,
    cost: { minCalls: 0, maxCalls: 3 },
    summary: "runs the problem's public tests and corrects the code",
    description:
      "Runs the problem's public tests on the code; while they fail, shows the model what failed and takes its correction. Only code problems have tests.",
  },
  {
    name: 'Review',
    attribute: 'review',
    parameters: [required('problem', 'text', 'the problem'), required('solution', 'text', 'what to review'), mode],
    returns: [
      { key: 'review_result', type: 'boolean', description: 'whether the solution seems right' },
      { key: 'feedback', type: 'text', description: 'what is wrong, or why it is right' },
    ],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: oneCall,
    summary: 'judges a solution and says what is wrong with it',
    description: 'Asks the model whether the solution is right and what is wrong with it.',
  },
  {
    name: 'Revise',
    attribute: 'revise',
    parameters: [
      required('problem', 'text', 'the problem'),
      required('solution', 'text', 'what to revise'),
      required('feedback', 'text', 'what is wrong with it'),
      mode,
    ],
    returns: [{ key: 'solution', type: 'text', description: 'the revised solution' }],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: oneCall,
    summary: 'rewrites a solution in the light of feedback',
    description: 'Asks the model to rewrite the solution in the light of the feedback.',
  },
  {
    name: 'ScEnsemble',
    attribute: 'sc_ensemble',
    parameters: [
      required('solutions', 'texts', 'the candidate solutions, a list of two or more'),
      optional('problem', 'text', 'the problem; the one at hand if left out'),
      mode,
    ],
    returns: [{ key: 'response', type: 'text', description: 'the candidate chosen' }],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: oneCall,
    summary: 'chooses the most consistent of several solutions',
    description: 'Shows the model several candidate solutions and returns the one that most of them agree with.',
  },
  {
    name: 'MdEnsemble',
    attribute: 'md_ensemble',
    parameters: [
      required('solutions', 'texts', 'the candidate solutions, a list of two or more'),
      optional('problem', 'text', 'the problem; the one at hand if left out'),
      mode,
      optional('vote_count', 'number', 'votes, 5 if left out; may be given to the constructor instead'),
    ],
    returns: [{ key: 'solution', type: 'text', description: 'the candidate with the most votes' }],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: { minCalls: 1, maxCalls: 5 },
    summary: 'chooses among several solutions by five votes',
    description:
      'Shows the model the candidate solutions several times, each time in another order, and returns the one it votes for most often.',
  },
  {
    name: 'Format',
    attribute: 'format',
    parameters: [
      required('problem', 'text', 'the problem'),
      required('solution', 'text', 'what to take the answer from'),
      mode,
    ],
    returns: [
      { key: 'solution', type: 'text', description: 'the answer alone, in a word or a few' },
      { key: 'response', type: 'text', description: 'the same' },
    ],
    problemTypes: everyType,
    violationPenalty: 0,
    cost: oneCall,
    summary: 'takes the bare answer out of a solution',
    description: 'Asks the model for the final answer of a solution, in as few words as the problem allows.',
  },
]

const byName = new Map(operators.map((operator) => [operator.name, operator]))
const byAttribute = new Map(operators.map((operator) => [operator.attribute, operator]))

export function operatorNamed(name: string): OperatorContract | undefined {
  return byName.get(name)
}

export function operatorOfAttribute(attribute: string): OperatorContract | undefined {
  return byAttribute.get(attribute)
}
