/** A training under a Chinese locale, and what is looked at afterwards, on a terminal: nothing of the program's English is left. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { startCommandLine } from '../src/cli/testing/command-line.ts'
import { textWidth } from '../src/cli/text-width.ts'
import { englishIn } from './chinese-prose.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-chinese-'))

const commands = startCommandLine('zh', {
  ...{ BATON_LANGUAGE: undefined, LC_ALL: undefined, LC_MESSAGES: undefined },
  ...{ LANG: 'zh_CN.UTF-8', TERM: 'xterm' },
})
after(() => commands.close())

/** The lines that a terminal of so many columns is sent, moving ones too. */
async function linesOf(args: readonly string[], columns = 200): Promise<string[]> {
  const { code, stdout, stderr } = await commands.run(folder, args, columns)
  const text = stdout + stderr
  assert.equal(code, 0, text)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal is sent
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').split(/[\r\n]+/)
}

function assertChinese(lines: readonly string[]): void {
  assert.deepEqual(
    lines.filter((line) => englishIn(line).length > 0),
    [],
  )
}

suite('a training under LANG=zh_CN.UTF-8', () => {
  let lines: string[]
  let run: string
  before(async () => {
    const small = ['training.steps=2', 'training.evaluateEvery=1', 'training.problemsPerStep=4', 'training.groupSize=2']
    const search = ['evaluation.baselines.searchProblems=1', 'evaluation.problems=4', 'evaluation.during.problems=2']
    const set = [...small, ...search, 'training.acceptLowSignal=true'].flatMap((setting) => ['--set', setting])
    lines = await linesOf(['train', '--preset', 'tiny', ...set])
    run = join('runs', readdirSync(join(folder, 'runs'))[0] ?? '')
  })

  test('from the set-up to the next steps it says everything in Chinese', () => {
    for (const word of ['题目', '执行模型', '训练前', '步', '准确率', '训练后', '提升', '报告', '接下来']) {
      assert.ok(
        lines.some((line) => line.includes(word)),
        word,
      )
    }
    assertChinese(lines)
  })

  test('so do the commands that look at it', async () => {
    assertChinese(await linesOf(['runs']))
    assertChinese(await linesOf(['show', run, '--step', '2']))
    assertChinese(await linesOf(['report', run]))
    assertChinese(await linesOf(['compare', run, run, '--other-label', 'before']))
    assertChinese(await linesOf(['eval', run, '--problems', '2', '--greedy']))
    assertChinese(await linesOf(['train', '--resume', run]))
  })

  test('what programs read is the same in any language', async () => {
    const [runs] = JSON.parse((await linesOf(['runs', '--json'])).join('\n')).runs
    assert.equal(runs.state.state, 'complete')
    assert.equal(runs.accuracy.decoding, 'greedy')
    assert.match(readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8'), /"accuracy\/n"/)
    assert.match(readFileSync(join(folder, run, 'report.md'), 'utf8'), /^# 训练报告：/)
    assert.equal(JSON.parse(readFileSync(join(folder, run, 'report.json'), 'utf8')).name, run.slice('runs/'.length))
  })

  for (const columns of [60, 80, 120]) {
    test(`the table of runs fits ${columns} columns and its columns line up`, async () => {
      const [titles = '', row = ''] = await linesOf(['runs'], columns)
      for (const line of [titles, row]) assert.ok(textWidth(line) <= columns, line)
      const serverPlace = (line: string, text: string): number => textWidth(line.slice(0, line.indexOf(text)))
      assert.equal(serverPlace(titles, '状态'), serverPlace(row, '已完成'))
      assert.equal(serverPlace(titles, '准确率'), serverPlace(row, row.match(/\d+\.\d %/)?.[0] ?? '?'))
    })
  }
})
