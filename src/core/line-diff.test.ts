import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DiffLine, lineDiff } from './line-diff.ts'

const marks = { same: ' ', removed: '-', added: '+' }
const shown = (lines: readonly DiffLine[]): string[] => lines.map(({ kind, text }) => `${marks[kind]}${text}`)

test('a changed line is removed and added, what is around it stays', () => {
  assert.deepEqual(shown(lineDiff('a\nb\nc\n', 'a\nB\nc')), [' a', '-b', '+B', ' c'])
  assert.deepEqual(shown(lineDiff('a\nb\nc\nd', 'a\nx\ny\nd')), [' a', '-b', '-c', '+x', '+y', ' d'])
  assert.deepEqual(shown(lineDiff('Here it is:\n\na\nb', 'a\nb\n')), ['-Here it is:', '-', ' a', ' b'])
  assert.deepEqual(lineDiff('', '\n'), [])
})

const text = fc.array(fc.constantFrom('a', 'b', 'c', '  d', ''), { maxLength: 12 }).map((lines) => lines.join('\n'))
const trimmed = (value: string): string => value.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd()

test('either text can be read back from the lines', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after)
      const side = (without: DiffLine['kind']): string =>
        lines.flatMap((line) => (line.kind === without ? [] : [line.text])).join('\n')
      assert.equal(side('added'), trimmed(before))
      assert.equal(side('removed'), trimmed(after))
    }),
  )
})

test('texts too long to be compared are replaced whole', () => {
  const long = (word: string): string => Array.from({ length: 2100 }, (_, i) => `${word} ${i}`).join('\n')
  const lines = lineDiff(`same\n${long('a')}`, `same\n${long('b')}`)
  assert.deepEqual(
    [lines.length, lines[0]?.kind, lines[1]?.kind, lines.at(-1)?.kind],
    [4201, 'same', 'removed', 'added'],
  )
})
