/** How the solver writes code down, and how it recognises code it has read. */
import type { Rng } from '../../../core/random.ts'
import type { WorkedSolution } from '../reading.ts'

/** An argument for the example call in `solve()`, by the parameter's name. */
const examples: Readonly<Record<string, string>> = {
  numbers: '[4, 7, 7, 12, 30, -3]',
  text: '"a small river runs by the old tree"',
  stock: '{"rope": 12, "nail": 40, "lamp": 3}',
  entries: '[["anna", 12], ["ben", 30], ["anna", 8]]',
  rows: '[[3, 1, 2], [9, 8], [4]]',
  n: '6',
}

function exampleCall(name: string, parameter: string): string {
  return `${name}(${examples[parameter] ?? '42'})`
}

export function codeSolution(
  code: string,
  {
    name,
    parameter,
    explanation,
  }: { readonly name: string; readonly parameter: string; readonly explanation: readonly string[] },
): WorkedSolution {
  return {
    answer: code,
    explanation: explanation,
    program: `${code}\n\n\ndef solve():\n    return ${exampleCall(name, parameter)}`,
  }
}

/** Code as it is compared: without comments, docstrings, blank lines, the `solve()` wrapper and spaces. */
export function bareCode(code: string): string {
  const fenced = /```(?:python)?\s*\n([\s\S]*?)```/.exec(code)?.[1] ?? code
  return fenced
    .replaceAll(/"""[\s\S]*?"""/g, '')
    .replaceAll(/^def solve\(\):[^\n]*\n(?:[ \t]+[^\n]*(?:\n|$)|\s*\n)*/gm, '')
    .split('\n')
    .map((line) => line.replace(/\s*#.*$/, '').trimEnd())
    .filter((line) => line.trim() !== '')
    .map((line) => line.replaceAll(/(?<=\S)\s+/g, ' '))
    .join('\n')
}

const raisers: readonly ((code: string) => string)[] = [
  (code) => code.replace('\n', '\n    values = list(inputs)\n'),
  (code) => code.replace('\n', '\n    size = len(0)\n'),
  (code) => code.replace('\n', '\n    options = {}\n    limit = options["limit"]\n'),
]

/** The function with a first statement that raises whenever it is called. */
export function raisingCode(code: string, rng: Rng): string {
  return rng.pick(raisers)(code)
}
