/** `baton rescore`: what today's scorers, or another judge, say of a run's answers, and what changes by it. */
import { createSandbox, type Sandbox } from '../../python/index.ts'
import { presetComposition } from '../../rewards/index.ts'
import { readRun } from '../../runs/index.ts'
import { configuredJudge } from '../../session/configured-judge.ts'
import { evaluatedConfig } from '../../session/evaluated-config.ts'
import { openModelServers } from '../../session/model-servers.ts'
import { type Rescored, rescoreRun, writeRescored } from '../../session/rescore/index.ts'
import { stoppable } from '../interrupt.ts'
import { optionError, wholeOption } from '../option-values.ts'
import { writeVerbatim } from '../terminal-wrap.ts'
import { version } from '../version.ts'
import { rescoreLines } from './rescore-lines.ts'
import { rescoreWords } from './words.ts'

export interface RescoreCommandOptions {
  readonly judge?: boolean
  readonly unscorable?: boolean
  readonly set: readonly string[]
  readonly examples: string
  readonly write?: boolean
  readonly label?: string
  readonly json?: boolean
}

export async function rescoreCommand(folder: string, options: RescoreCommandOptions): Promise<void> {
  const examples = wholeOption('--examples', options.examples)
  checkLabel(options)
  if (options.set.length > 0 && options.judge !== true) {
    throw optionError('--set is given, but no judge is asked.', 'Add --judge, or leave it out.')
  }
  await stoppable(async (signal) => {
    const run = readRun(folder)
    const config = evaluatedConfig(folder, options.set, ['llm.judge', 'judge'])
    const servers =
      options.judge === true ? await openModelServers(config, undefined, { environment: process.env, signal }) : null
    let sandbox: Promise<Sandbox> | null = null
    const openSandbox = (): Promise<Sandbox> => {
      const { processes, systemPython } = config.sandbox
      sandbox ??= createSandbox({ processes, interpretersPerProcess: 1, systemPython })
      return sandbox
    }
    try {
      const judge =
        servers === null ? null : { judge: configuredJudge(config, servers.judge), model: servers.judge.model }
      const rescored = await rescoreRun(run, {
        judge,
        unscorableOnly: options.unscorable === true,
        decidedBy: presetComposition(config.rewards).decidedBy,
        limits: config.sandbox,
        openSandbox,
        signal,
      })
      const written =
        options.write === true
          ? writeRescored(folder, rescored, { label: options.label ?? null, version: version(), now: new Date() })
          : null
      show(rescored, { examples, written, isJson: options.json === true })
    } finally {
      run.close()
      await servers?.close()
      await (sandbox as Promise<Sandbox> | null)?.then((opened) => opened.close())
    }
  })
}

function checkLabel({ label, write }: RescoreCommandOptions): void {
  if (label === undefined) return
  if (write !== true) throw optionError('--label is given, but nothing is written.', 'Add --write, or leave it out.')
  if (/^[\w.-]{1,60}$/.test(label)) return
  throw optionError(
    `--label must be letters, digits, dots and dashes (got ${label}).`,
    'For example --label after-the-fix.',
  )
}

function show(
  rescored: Rescored,
  {
    examples,
    written,
    isJson,
  }: { readonly examples: number; readonly written: string | null; readonly isJson: boolean },
): void {
  if (isJson) {
    writeVerbatim(`${JSON.stringify({ version: 1, written, ...rescored }, null, 2)}\n`)
    return
  }
  const lines = rescoreLines(rescored, examples)
  const words = rescoreWords()
  process.stdout.write(`${[...lines, '', written === null ? words.notWritten : words.written(written)].join('\n')}\n`)
}
