import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type TextColumn, textTable } from './text-table.ts'
import { cutText, padText, textWidth, wrapText } from './text-width.ts'

const columns: readonly TextColumn[] = [
  { title: 'run', side: 'left', rank: 0 },
  { title: 'cost', side: 'right', rank: 2 },
  { title: 'kind', side: 'left', rank: 1 },
]

test('columns line up by what is seen, wide characters and joined emoji included', () => {
  const rows = [
    ['数学-1', '$1', 'training'],
    ['a', '$12.5', 'x'],
    ['👩‍🚀é', '$0', ''],
  ]
  assert.deepEqual(textTable(columns, rows, 80), [
    'run      cost  kind',
    '数学-1     $1  training',
    'a       $12.5  x',
    '👩‍🚀é        $0',
  ])
})

test('where it is too wide, the columns of the highest rank go first, then what is left is cut', () => {
  const rows = [['quickstart-1', '$1', 'training']]
  assert.deepEqual(textTable(columns, rows, 24), ['run           kind', 'quickstart-1  training'])
  assert.deepEqual(textTable(columns, rows, 15), ['run', 'quickstart-1'])
  assert.deepEqual(textTable(columns, rows, 6), ['run', 'quick…'])
})

test('no line of a table is wider than the terminal', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', ' '))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }),
      fc.integer({ min: 4, max: 60 }),
      (rows, width) => {
        for (const line of textTable(columns, rows, width)) assert.ok(textWidth(line) <= width, line)
      },
    ),
  )
})

test('a text is padded and cut by columns, never within a character', () => {
  assert.equal(padText('数', 4), '数  ')
  assert.equal(padText('数', 4, 'right'), '  数')
  assert.equal(cutText('数学题', 4), '数…')
  assert.equal(cutText('🎻🎻', 3), '🎻…')
})

test('lines are broken at blanks, code behind brackets and commas, long words anywhere, and nothing but blanks is lost', () => {
  assert.deepEqual(wrapText('one two three\nfour', 8), ['one two', 'three', 'four'])
  assert.deepEqual(wrapText('abcdefghij', 4), ['abcd', 'efgh', 'ij'])
  assert.deepEqual(wrapText('  indented line', 12), ['  indented', 'line'])
  assert.deepEqual(wrapText('= await self.answer_generate', 20), ['= await self.', 'answer_generate'])
  assert.deepEqual(wrapText('answer=operator.AnswerGenerate(self.llm)', 36), [
    'answer=operator.AnswerGenerate(',
    'self.llm)',
  ])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, width) => {
      const lines = wrapText(text, width)
      for (const line of lines) assert.ok(textWidth(line) <= width, JSON.stringify(line))
      assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll('\n', '').replaceAll(' ', ''))
    }),
  )
})
