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
    meaning: 'reads a key an operator does not return (a note for `.get`, which continues)',
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

Operators, their calls and the Workflow class are declared once, in \`src/workflows/contract\`. The prompts, the validator,
the repairs, the penalties, the sandbox's call check and this page are derived from that declaration.

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

Costs, tokens and operator calls are counted outside the program. The cost that it returns is not used.

## Whose fault a failed call is

An operator call raises in the program, and counts as the program's failure, if its prompt

- is empty (\`policy/prompt-empty\`),
- contains half a surrogate pair or a NUL character (\`policy/prompt-not-unicode\`),
- has more than ${maxAddedPromptChars.toLocaleString('en-US')} characters beyond the problem's own text (\`policy/prompt-too-long\`).

None of these is sent to a server, so they fail in the same way on every server. If a prompt was sent and the server
refuses it as malformed (400), the problem's own text is asked once: if that is answered, the prompt is the program's
failure (\`policy/prompt-refused\`). Every other failure of a prompt that was sent is the server's: no answer in time, a
context too small for the prompt or the answer, a refusal of any other kind. The program is then stopped, even if it would
have caught the exception, and the rollout is unscorable
([llm.md](llm.md#whose-fault-it-is)).

## Contracts by name

\`workflows.contract\` says which operators a policy is offered. Using another one breaks a rule, but the program
still runs.

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

The grammar is GBNF (for llama.cpp and for vLLM's xgrammar backend) or one regular expression. Its programs have one shape:
generators, a chooser if there are several candidates, then up to two steps on the answer. Every text of the grammar is a
valid program without errors or violations; the policy writes its own instructions for Custom. Every canonical plan,
example and baseline is a text of the grammar. The validator accepts more than the grammar. The regular expression has some
200,000 characters for the full code contract and 2,000 for the simple one.

The grammars were tried on real backends. llama.cpp's server (de3ff81) with a tiny model under random token biases gave 120
programs by grammar, 25 of them distinct, and 120 plans by schema, all valid. llguidance 1.9.1 and xgrammar 0.2.8, the
backends of vLLM, read the grammars, expressions and schemas of both contracts. With the full grammars they accept all 129
canonical plans of the three types, and refuse the same plans with an \`await\` removed. vLLM itself was not run.

A plan is the same in JSON, \`{"candidates": [{"operator": "AnswerGenerate", "times": 3}], "choose": "ScEnsemble", "steps":
["Revise"]}\`: its schema can be sent to servers that accept one, and \`workflows.form: plan\` asks for a plan in the full
prompt. A completion with a plan is run as the corresponding program. Every value of the schema is a workflow.

\`baton contract lint\` compares every prompt with the validator in both directions and runs its examples in the sandbox
against the simulator. \`--prompt my-prompt.md\` checks a prompt of your own. It reads operators listed with arguments and
keys, sentences that offer or refuse an operator, signatures, programs and plans.

## What the validator finds

An error makes a program invalid; a violation leaves it valid and carries a penalty; a note costs nothing. Repairs
change a program only where it is faulty, each as a diff with a kind. A broken rule keeps its penalty, repaired or not.

${table(['finding', 'severity', 'meaning', 'repairs'], findings)}

## Repairs

Each repair is a diff of whole lines with its kind, its weight and the finding it answers. The policy is trained on what it
wrote; what runs is the repaired program. A repair adds its weight times \`rewards.repair\` to the reward. [policy-outputs.md](policy-outputs.md)
shows what real models write and how it is repaired.

${table(
  ['repair', 'weight', 'what is done'],
  Object.entries(repairKinds).map(([kind, { weight, meaning }]) => [`\`${kind}\``, weight, meaning]),
)}

The analysis is static and conservative: conditions are not evaluated (a variable bound only under \`elif True\` counts as
possibly unbound). When the program runs, CPython's own compiler decides whether it is valid Python.

## Calls

Each call that an operator makes to the executor subtracts \`rewards.callPrice\` (default 0) from the reward of a workflow that
answered. Programmer may call three times, Test not at all. A call that was repeated because the service failed counts once,
and judge calls do not count. An answer is never worth less than a program that did not run, however many calls it made. A
right answer with ten calls beats a wrong one without any. The metrics \`operators/calls\` and
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
