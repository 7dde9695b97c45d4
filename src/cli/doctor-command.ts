/** `baton doctor`: probes a training server and writes down what it does, or a server of executor or judge. */
import { BatonError } from '../core/failure.ts'
import { modelServer, trainingServer } from '../core/inputs/address.ts'
import { isTinkerError } from '../engines/index.ts'
import { checkModelServer } from '../session/doctor/check-model-server.ts'
import type { ProbeFinding } from '../session/doctor/probe-finding.ts'
import { probeTrainingServer } from '../session/doctor/probe-training-server.ts'
import { translated } from './language.ts'
import { createLiveLine } from './live-line.ts'
import { addressOption, keyOption, numberOption, oneOf, optionError, wholeOption } from './option-values.ts'
import { assertOutputs, type OutputOptions, writeOutputs } from './output-files.ts'
import { paint } from './paint.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { padText } from './text-width.ts'
import { noticeLine } from './translated.ts'
import { serverWords } from './words/servers.ts'

export interface DoctorOptions {
  readonly engine: string
  readonly server?: string
  readonly model?: string
  readonly rank: string
  readonly apiKeyEnv?: string
  readonly out?: string
  readonly deadline: string
  readonly force?: boolean
  readonly json?: boolean
}

export async function doctorCommand(options: DoctorOptions): Promise<void> {
  if (oneOf('--engine', options.engine, ['tinker', 'openai']) === 'openai') return doctorOfModelServer(options)
  const url = addressOf(options)
  const rank = wholeOption('--rank', options.rank, { most: 1024, example: 8 })
  const output: OutputOptions = { isForced: options.force === true, setting: '--out' }
  if (options.out !== undefined) assertOutputs([options.out], output)
  const line = createLiveLine(process.stderr)
  const report = await probeTrainingServer({
    baseUrl: url,
    apiKey: keyOption('--api-key-env', options.apiKeyEnv, process.env) ?? (process.env['TINKER_API_KEY'] || undefined),
    baseModel: options.model,
    loraRank: rank,
    timeouts: {
      deadlineMs: 1000 * numberOption('--deadline', options.deadline, { least: 1, unit: 's', example: 1800 }),
    },
    notify: (notice) => {
      if (notice.kind !== 'queue') line.print(noticeLine(notice.kind, notice.message))
      else if (notice.waitedMs > 5000) {
        const reason = notice.reason === null ? '' : ` (${notice.reason})`
        const queue = `${notice.operation}: ${notice.state}${reason}`
        line.draw(() => serverWords().waiting(queue, Math.round(notice.waitedMs / 1000)), { isLast: true })
      }
    },
    onProbe: (name, done, total) => line.draw(() => `  ${done + 1}/${total} ${name}`, { isLast: true }),
  })
    .catch(startFirst)
    .finally(() => line.clear())
  if (options.json === true) writeVerbatim(`${JSON.stringify(report, null, 2)}\n`)
  else for (const finding of report.findings) process.stdout.write(`${findingLine(finding)}\n`)
  if (options.out !== undefined) writeProfile(options.out, report.profile, output)
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

async function doctorOfModelServer(options: DoctorOptions): Promise<void> {
  const { server, model } = options
  if (server === undefined)
    throw optionError('doctor needs the address of the server.', 'Give --server http://localhost:8080/v1.')
  if (model === undefined)
    throw optionError('doctor --engine openai needs the name of the model.', 'Give --model, as the server lists it.')
  if (options.out !== undefined)
    throw optionError(
      '--out goes with --engine tinker: other servers have no profile.',
      'Leave it out, or give --json.',
    )
  const report = await checkModelServer({
    baseUrl: addressOption('--server', server, { kind: modelServer }),
    model,
    apiKey: keyOption('--api-key-env', options.apiKeyEnv, process.env),
    timeoutMs: 1000 * numberOption('--deadline', options.deadline, { least: 1, unit: 's', example: 60 }),
  })
  if (options.json === true) writeVerbatim(`${JSON.stringify(report, null, 2)}\n`)
  else for (const finding of report.findings) process.stdout.write(`${findingLine(finding)}\n`)
}

/** Nothing was begun that could be resumed: the server is not there, or the address is another one. */
function startFirst(error: unknown): never {
  if (!isTinkerError(error, 'unreachable')) throw error
  throw new BatonError(`${error.message}.`, {
    boundary: 'engine',
    code: 'unreachable',
    hint: 'Start the server, or give the address where it runs: --server http://127.0.0.1:10610.',
    cause: error,
  })
}

function addressOf({ server }: DoctorOptions): string {
  if (server !== undefined) return addressOption('--server', server, { kind: trainingServer })
  const named = process.env['TINKER_BASE_URL'] ?? ''
  if (named !== '') return addressOption('TINKER_BASE_URL', named, { kind: trainingServer })
  throw optionError(
    'doctor needs the address of the server.',
    'Give --server http://127.0.0.1:10610, or set TINKER_BASE_URL.',
  )
}

function writeProfile(path: string, profile: object, output: OutputOptions): void {
  writeOutputs({ [path]: `${JSON.stringify(profile, null, 2)}\n` }, output)
  process.stderr.write(`${serverWords().profileWritten(path)}\n`)
}

function findingLine({ name, verdict, detail }: ProbeFinding): string {
  const { green, yellow, red, dim } = paint(process.stdout)
  const colour = { passed: green, differs: yellow, failed: red, skipped: dim }[verdict]
  const own = translated(`${name}: ${detail}`)
  const label = own === null ? verdict : serverWords().verdicts[verdict]
  return `${colour(padText(label, 8))} ${own ?? `${name}: ${detail}`}`
}
