import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BatonError } from '../core/failure.ts'
import type { Json } from '../core/json.ts'
import { datasetFormats } from './formats/index.ts'
import { type LoadOptions, loadProblems } from './load-problems.ts'
import { mixProblems } from './mix-problems.ts'
import { compareMath, compareQa, pythonCode } from './scorers/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-datasets-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array | readonly Json[]): string {
  const path = join(folder, name)
  const isRows = typeof content !== 'string' && !(content instanceof Uint8Array)
  writeFileSync(path, isRows ? content.map((row) => JSON.stringify(row)).join('\n') : content)
  return path
}

const strict: LoadOptions = { skipBadRows: false }

async function refusal(path: string, options = strict): Promise<BatonError> {
  const error = await loadProblems(path, options).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof BatonError, String(error))
  assert.equal(error.boundary, 'dataset')
  assert.equal(error.exitCode, 2)
  assert.ok((error.hint ?? '').length > 10)
  return error
}

const good = { id: 'a', type: 'math', source: 's', question: '6 * 7?', answer: '42', difficulty: 2 }
const code = {
  ...good,
  id: 'c',
  type: 'code',
  entryPoint: 'f',
  publicTests: ['assert f(1) == 1'],
  hiddenTests: ['assert f(2) == 2'],
}

describe('the unified schema', () => {
  test('rows come back as they are, blank lines and a byte order mark aside', async () => {
    const path = file('unified.jsonl', `\uFEFF${JSON.stringify(good)}\r\n\n${JSON.stringify(code)}\n`)
    const loaded = await loadProblems(path, strict)
    assert.deepEqual(loaded.problems, [good, code])
    assert.equal(loaded.format, 'unified')
    assert.match(loaded.fingerprint, /^[0-9a-f]{64}$/)
  })

  test('a gzipped file is read like any other', async () => {
    const loaded = await loadProblems(file('unified.jsonl.gz', gzipSync(JSON.stringify(good))), strict)
    assert.deepEqual(loaded.problems, [good])
  })

  test('limit and difficulty choose among the good rows', async () => {
    const rows = [1, 5, 3, 2].map((difficulty, i) => ({ ...good, id: `p${i}`, difficulty }))
    const path = file('levels.jsonl', rows)
    const ids = async (options: Partial<LoadOptions>) =>
      (await loadProblems(path, { ...strict, ...options })).problems.map(({ id }) => id)
    assert.deepEqual(await ids({ maxDifficulty: 3 }), ['p0', 'p2', 'p3'])
    assert.deepEqual(await ids({ maxDifficulty: 3, limit: 2 }), ['p0', 'p2'])
  })
})

const badRows: readonly (readonly [string, string, RegExp])[] = [
  ['broken JSON', '{"id": "b", ', /line 2: is not JSON/],
  ['a list', '[1, 2]', /line 2: is not a JSON object/],
  ['no question', JSON.stringify({ ...good, id: 'b', question: undefined }), /line 2: has no "question"/],
  ['an empty answer', JSON.stringify({ ...good, id: 'b', answer: '' }), /line 2: "answer" is empty/],
  ['a blank answer', JSON.stringify({ ...good, id: 'b', answer: '  ' }), /line 2: "answer" is not a text/],
  ['an answer that says nothing', JSON.stringify({ ...good, id: 'b', answer: '...' }), /line 2: the reference answer/],
  ['an unknown type', JSON.stringify({ ...good, id: 'b', type: 'poem' }), /line 2: "type" is "poem"/],
  ['a used id', JSON.stringify(good), /line 2: has the id of line 1/],
  ['code without tests', JSON.stringify({ ...code, hiddenTests: [] }), /line 2: a code problem has no hidden tests/],
  ['code without a name', JSON.stringify({ ...code, entryPoint: '' }), /line 2: a code problem names no function/],
]

describe('bad rows', () => {
  for (const [name, row, message] of badRows)
    test(`${name} stops the load with its line, or is left out and counted`, async () => {
      const path = file('bad.jsonl', `${JSON.stringify(good)}\n${row}\n${JSON.stringify({ ...good, id: 'z' })}\n`)
      const error = await refusal(path)
      assert.match(error.message, message)
      assert.match(error.hint ?? '', /--skip-bad-rows/)
      const loaded = await loadProblems(path, { skipBadRows: true })
      assert.deepEqual(
        loaded.problems.map(({ id }) => id),
        ['a', 'z'],
      )
      assert.deepEqual(
        loaded.skipped.map(({ line }) => line),
        [2],
      )
    })
})

describe('files that cannot be used', () => {
  test('a missing file names the nearest one', async () => {
    file('train.jsonl', [good])
    const error = await refusal(join(folder, 'trian.jsonl'))
    assert.equal(error.code, 'missing-file')
    assert.ok(error.hint?.includes(join(folder, 'train.jsonl')))
    assert.match((await refusal(join(folder, 'nowhere', 'x.jsonl'))).message, /does not exist, nor does its folder/)
  })

  test('rows that lack something are told what to add, and what a misspelt key or type was meant to be', async () => {
    const { id: _, type: __, ...bare } = good
    const fixes: readonly (readonly [row: object, message: RegExp, hint: RegExp])[] = [
      [{ ...good, type: 'poem' }, /line 1: "type" is "poem"\./, /one of math, code, qa/],
      [{ ...good, type: 'Maths' }, /line 1: "type" is "Maths"\./, /Did you mean "math"\?/],
      [bare, /has the keys|have the keys source, question, answer/, /Add "id" and "type" .*#### 42/],
      [
        { ...bare, type: 'math', qustion: 'x', question: undefined },
        /no known format/,
        /"qustion" is probably "question"/,
      ],
      [
        { task_id: '1', prompt: 'p', canonical_solution: 's', entry_point: 'f' },
        /no known format/,
        /As humaneval it lacks "test"/,
      ],
      [
        { colour: 'red' },
        /have the keys colour/,
        /Give each row "id", "type", "question", "answer"; .*data-formats\.md/,
      ],
    ]
    for (const [row, message, hint] of fixes) {
      const error = await refusal(file('row.jsonl', [JSON.parse(JSON.stringify(row))]))
      assert.match(error.message, message)
      assert.match(error.hint ?? '', hint)
    }
  })

  test('the page of formats has every one that is read', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'data-formats.md'), 'utf8')
    for (const { name, keys } of datasetFormats) assert.ok(page.includes(`\`${keys}\``), name)
  })

  test('what leaves bad rows out is named only where it is there', async () => {
    const path = file('torn.jsonl', `${JSON.stringify(good)}\n{`)
    assert.match((await refusal(path)).hint ?? '', /--skip-bad-rows/)
    assert.doesNotMatch((await refusal(path, { ...strict, skipWith: null })).hint ?? '', /skip/)
  })

  test('a folder, an empty file, a torn gzip file and unknown keys are told apart', async () => {
    assert.equal((await refusal(folder)).code, 'not-a-file')
    assert.equal((await refusal(file('empty.jsonl', ''))).code, 'no-rows')
    assert.equal((await refusal(file('torn.gz', gzipSync('x'.repeat(99)).subarray(0, 20)))).code, 'bad-gzip')
    const unknown = await refusal(file('unknown.jsonl', [{ prompt: 'a', completion: 'b' }]))
    assert.equal(unknown.code, 'unknown-format')
    assert.match(unknown.message, /prompt, completion/)
    assert.equal((await refusal(file('hard.jsonl', [good]), { ...strict, maxDifficulty: 1 })).code, 'no-problems')
  })
})

describe('other formats', () => {
  const load = async (name: string, row: Json) => {
    const { problems, format } = await loadProblems(file(name, [row]), strict)
    return { format, problem: problems[0]! }
  }

  test('GSM8K answers are what follows the marks', async () => {
    const answer = '2+1=<<2+1=3>>3\n#### 3,000'
    const { format, problem } = await load('gsm.jsonl', { question: 'How many?', answer })
    assert.equal(format, 'gsm8k')
    assert.deepEqual([problem.id, problem.type, problem.answer, problem.difficulty], ['gsm8k/1', 'math', '3,000', 1])
    assert.match(
      (
        await refusal(
          file('g.jsonl', [
            { question: 'q', answer: 'a #### 1' },
            { question: 'q', answer: 'a' },
          ]),
        )
      ).message,
      /line 2/,
    )
  })

  test('MATH answers are what the solution boxes', async () => {
    const solution = 'so it is $\\boxed{\\frac{\\sqrt{6}}{3}}$.'
    const { problem } = await load('math.jsonl', { problem: 'p', level: 'Level 4', type: 'Algebra', solution })
    assert.deepEqual([problem.answer, problem.difficulty], ['\\frac{\\sqrt{6}}{3}', 4])
  })

  test('HumanEval gets its helpers and its public tests, from the docstring or the file beside it', async () => {
    const row = {
      task_id: 'HumanEval/1',
      prompt:
        'def helper(x):\n    return x\n\n\ndef f(x):\n    """ Adds one.\n    >>> f(1)\n    2\n    >>> f([3])\n    [4,\n    5]\n    """\n',
      entry_point: 'f',
      canonical_solution: '    return x + 1\n',
      test: 'def check(candidate):\n    assert candidate(helper(2)) == 3\n',
    }
    const { problem } = await load('he.jsonl', row)
    assert.deepEqual(problem.publicTests, ['assert f(1) == 2'])
    assert.match(problem.hiddenTests?.[0] ?? '', /^def helper[\s\S]*def check/)
    file('humaneval_public_test.jsonl', [
      { problem_id: 'HumanEval/1', test: ['assert candidate(5) == 6'], entry_point: 'f' },
    ])
    assert.deepEqual((await load('humaneval_validate.jsonl', row)).problem.publicTests, ['assert f(5) == 6'])
  })

  test('no public test of MBPP is a hidden one', async () => {
    const tests = ['assert f(1) == 1', 'assert f(2) == 2', 'assert f(3) == 3']
    const row = {
      task_id: 7,
      prompt: 'Write f.',
      code: 'def f(x): return x',
      test_list: tests,
      test_imports: ['import math'],
    }
    const { problem } = await load('mbpp.jsonl', row)
    assert.deepEqual(problem.publicTests, ['import math\nassert f(1) == 1'])
    assert.deepEqual(problem.hiddenTests, ['import math\nassert f(2) == 2', 'import math\nassert f(3) == 3'])
    assert.equal(problem.entryPoint, 'f')
  })

  test('hidden tests of MBPP that one value passes keep the test that it fails', async () => {
    const shown = async (tests: string[]) => {
      const row = { task_id: 7, prompt: 'Write f.', code: 'def f(x): return x', test_list: tests }
      return (await load('mbpp.jsonl', row)).problem.publicTests
    }
    const found = "assert f('aabbbb') == ('Found')"
    const missed = ["assert f('aabAbbbc') == ('Not')", "assert f('accddbbjjj') == ('Not')"]
    assert.deepEqual(await shown([found, ...missed]), [missed[0]])
    assert.deepEqual(await shown(['assert f(1) == True', 'assert f(2) == False', 'assert f(3) == False']), [
      'assert f(2) == False',
    ])
    assert.deepEqual(await shown(['assert f(1)', 'assert not f(2)', 'assert not f(3)']), ['assert not f(2)'])
    assert.deepEqual(await shown(['assert f(1) == 1', 'assert f(2) == 2', 'assert f(3) == 2']), ['assert f(2) == 2'])
    assert.deepEqual(await shown(['assert f(1) == 1', 'assert f(2) == 1', 'assert f(3) == 1']), ['assert f(1) == 1'])
    assert.deepEqual(await shown(['assert f(1) == 1', 'assert f(2) == 2']), ['assert f(1) == 1'])
  })

  test('DROP and HotpotQA give question and context apart', async () => {
    const drop = await load('drop.jsonl', {
      context: 'Passage: Ann won.\nQuestion: Who?\nAnswer:',
      ref_text: 'Ann|Anna',
      id: 3,
    })
    assert.deepEqual(
      [drop.problem.question, drop.problem.context, drop.problem.answer],
      ['Who?', 'Ann won.', 'Ann|Anna'],
    )
    const hotpot = await load('hotpot.jsonl', {
      _id: 'x',
      question: 'Who?',
      answer: 'Ann',
      context: [['Race', ['Ann won.', ' Bob lost.']]],
      type: 'bridge',
      level: 'hard',
    })
    assert.deepEqual([hotpot.problem.context, hotpot.problem.difficulty], ['Race: Ann won. Bob lost.', 5])
  })

  test('CommonsenseQA asks for a letter', async () => {
    const choices = [
      { label: 'A', text: 'bank' },
      { label: 'B', text: 'park' },
    ]
    const { problem } = await load('csqa.jsonl', { answerKey: 'A', question: { stem: 'Where?', choices } })
    assert.match(problem.question, /A\. bank\nB\. park/)
    assert.equal(problem.answer, 'A')
  })

  test('both mixed schemas of the earlier trainers are read', async () => {
    const first = await load('mixed.jsonl', {
      problem: 'q',
      problem_type: 'math',
      source: 'gsm8k',
      ground_truth: 'so\n#### 5',
    })
    assert.deepEqual([first.format, first.problem.answer], ['mixed-problem-type', '5'])
    const second = await load('domains.jsonl', {
      id: 'd1',
      dataset: 'mbpp',
      domain: 'code',
      question: 'Write f.',
      reference_answer: '',
      entry_point: 'f',
      test: 'assert f(1) == 1',
      metadata: {},
    })
    assert.deepEqual(
      [second.format, second.problem.type, second.problem.hiddenTests],
      ['mixed-domain', 'code', ['assert f(1) == 1']],
    )
    const empty = { problem: 'q', problem_type: 'qa', source: 'commonsenseqa', ground_truth: '' }
    assert.match((await refusal(file('hole.jsonl', [empty]))).message, /"ground_truth" is empty/)
  })
})

describe('mixtures', () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    ...good,
    type: i < 20 ? ('math' as const) : ('qa' as const),
    id: `${i}`,
  }))

  test('types come in their proportions, none twice, the same for the same seed', () => {
    const mixed = mixProblems(rows, { math: 1, qa: 1, code: 0 }, 7)
    const count = (type: string) => mixed.filter((problem) => problem.type === type).length
    assert.deepEqual([count('math'), count('qa')], [10, 10])
    assert.equal(new Set(mixed).size, 20)
    assert.deepEqual(mixProblems(rows, { math: 1, qa: 1 }, 7), mixed)
    assert.notDeepEqual(mixProblems(rows, { math: 1, qa: 1 }, 8), mixed)
  })

  test('a share of a type that has no problems is refused', () => {
    assert.throws(() => mixProblems(rows, { code: 1, math: 1 }, 1), /there are no code problems/)
  })
})

const shared = join(import.meta.dirname, '../../../shared/data')
const published: readonly (readonly [string, number, string])[] = [
  ['gsm8k/test.jsonl', 1319, 'gsm8k'],
  ['humaneval/HumanEval.jsonl.gz', 164, 'humaneval'],
  ['aflow/gsm8k_validate.jsonl', 264, 'aflow-gsm8k'],
  ['aflow/math_validate.jsonl', 119, 'math'],
  ['aflow/humaneval_validate.jsonl', 33, 'humaneval'],
  ['aflow/mbpp_validate.jsonl', 86, 'mbpp'],
  ['aflow/drop_validate.jsonl', 200, 'drop'],
  ['aflow/hotpotqa_validate.jsonl', 200, 'hotpotqa'],
]

describe('published files', { skip: existsSync(shared) ? false : 'the published data is not here' }, () => {
  for (const [name, rows, format] of published)
    test(`${name} loads whole, and each reference answers its own problem`, async () => {
      const loaded = await loadProblems(join(shared, name), strict)
      assert.equal(loaded.problems.length, rows)
      assert.equal(loaded.format, format)
      for (const { type, answer, entryPoint } of loaded.problems) {
        if (type === 'math') assert.equal(compareMath(`The answer is ${answer}`, answer).outcome, 'equal', answer)
        else if (type === 'qa') assert.equal(compareQa(answer.split('|')[0] ?? '', answer).outcome, 'equal', answer)
        else assert.notEqual(pythonCode(answer, entryPoint ?? ''), '')
      }
    })
})
