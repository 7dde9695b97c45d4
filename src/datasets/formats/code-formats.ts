/** HumanEval and MBPP, their own files and AFlow's. */
import { type DatasetFormat, hasKeys, optionalTexts, problemOf, textField } from './row.ts'

export const humanEvalFormat: DatasetFormat = {
  name: 'humaneval',
  keys: 'task_id, prompt, entry_point, canonical_solution, test',
  recognises: (row) => hasKeys(row, 'task_id', 'prompt', 'canonical_solution', 'test'),
  read: (row, { publicTests }) => {
    const id = textField(row, 'task_id')
    const prompt = textField(row, 'prompt')
    const entryPoint = textField(row, 'entry_point')
    // Three of its tests call a helper that only the prompt defines.
    const helpers = prompt.slice(0, Math.max(0, prompt.search(new RegExp(`^def ${entryPoint}\\b`, 'm'))))
    const test = textField(row, 'test')
    const known = publicTests.get(id) ?? publicTests.get(entryPoint) ?? docstringTests(prompt)
    return problemOf({
      id,
      type: 'code',
      source: 'humaneval',
      question: `Complete the Python function \`${entryPoint}\` and give the whole program.\n\n${prompt.trim()}`,
      answer: `${prompt}${textField(row, 'canonical_solution')}`,
      entryPoint,
      publicTests: known.length > 0 ? known.map((source) => named(source, entryPoint)) : undefined,
      hiddenTests: [/^def /m.test(helpers) ? `${helpers}\n${test}` : test],
      difficulty: 3,
    })
  },
}

/** `>>> f(1)` with its value on the next line, as an assertion; examples over several lines are left out. */
export function docstringTests(prompt: string): string[] {
  const lines = prompt.split('\n').map((line) => line.trim())
  return lines.flatMap((line, i) => {
    const call = /^>>> ?(.+\))$/.exec(line)?.[1]
    const value = lines[i + 1] ?? ''
    const isValue = value !== '' && !/^(?:>>>|\.\.\.|"""|''')|[,([{]$/.test(value)
    return call !== undefined && isValue ? [`assert ${call} == ${value.replace(/(?:"""|''')$/, '')}`] : []
  })
}

/** Tests written for `candidate` name the function, so that they can be shown. */
function named(source: string, entryPoint: string): string {
  return source.replace(/\bcandidate\b/g, entryPoint)
}

export const mbppFormat: DatasetFormat = {
  name: 'mbpp',
  keys: 'task_id, prompt or text, code, test_list',
  recognises: (row) => hasKeys(row, 'task_id', 'code', 'test_list'),
  read: (row) => {
    const code = textField(row, 'code')
    const tests = optionalTexts(row, 'test_list') ?? [textField(row, 'test')]
    const imports = (optionalTexts(row, 'test_imports') ?? []).map((line) => `${line}\n`).join('')
    const entryPoint = hasKeys(row, 'entry_point') ? textField(row, 'entry_point') : calledName(tests, code)
    // A test that the workflow may see does not decide the score: in the published files the two are nearly the same.
    const shown = shownTest(tests)
    const sources = tests.map((source) => `${imports}${source}`)
    const isSplit = sources.length > 1
    return problemOf({
      id: `mbpp/${textField(row, 'task_id')}`,
      type: 'code',
      source: 'mbpp',
      question: `${textField(row, hasKeys(row, 'prompt') ? 'prompt' : 'text').trim()}\n\nName the function \`${entryPoint}\` and give the whole program.`,
      answer: code,
      entryPoint,
      publicTests: isSplit ? sources.slice(shown, shown + 1) : undefined,
      hiddenTests: isSplit ? sources.toSpliced(shown, 1) : sources,
      difficulty: 2,
    })
  },
}

/**
 * Which test a workflow may see: the first, unless all others expect one value that the first does not. A function that
 * always returned it would pass those.
 */
function shownTest(tests: readonly string[]): number {
  const isVaried = (sources: readonly string[]): boolean => new Set(sources.map(expectedValue)).size > 1
  if (!isVaried(tests)) return 0
  return Math.max(
    0,
    tests.findIndex((_, shown) => isVaried(tests.toSpliced(shown, 1))),
  )
}

/** The text that an assertion compares with, or what an assertion without comparison says. */
function expectedValue(test: string): string {
  const assertion = test.trim().split('\n').at(-1) ?? ''
  const compared = /==(?!.*==)\s*(.+)$/.exec(assertion)?.[1]
  if (compared === undefined) return /^assert\s+not\b/.test(assertion) ? 'False' : 'True'
  return compared.replace(/[\s()]/g, '').replace(/"/g, "'")
}

/** The function that the tests call; the last one defined where that is not clear. */
function calledName(tests: readonly string[], code: string): string {
  const defined = [...code.matchAll(/^def (\w+)/gm)].map(([, name = '']) => name)
  return (
    defined.find((name) => tests.some((source) => new RegExp(`\\b${name}\\(`).test(source))) ?? defined.at(-1) ?? ''
  )
}
