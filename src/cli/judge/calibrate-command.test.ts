import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Simulator, startSimulator } from '../../simulation/index.ts'
import { startCommandLine } from '../testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-calibrate-'))
const commands = startCommandLine()
let simulator: Simulator
before(async () => {
  simulator = await startSimulator({ seed: 1, model: 'm' })
})
after(async () => {
  commands.close()
  await simulator.close()
  rmSync(folder, { recursive: true })
})
const judge = (): string[] => ['--set', `llm.judge.baseUrl=${simulator.baseUrl}`, '--set', 'llm.judge.model=m']

test('without a server the scorers are calibrated, on the shipped pairs or on those of a file', async () => {
  const { code, stdout } = await commands.run(folder, ['judge', 'calibrate'])
  assert.equal(code, 0)
  assert.match(stdout, /455 pairs of data\/judge\/pairs\.jsonl\nNo judge server is configured/)
  assert.match(stdout, /scorers +9\d\.\d % \[/)
  writeFileSync(
    join(folder, 'own.jsonl'),
    '{"reference": "8", "prediction": "8", "label": true}\n{"reference": "8", "prediction": "9", "label": true}\n',
  )
  const own = await commands.run(folder, ['judge', 'calibrate', '--file', 'own.jsonl', '--json'])
  const { scorers, pairs } = JSON.parse(own.stdout)
  assert.deepEqual([scorers.accuracy.value, pairs.count], [0.5, 2])
})

test('with a judge: its error rates, its probes and a file that a run shows; other prompts or models are no calibration', async () => {
  const { code, stdout, stderr } = await commands.run(folder, ['judge', 'calibrate', ...judge(), '--out', 'judge.json'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /scorers, then judge/)
  assert.match(stdout, /another seed +\d/)
  const file = JSON.parse(readFileSync(join(folder, 'judge.json'), 'utf8'))
  assert.equal(file.model, 'm')
  assert.ok(file.decided.accuracy.value > file.judge.accuracy.value - 0.5)
  const train = (calibration: string) =>
    commands.run(folder, [
      ...['train', '--preset', 'tiny', ...judge(), '--set', 'training.steps=1', '--set', 'run.name=calibrated'],
      ...['--set', `judge.calibration=${calibration}`, '--set', 'judge.trial.problems=4'],
    ])
  writeFileSync(join(folder, 'other.json'), '{}')
  const refused = await train('other.json')
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /is not the calibration of a judge/)
})
