import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createLiveLine } from './live-line.ts'

const { TERM } = process.env
process.env['TERM'] = 'xterm'
after(() => {
  process.env['TERM'] = TERM
})

function drawnOn({ columns }: { readonly columns: number | null }, now: () => number = () => 0) {
  const written: string[] = []
  const write = ((text: string) => written.push(text) > 0) as NodeJS.WriteStream['write']
  const line = createLiveLine({ isTTY: columns !== null, columns: columns ?? 0, write } as NodeJS.WriteStream, now)
  return { line, text: () => written.join('').replaceAll('\r\u001b[2K', '<') }
}

test('on a terminal a line is drawn over, narrower than the terminal, and printed lines take its place', () => {
  const { line, text } = drawnOn({ columns: 11 })
  line.draw((width) => `${width} `.repeat(9))
  line.draw(() => 'short', { isLast: true })
  line.print('a line of any length')
  assert.equal(text(), '<10 10 10 1<short<a line of any length\n')
})

test('it is drawn at most as often as asked, the last state at once', () => {
  let clock = 0
  const { line, text } = drawnOn({ columns: 80 }, () => clock)
  for (const time of [0, 50, 100, 150]) {
    clock = time
    line.draw(() => String(time))
  }
  line.draw(() => 'end', { isLast: true })
  assert.equal(text(), '<0<100<end')
})

test('where there is no terminal nothing is drawn or cleared, whole lines are written', () => {
  for (const isDumb of [false, true]) {
    if (isDumb) process.env['TERM'] = 'dumb'
    const { line, text } = drawnOn({ columns: isDumb ? 80 : null })
    line.draw(() => 'moving')
    line.clear()
    line.print('whole')
    assert.deepEqual([line.isLive, text()], [false, 'whole\n'])
  }
})
