/** Every gold answer of the public sets scores as equal to itself, bare, boxed, in a sentence and fenced. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { finalAnswer } from './final-answer.ts'
import { compareMath } from './mathematics/index.ts'
import { compareQa } from './qa-match.ts'

const data = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data')
const skip = existsSync(data) ? false : 'no ../shared/data'

type Row = Readonly<Record<string, string>>

function rows(file: string): Row[] {
  return readFileSync(join(data, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const forms = (gold: string): string[] => [
  gold,
  `\\boxed{${gold}}`,
  `The answer is ${gold}.`,
  `\`\`\`\n${gold}\n\`\`\``,
  `<answer>${gold}</answer>`,
  `**Answer:** ${gold}`,
]

const marked = (row: Row): string => (row['answer'] ?? '').split('####').at(-1)?.trim() ?? ''

for (const [name, file, goldOf, more] of [
  ['GSM8K', 'gsm8k/test.jsonl', marked, []],
  ['GSM8K as AFlow has it', 'aflow/gsm8k_validate.jsonl', marked, []],
  [
    'MATH',
    'aflow/math_validate.jsonl',
    (row: Row) => finalAnswer(row['solution'] ?? '') ?? '',
    [(gold: string) => `The answer is $${gold}$.`, (gold: string) => `Thus\n\\[\n${gold}\n\\]`],
  ],
] as const)
  test(`every gold of ${name} equals itself in all its forms`, { skip }, () => {
    const wrong = rows(file).flatMap((row) => {
      const gold = goldOf(row)
      const said = [...forms(gold), ...more.map((form) => form(gold))]
      return said.filter((one) => compareMath(one, gold, row['question'] ?? row['problem'] ?? null).outcome !== 'equal')
    })
    assert.deepEqual(wrong, [])
  })

for (const [name, file, goldsOf] of [
  ['DROP', 'aflow/drop_validate.jsonl', (row: Row) => (row['ref_text'] ?? '').split('|')],
  ['HotpotQA', 'aflow/hotpotqa_validate.jsonl', (row: Row) => [row['answer'] ?? '']],
] as const)
  test(`every gold of ${name} equals itself in all its forms`, { skip }, () => {
    const wrong = rows(file).flatMap((row) =>
      goldsOf(row)
        .filter((gold) => gold.trim() !== '')
        .flatMap((gold) =>
          forms(gold).filter(
            (said) => compareQa(said, gold, { question: row['question'] ?? null }).outcome !== 'equal',
          ),
        ),
    )
    assert.deepEqual(wrong, [])
  })
