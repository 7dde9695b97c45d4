/** The part of `docs/workflow-contract.md` that follows from the contract. A test keeps the file current. */
import type { ProblemType } from '../../core/problem.ts'
import {
  contractNames,
  deniedBuiltins,
  maxAddedPromptChars,
  type OperatorContract,
  operators,
  operatorsFor,
  workflowClass,
} from '../contract/index.ts'
import { contractForms } from '../contract-forms.ts'
import { baselineProgram, baselines } from '../programs/index.ts'
import { briefPrompt } from '../prompt/brief-prompt.ts'
import { rulesFor } from '../prompt/index.ts'
import { type RepairKind, repairKinds } from '../repair/kinds.ts'
import type { FindingKind, Severity } from '../validate/index.ts'

interface FindingDoc {
  readonly severity: Severity | 'error or note'
  readonly meaning: string
  readonly repairs: readonly RepairKind[]
}

export const findingDocs: Readonly<Record<FindingKind, FindingDoc>> = {
  'syntax-error': {
    severity: 'error',
    meaning: 'the text is not Python',
    repairs: ['characters', 'python-2', 'drop', 'keyword', 'punctuation', 'indentation', 'cut-off'],
  },
  'no-class': {
    severity: 'error',
    meaning: `there is no class ${workflowClass.name}`,
    repairs: ['class-name', 'add-class'],
  },
  'missing-method': { severity: 'error', meaning: '`__init__` or `__call__` is missing', repairs: ['add-method'] },
  'wrong-signature': {
    severity: 'error',
    meaning: 'parameters missing, surplus without default, or out of order',
    repairs: ['signature'],
  },
  'not-async': { severity: 'error', meaning: '`__call__` is not async', repairs: ['make-async'] },
  'unknown-operator': {
    severity: 'error',
    meaning: 'makes an operator that does not exist',
    repairs: ['rename', 'operator'],
  },
  'operator-not-made': { severity: 'error', meaning: 'calls an operator never made', repairs: ['make-operator'] },
  'operator-unused': { severity: 'note', meaning: 'makes an operator never called', repairs: [] },
  'operator-without-llm': {
    severity: 'error',
    meaning: 'makes an operator without the llm',
    repairs: ['make-operator'],
  },
  'operator-not-allowed': {
    severity: 'violation',
    meaning: 'calls an operator that is not for the problem type',
    repairs: [],
  },
  'unknown-argument': {
    severity: 'error',
    meaning: 'gives an operator an argument it does not take',
    repairs: ['argument', 'drop-argument'],
  },
  'missing-argument': { severity: 'error', meaning: 'leaves out an argument an operator needs', repairs: ['argument'] },
  'unknown-key': {
    severity: 'error or note',
    meaning: 'reads a key an operator does not return (a note for `.get`, which goes on)',
    repairs: ['key'],
  },
  'result-as-text': { severity: 'note', meaning: 'hands on a whole result where text is wanted', repairs: [] },
  'llm-not-made': { severity: 'error', meaning: '`self.llm` is never made', repairs: ['make-llm'] },
  'misspelt-name': { severity: 'error', meaning: 'a name that is a slip of a known one', repairs: ['rename'] },
  'unknown-llm-attribute': { severity: 'error', meaning: 'asks `self.llm` for what it has not', repairs: ['rename'] },
  'unknown-attribute': {
    severity: 'error',
    meaning: 'reads an attribute of self never made',
    repairs: ['rename', 'initialise', 'make-operator'],
  },
  'missing-await': { severity: 'error', meaning: 'uses an operator call without awaiting it', repairs: ['await'] },
  'maybe-unbound': {
    severity: 'error',
    meaning: 'a variable some path leaves without a value',
    repairs: ['initialise'],
  },
  'undefined-name': {
    severity: 'error',
    meaning: 'a name nothing defines',
    repairs: ['import', 'rename', 'initialise'],
  },
  'missing-return': {
    severity: 'error or note',
    meaning: 'never returns an answer (a note when only some path ends without)',
    repairs: ['return'],
  },
  'missing-cost': { severity: 'error', meaning: 'returns the answer without the cost', repairs: ['cost'] },
  'dynamic-code': {
    severity: 'violation',
    meaning: `${[...deniedBuiltins].map((name) => `\`${name}\``).join(', ')}, or double-underscore attributes that reach around the program`,
    repairs: ['literal-eval'],
  },
  'forbidden-import': {
    severity: 'violation',
    meaning: 'imports a module that reaches out of the program (an error when there is no such module here)',
    repairs: ['drop'],
  },
  'shadowed-name': { severity: 'error', meaning: '`import operator` hides the operators', repairs: ['drop'] },
  'leaked-code': { severity: 'error', meaning: 'statements or text around the class', repairs: ['drop'] },
}

const types: readonly ProblemType[] = ['math', 'code', 'qa']

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function operatorDocs(operator: OperatorContract): string {
  const parameters = operator.parameters.map(
    ({ name, isRequired, isIgnored, type, description }) =>
      `- \`${name}\` (${type}${isRequired ? '' : ', optional'}${isIgnored ? ', ignored' : ''}): ${description}`,
  )
  const returns = operator.returns.map(({ key, type, description }) => `- \`"${key}"\` (${type}): ${description}`)
  const { minCalls, maxCalls } = operator.cost
  const calls = minCalls === maxCalls ? `${maxCalls}` : `${minCalls} to ${maxCalls}`
  const penalty =
    operator.violationPenalty === 0
      ? ''
      : ` Elsewhere it breaks a rule, which costs ${operator.violationPenalty} (\`rewards.violation\`), once a program.`
  return [
    `### ${operator.name}`,
    `\`self.${operator.attribute} = operator.${operator.name}(self.llm)\`. ${operator.description}`,
    `For ${operator.problemTypes.join(', ')}.${penalty} LLM calls: ${calls} (cost class ${costClassOf(operator)}).`,
    `Takes:\n${parameters.join('\n')}`,
    `Returns:\n${returns.join('\n')}`,
  ].join('\n\n')
}

/** By the most calls that one operator call can make: 1, 2 or 3, more. */
function costClassOf({ cost }: OperatorContract): 'low' | 'medium' | 'high' {
  if (cost.maxCalls <= 1) return 'low'
  return cost.maxCalls <= 3 ? 'medium' : 'high'
}

export function contractDocs(): string {
  const brief = briefPrompt(
    { id: '', type: 'math', source: '', question: 'A pen costs $2 ...', answer: '', difficulty: 1 },
    200,
  )
  const findings = Object.entries(findingDocs).map(([kind, { severity, meaning, repairs }]) => [
    `\`${kind}\``,
    severity,
    meaning,
    repairs.map((repair) => `\`${repair}\``).join(', '),
  ])
  const rows = baselines.map(({ name, title, plan }) => [
    `\`${name}\``,
    title,
    types.filter((type) => plan(type) !== null).join(', '),
  ])
  return `# The workflow contract

Operators, their calls and the class they are used in are declared once, in \`src/workflows/contract\`. The prompts, the
validator, the repairs, the penalties, the sandbox's call check and this page follow from that declaration.

## Operators

${table(
  ['operator', 'what it does', 'for'],
  operators.map(({ name, summary, problemTypes }) => [name, summary, problemTypes.join(', ')]),
)}

${operators.map(operatorDocs).join('\n\n')}

## The program

\`\`\`python
${baselineProgram('cot', 'math')}\`\`\`

${rulesFor('math')
  .map(({ text }, i) => `${i + 1}. ${text}`)
  .join('\n')}

Costs, tokens and operator calls are counted outside the program; the cost it returns is its claim and is not used.

## Whose fault a failed call is

An operator call raises in the program, and is the program's failure, where the prompt that it would send

- is empty (\`policy/prompt-empty\`),
- holds half a surrogate pair (\`policy/prompt-not-unicode\`),
- has more than ${maxAddedPromptChars.toLocaleString('en-US')} characters beyond the problem's own text (\`policy/prompt-too-long\`).

None of these is sent to a server, so they are the same on every server. What a server does with a prompt that was sent is
the server's doing: no answer in time, a context too small for the prompt or the answer, a refusal of any kind. The
program is then stopped, whatever it would have made of the exception, and the rollout is unscorable
([llm.md](llm.md#whose-fault-it-is)).

## Contracts by name

\`workflows.contract\` says which of the operators a policy is offered. Using another one breaks a rule; it runs all the
same.

${table(
  ['contract', ...types],
  contractNames.map((contract) => [
    `\`${contract}\``,
    ...types.map((type) =>
      operatorsFor(type, contract)
        .map(({ name }) => name)
        .join(', '),
    ),
  ]),
)}

## Notations

\`baton contract show --type code --as gbnf\` prints one, \`baton contract export <folder>\` writes all:
${Object.entries(contractForms)
  .map(([form, { file }]) => `\`${form}\` (${file})`)
  .join(', ')}.

The grammar (GBNF for llama.cpp and for vLLM's xgrammar backend, or one regular expression) has programs of one shape:
generators, a chooser where there are several candidates, then up to two steps that go on from the answer. Every text of
it is a valid program without a finding that counts, with instructions of the policy's own for Custom; every canonical
plan, example and baseline is a text of it. It is smaller than what the validator takes; the regular expression of the full
code contract has some 200,000 characters, of the simple one 2,000.

Tried on what reads it: llama.cpp's server (de3ff81) with a tiny model under random token biases gave 120 programs by
grammar, 25 of them distinct, and 120 plans by schema, all valid. llguidance 1.9.1 and xgrammar 0.2.8, the backends of
vLLM, read the grammars, expressions and schemas of both contracts; by the full grammars they accept all 129 canonical
plans of the three types and refuse the same with an \`await\` taken out. vLLM itself was not run.

A plan is the same in JSON, \`{"candidates": [{"operator": "AnswerGenerate", "times": 3}], "choose": "ScEnsemble", "steps":
["Revise"]}\`: its schema goes where a server takes one, \`workflows.form: plan\` asks for it in the full prompt, and a
completion that holds one is run as the program it stands for. Every value of the schema is a workflow.

\`baton contract lint\` holds every prompt against the validator in both directions and runs its examples in the sandbox
against the simulator; \`--prompt my-prompt.md\` does so with a prompt of your own. What it reads in a prompt's text:
operators listed with arguments and keys, sentences that offer or refuse an operator, signatures, programs and plans.

## What the validator finds

An error makes a program invalid; a violation leaves it valid and carries a penalty; a note costs nothing. Repairs
change a program only at its faults, each as a diff with a kind; a broken rule keeps its penalty, mended or not.

${table(['finding', 'severity', 'meaning', 'repairs'], findings)}

## Repairs

Each repair is a diff of whole lines with its kind, its weight and the finding it answers. The policy is trained on what it
wrote; what runs is the repaired program. A repair adds its weight times \`rewards.repair\` to the reward. What real models
write and what becomes of it: [policy-outputs.md](policy-outputs.md).

${table(
  ['repair', 'weight', 'what is done'],
  Object.entries(repairKinds).map(([kind, { weight, meaning }]) => [`\`${kind}\``, weight, meaning]),
)}

The analysis is conservative and static: conditions are not evaluated (a variable bound only under \`elif True\` counts as
maybe unbound). CPython's own compiler, when the program is run, has the last word on what is Python.

## Calls

Each call that an operator makes to the executor takes \`rewards.callPrice\` (default 0) off the reward of a workflow that
answered: Programmer may ask three times, Test not once. A call that the client sent again because the service failed counts
once, and the judge's calls do not count. No number of calls makes an answer worth less than a
program that did not run, and a right answer with ten calls beats a wrong one without any. The metrics \`operators/calls\` and
\`operators/<type>/calls\` are the mean of a rollout.

## Prompts

A language model gets operators, rules and examples as a system message and the problem as a user message. A small
policy gets the question, white space collapsed and cut to fit, and the type next to where the completion begins:

\`\`\`
${brief}\`\`\`

## Baselines

${table(['name', 'workflow', 'for'], rows)}

The fallback is \`cot\`, or \`programmer\` for code.
`
}
