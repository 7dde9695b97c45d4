/** `baton doctor`: probes a training server and writes down what it does. */
import { writeFileSync } from 'node:fs'
import { BatonError } from '../core/failure.ts'
import { type Finding, probeTrainingServer } from '../engines/index.ts'
import { numberOption, optionError } from './numbers.ts'
import { paint } from './paint.ts'

export interface DoctorOptions {
  readonly engine: string
  readonly url?: string
  readonly model?: string
  readonly rank: string
  readonly keyEnvironment?: string
  readonly out?: string
  readonly deadline: string
  readonly json?: boolean
}

export async function doctorCommand(options: DoctorOptions): Promise<void> {
  if (options.engine !== 'tinker') {
    throw optionError(`--engine ${options.engine}: only training servers can be probed.`, 'Use --engine tinker.')
  }
  const url = options.url ?? process.env['TINKER_BASE_URL']
  if (url === undefined || url === '') {
    throw optionError(
      'doctor needs the address of the server.',
      'Give --url http://127.0.0.1:10610, or set TINKER_BASE_URL.',
    )
  }
  const rank = numberOption('--rank', options.rank)
  if (!Number.isInteger(rank)) throw optionError('--rank must be a whole number.', 'For example --rank 8.')
  const line = liveLine()
  const report = await probeTrainingServer({
    baseUrl: url,
    apiKey: keyOf(options.keyEnvironment),
    baseModel: options.model,
    loraRank: rank,
    patience: { deadlineMs: 1000 * numberOption('--deadline', options.deadline, 1) },
    notify: (notice) => {
      if (notice.kind !== 'queue') line.print(`${notice.kind}: ${notice.message}`)
      else if (notice.waitedMs > 5000) {
        const reason = notice.reason === null ? '' : ` (${notice.reason})`
        line.draw(`  waiting: ${notice.operation}: ${notice.state}${reason}, ${Math.round(notice.waitedMs / 1000)} s`)
      }
    },
    onProbe: (name, done, total) => line.draw(`  ${done + 1}/${total} ${name}`),
  }).finally(() => line.clear())
  if (options.json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else for (const finding of report.findings) process.stdout.write(`${findingLine(finding)}\n`)
  if (options.out !== undefined) writeProfile(options.out, report.profile)
  const failed = report.findings.filter(({ verdict }) => verdict === 'failed').length
  if (failed > 0) {
    throw new BatonError(`${url} failed ${failed} of ${report.findings.length} probes.`, {
      boundary: 'engine',
      code: 'server-probes',
      hint: 'What failed cannot be trained with as it is: docs/tinker.md says what each probe is for.',
      exitCode: 3,
    })
  }
}

/** @returns undefined where no key is sent. */
function keyOf(variable: string | undefined): string | undefined {
  if (variable === undefined) return process.env['TINKER_API_KEY'] || undefined
  const key = process.env[variable]
  if (key !== undefined && key !== '') return key
  throw optionError(`--key-environment names ${variable}, which is not set.`, `Set it: export ${variable}=...`)
}

function writeProfile(path: string, profile: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(profile, null, 2)}\n`)
  } catch (cause) {
    throw optionError(
      `--out ${path} cannot be written (${(cause as Error).message}).`,
      'Name a file in a folder that is there.',
    )
  }
  process.stderr.write(`profile written to ${path}; use it with --set policy.tinker.profile=${path}\n`)
}

function findingLine({ name, verdict, detail }: Finding): string {
  const { green, yellow, red, dim } = paint(process.stdout)
  const colour = { passed: green, differs: yellow, failed: red, skipped: dim }[verdict]
  return `${colour(verdict.padEnd(8))} ${name}: ${detail}`
}

/** One line on standard error that is drawn over; nothing where that is no terminal. */
function liveLine() {
  const { stderr } = process
  const isLive = stderr.isTTY === true && process.env['TERM'] !== 'dumb'
  const clear = (): void => {
    if (isLive) stderr.write('\r\u001b[2K')
  }
  return {
    clear,
    draw(text: string): void {
      clear()
      if (isLive) stderr.write(text.slice(0, (stderr.columns ?? 80) - 1))
    },
    print(text: string): void {
      clear()
      stderr.write(`${text}\n`)
    },
  }
}
