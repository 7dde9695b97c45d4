/** Families over the characters of a string: editing, and ciphers. */
import type { Rng } from '../../../core/random.ts'
import { between, several } from '../words.ts'
import { pipelineFamily } from './pipeline.ts'
import type { FinalMaker, Stage, StageMaker, Value } from './stage.ts'

const letters = 'abcdeilmnorstu'.split('')

function edit(
  key: string,
  phrases: string[],
  python: (v: string) => string,
  apply: (t: string) => string,
  mistakes: ((t: string) => Value)[],
): Stage<string, string> {
  return { key, phrases, python, apply, mistakes }
}

const backwards = (text: string): string => [...text].reverse().join('')
const places = ['second', 'third', 'fourth', 'fifth'] as const

const edits: readonly StageMaker<string>[] = [
  (rng) => {
    const [a, b] = several(rng, letters, 2) as [string, string]
    return edit(
      `replace ${a} ${b}`,
      [`replaces every '${a}' with '${b}'`, `changes each '${a}' into '${b}'`],
      (v) => `${v}.replace("${a}", "${b}")`,
      (t) => t.replaceAll(a, b),
      [(t) => t.replaceAll(b, a), (t) => t.replace(a, b)],
    )
  },
  (rng) => {
    const c = rng.pick(letters)
    return edit(
      `remove ${c}`,
      [`removes every '${c}'`, `deletes each '${c}'`],
      (v) => `${v}.replace("${c}", "")`,
      (t) => t.replaceAll(c, ''),
      [(t) => t.replace(c, '')],
    )
  },
  (rng) => {
    const c = rng.pick(letters)
    return edit(
      `double ${c}`,
      [`doubles every '${c}'`],
      (v) => `${v}.replace("${c}", "${c}${c}")`,
      (t) => t.replaceAll(c, c + c),
      [(t) => t.replace(c, c + c)],
    )
  },
  () =>
    edit(
      'vowels',
      ['removes all vowels'],
      (v) => `"".join(c for c in ${v} if c not in "aeiou")`,
      (t) => t.replaceAll(/[aeiou]/g, ''),
      [(t) => t.replaceAll(/[aeio]/g, '')],
    ),
  () =>
    edit(
      'digits',
      ['removes all digits'],
      (v) => `"".join(c for c in ${v} if not c.isdigit())`,
      (t) => t.replaceAll(/\d/g, ''),
      [(t) => t.replaceAll(/\D/g, '')],
    ),
  () =>
    edit('reverse', ['reverses the text'], (v) => `${v}[::-1]`, backwards, [(t) => t.split(' ').reverse().join(' ')]),
  (rng) => {
    const k = between(rng, 2, 5)
    return edit(
      `every ${k}`,
      [`turns every ${places[k - 2]} character into upper case, counting from 1`],
      (v) => `"".join(c.upper() if i % ${k} == 0 else c for i, c in enumerate(${v}, 1))`,
      (t) => [...t].map((c, i) => ((i + 1) % k === 0 ? c.toUpperCase() : c)).join(''),
      [(t) => [...t].map((c, i) => (i % k === 0 ? c.toUpperCase() : c)).join('')],
    )
  },
  (rng) => {
    const k = between(rng, 3, 12)
    return edit(
      `head ${k}`,
      [`keeps only the first ${k} characters`],
      (v) => `${v}[:${k}]`,
      (t) => t.slice(0, k),
      [(t) => t.slice(0, k - 1), (t) => t.slice(-k)],
    )
  },
  (rng) => {
    const k = between(rng, 2, 6)
    return edit(
      `tail ${k}`,
      [`cuts off the last ${k} characters`],
      (v) => `${v}[:-${k}]`,
      (t) => t.slice(0, -k),
      [(t) => t.slice(k)],
    )
  },
]

const shifted = (text: string, k: number, wraps = true): string =>
  text.replaceAll(/[a-z]/g, (c) => {
    const place = c.charCodeAt(0) - 97 + k
    return String.fromCharCode(97 + (wraps ? ((place % 26) + 26) % 26 : place))
  })

const ciphers: readonly StageMaker<string>[] = [
  (rng) => {
    const k = between(rng, 1, 12)
    return edit(
      `forward ${k}`,
      [`shifts each letter ${k} ${k === 1 ? 'place' : 'places'} forward in the alphabet, going from 'z' back to 'a'`],
      (v) => `"".join(chr((ord(c) - 97 + ${k}) % 26 + 97) if c.islower() else c for c in ${v})`,
      (t) => shifted(t, k),
      [(t) => shifted(t, -k), (t) => shifted(t, k, false)],
    )
  },
  (rng) => {
    const k = between(rng, 1, 12)
    return edit(
      `back ${k}`,
      [`shifts each letter ${k} ${k === 1 ? 'place' : 'places'} back in the alphabet, going from 'a' to 'z'`],
      (v) => `"".join(chr((ord(c) - 97 - ${k}) % 26 + 97) if c.islower() else c for c in ${v})`,
      (t) => shifted(t, -k),
      [(t) => shifted(t, k), (t) => shifted(t, -k, false)],
    )
  },
  () =>
    edit(
      'mirror',
      ["replaces each letter with its mirror image in the alphabet ('a' with 'z', 'b' with 'y' and so on)"],
      (v) => `"".join(chr(219 - ord(c)) if c.islower() else c for c in ${v})`,
      (t) => t.replaceAll(/[a-z]/g, (c) => String.fromCharCode(219 - c.charCodeAt(0))),
      [(t) => shifted(t, 13)],
    ),
  () =>
    edit('reverse', ['writes the text backwards'], (v) => `${v}[::-1]`, backwards, [
      (t) => t.split(' ').reverse().join(' '),
    ]),
  () =>
    edit(
      'spaces',
      ['removes all spaces'],
      (v) => `${v}.replace(" ", "")`,
      (t) => t.replaceAll(' ', ''),
      [(t) => t.replace(' ', '')],
    ),
  (rng) => {
    const k = between(rng, 2, 6)
    const mark = rng.pick(['-', '.', '*'])
    return edit(
      `group ${k} ${mark}`,
      [`splits the text into groups of ${k} characters joined with '${mark}'`],
      (v) => `"${mark}".join(${v}[i:i + ${k}] for i in range(0, len(${v}), ${k}))`,
      (t) => (t.match(new RegExp(`.{1,${k}}`, 'gs')) ?? []).join(mark),
      [(t) => (t.match(new RegExp(`.{1,${k + 1}}`, 'gs')) ?? []).join(mark)],
    )
  },
  (rng) => {
    const k = between(rng, 1, 7)
    return edit(
      `turn ${k}`,
      [`moves the first ${k === 1 ? 'character' : `${k} characters`} to the end`],
      (v) => `${v}[${k}:] + ${v}[:${k}]`,
      (t) => t.slice(k) + t.slice(0, k),
      [(t) => t.slice(-k) + t.slice(0, -k)],
    )
  },
]

const plain: FinalMaker<string> = () => ({
  key: 'text',
  phrases: ['returns the result', 'returns the new text'],
  apply: (t) => t,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})
const length: FinalMaker<string> = () => ({
  key: 'length',
  phrases: ['returns how many characters are left'],
  apply: (t) => t.length,
  python: (v) => `len(${v})`,
  mistakes: [(t) => new Set(t).size],
})
const tally: FinalMaker<string> = (rng) => {
  const c = rng.pick(letters)
  return {
    key: `tally ${c}`,
    phrases: [`returns how often '${c}' then occurs`],
    apply: (t) => t.split(c).length - 1,
    python: (v) => `${v}.count("${c}")`,
    mistakes: [(t) => (t.includes(c) ? 1 : 0)],
  }
}

const bits =
  'river stone amber lunar total radio stereo tunnel mellow bottle island carrot attic butter summer erased letters circus tomato address'.split(
    ' ',
  )

function phrase(rng: Rng): string {
  const parts = Array.from({ length: 1 + rng.integer(4) }, () =>
    rng.integer(6) === 0 ? String(rng.integer(90)) : rng.pick(bits),
  )
  return rng.integer(15) === 0 ? '' : parts.join(' ')
}

function secret(rng: Rng): string {
  return rng.integer(15) === 0
    ? ''
    : Array.from({ length: 1 + rng.integer(4) }, () =>
        rng.pick([...bits, 'zebra', 'xylem', 'yaw', 'abbey', 'fizz', 'quay']),
      ).join(' ')
}

export const textEdit = pipelineFamily<string>({
  family: 'text-edit',
  verbs: ['clean', 'edit', 'rewrite', 'tidy', 'trim', 'revise'],
  nouns: ['text', 'line', 'string', 'note', 'message', 'caption'],
  parameter: 'text',
  takes: ['a string of lower-case letters, digits and spaces', 'a lower-case text'],
  stages: () => edits,
  finals: [plain, length, tally],
  input: phrase,
})

export const cipher = pipelineFamily<string>({
  family: 'cipher',
  verbs: ['encode', 'encrypt', 'scramble', 'disguise', 'cipher'],
  nouns: ['text', 'message', 'note', 'letter', 'secret'],
  parameter: 'text',
  takes: ['a string of lower-case letters and spaces', 'a lower-case message'],
  stages: () => ciphers,
  finals: [plain],
  input: secret,
})
