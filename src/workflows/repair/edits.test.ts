import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyEdits, type Edit } from './edits.ts'

const code = 'one\ntwo\nthree\n'
const edit = (start: number, end: number, text: string): Edit => ({
  kind: 'rename',
  start,
  end,
  text,
  finding: 'misspelt-name',
})

test('edits apply in order of place, each with the lines it changes', () => {
  const result = applyEdits(code, [edit(8, 13, '3'), edit(4, 4, 'x\n'), edit(0, 3, '1')])
  assert.equal(result.code, '1\nx\ntwo\n3\n')
  assert.deepEqual(
    result.repairs.map(({ line, before, after }) => [line, before, after]),
    [
      [1, 'one', '1'],
      [2, 'two', 'x\ntwo'],
      [3, 'three', '3'],
    ],
  )
})

test('of two edits that overlap the first stays, and the same edit counts once', () => {
  assert.equal(applyEdits(code, [edit(0, 3, 'a'), edit(1, 5, 'b')]).code, 'a\ntwo\nthree\n')
  const twice = applyEdits(code, [edit(4, 4, 'x'), edit(4, 4, 'x')])
  assert.equal(twice.code, 'one\nxtwo\nthree\n')
  assert.equal(twice.repairs.length, 1)
})
