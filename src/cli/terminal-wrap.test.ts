import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flowed, wrapLinesOf, wrapped, writeVerbatim } from './terminal-wrap.ts'
import { textWidth } from './text-width.ts'

const lines = (text: string, width: number): string[] => wrapped(`${text}\n`, width).trimEnd().split('\n')

test('a line breaks at words, below the text after its label', () => {
  assert.deepEqual(lines('executor   simulator: offline, not a language model', 32), [
    'executor   simulator: offline,',
    '           not a language model',
  ])
  assert.deepEqual(
    lines('error: the file mine.jsonl does not exist.\n       Did you mean minor.jsonl, or another one?', 36),
    [
      'error: the file mine.jsonl does not',
      '       exist.',
      '       Did you mean minor.jsonl, or',
      '       another one?',
    ],
  )
  assert.deepEqual(lines('- seed must be a whole number', 20), ['- seed must be a', '  whole number'])
})

test('colours take no room', () => {
  const text = '\u001b[31merror:\u001b[39m there is no run here'
  assert.deepEqual(lines(text, 24), [text.slice(0, -5), '       here'])
})

test('a command is continued as a shell reads it, and its quotes stay whole', () => {
  const text = 'go on with: npx baton train --resume runs/first --set "run.name=a b" --accept-low-signal'
  const shown = lines(text, 40)
  assert.deepEqual(shown, [
    'go on with: npx baton train --resume \\',
    '  runs/first --set "run.name=a b" \\',
    '  --accept-low-signal',
  ])
  assert.equal(shown.join('\n').replaceAll(/ \\\n */g, ' '), text)
})

test('a command that begins a line is continued a little to the right', () => {
  assert.deepEqual(lines('  npx baton report runs/first --best 5', 32), [
    '  npx baton report runs/first \\',
    '    --best 5',
  ])
})

test('the remark beside an example is below it', () => {
  assert.deepEqual(lines('  npx baton train --preset tiny       a few minutes', 40), [
    '  npx baton train --preset tiny',
    '    # a few minutes',
  ])
})

test('Chinese breaks between characters, not before the marks that end a clause', () => {
  assert.deepEqual(lines('执行器     离线模拟器，不是语言模型', 22), [
    '执行器     离线模拟',
    '           器，不是语',
    '           言模型',
  ])
})

test('whatever the text, no word is lost, and only a single word is wider than the terminal', () => {
  const word = fc.stringMatching(/^[!-~]{1,12}$/).filter((text) => !text.includes('\\'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 20, max: 100 }), (words, width) => {
      const shown = lines(words.join(' '), width)
      assert.deepEqual(
        shown.flatMap((line) => line.trim().split(/ +/)),
        words,
      )
      for (const line of shown) assert.ok(textWidth(line) <= width || !line.trim().includes(' '), line)
    }),
  )
})

test('cells flow into lines, none of them broken that fits', () => {
  assert.deepEqual(flowed(['step 1/60', 'signal 6 %', 'eta 8m 10s'], { width: 24, indent: 4 }), [
    'step 1/60  signal 6 %',
    '    eta 8m 10s',
  ])
})

/** A stream that keeps what it is sent. */
function terminal(isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly written: () => string } {
  let text = ''
  const write = (part: string): boolean => {
    text += part
    return true
  }
  return { stream: { isTTY, columns: 20, write } as unknown as NodeJS.WriteStream, written: () => text }
}

test('lines that are drawn over, and output that is no terminal, stay as they are', () => {
  const [shown, piped] = [terminal(true), terminal(false)]
  wrapLinesOf([shown.stream, piped.stream])
  wrapLinesOf([shown.stream])
  const long = 'one two three four five six'
  for (const { stream } of [shown, piped]) stream.write(`${long}\n`)
  shown.stream.write(`\r${long}`)
  assert.equal(piped.written(), `${long}\n`)
  assert.equal(shown.written(), `one two three four\n  five six\n\r${long}`)
})

test('text for programs is written as it is', () => {
  const { stream, written } = terminal(true)
  wrapLinesOf([stream])
  writeVerbatim('{"a": "one two three four five"}\n', stream)
  assert.equal(written(), '{"a": "one two three four five"}\n')
})
