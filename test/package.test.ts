/**
 * The package as `npm pack` makes it, unpacked into an empty project beside this project's packages: what it holds, that
 * its command trains, and that a strict TypeScript project can use its types.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const project = mkdtempSync(join(tmpdir(), 'baton-package-'))
const modules = join(project, 'node_modules')
const installed = join(modules, 'baton')
after(() => rmSync(project, { recursive: true, force: true }))

function run(command: string, args: readonly string[], cwd: string): string {
  const environment = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env: environment })
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`)
  return stdout
}

interface Packed {
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

let packed: Packed
before(() => {
  mkdirSync(modules)
  run(process.execPath, ['scripts/build-package.ts'], root)
  const [made] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], root))
  packed = made as Packed
  run('tar', ['xzf', packed.filename], project)
  run('mv', ['package', installed], project)
  // What npm would install beside it.
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
})

test('it holds the built program, the shipped policy and problems, and no sources, tests or recipes', () => {
  const paths = packed.files.map(({ path }) => path)
  const odd = paths.filter(
    (path) =>
      !/^(?:bin|dist|models\/conductor|data\/problems|ui\/built)\/|^(?:README\.md|LICENSE|package\.json)$/.test(path),
  )
  assert.deepEqual(odd, [])
  assert.deepEqual(
    paths.filter((path) => /\.test\.|\/testing\/|\/fixtures\/|-suite\.|(?<!\.d)\.ts$/.test(path)),
    [],
  )
  for (const path of ['bin/baton.js', 'dist/index.js', 'dist/index.d.ts', 'models/conductor/model.safetensors']) {
    assert.ok(paths.includes(path), path)
  }
  assert.ok(packed.size < 12e6, `${packed.size} bytes`)
})

test('nothing that is built names a source: workers and child processes are started as JavaScript', () => {
  const naming = globSync('dist/**/*.js', { cwd: installed }).filter((path) =>
    /(?:new URL|join)\([^()]*\.ts['"]/.test(readFileSync(join(installed, path), 'utf8')),
  )
  assert.deepEqual(naming, [])
})

const baton = (...args: readonly string[]): string =>
  run(process.execPath, [join(installed, 'bin', 'baton.js'), ...args], project)

test('a program that imports it trains its own environment, and goes on with the run', () => {
  const source = readFileSync(join(root, 'docs', 'examples', 'train.ts'), 'utf8')
  writeFileSync(join(project, 'train.ts'), source)
  const printed = run(process.execPath, ['train.ts', '1'], project)
  const folder = /report in (\S+)/.exec(printed)?.[1] ?? ''
  assert.match(printed, /^step 1 {2}reward /m)
  assert.match(readFileSync(join(project, folder, 'report.html'), 'utf8'), /reviewed-and-short/)
  const resumed = source.replace("preset: 'tiny'", `resume: '${folder}'`)
  writeFileSync(join(project, 'resume.ts'), resumed)
  assert.match(run(process.execPath, ['resume.ts', '2'], project), /^step 2 {2}reward /m)
  const changed = resumed.replace('3 * i + 5', '3 * i + 6')
  writeFileSync(join(project, 'changed.ts'), changed)
  const { status, stderr } = spawnSync(process.execPath, ['changed.ts', '3'], { cwd: project, encoding: 'utf8' })
  assert.notEqual(status, 0)
  assert.match(stderr, /train/)
})

test('its command trains, in a folder of its own', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  assert.equal(baton('--version').trim(), version)
  const settings = ['training.steps=1', 'evaluation.problems=2', 'evaluation.during.problems=2', 'run.name=packed']
  baton('train', '--preset', 'tiny', '--accept-low-signal', ...settings.flatMap((setting) => ['--set', setting]))
  assert.ok(existsSync(join(project, 'runs', 'packed', 'report.html')))
})

const consumer = `import { type OwnEnvironment, type OwnReward, type Problem, loadConfig } from 'baton'

export const environment: OwnEnvironment = {
  name: 'mine',
  prompt: ({ question }: Problem) => question,
  attempt: async (_problem, completion, { seed, executor }) => {
    const reply: string = (await executor?.ask(completion, { seed })) ?? ''
    return { reward: reply.length, isCorrect: true }
  },
}
export const parts: OwnReward['parts'] = { correctness: { range: [0, 1], weight: 1 } }
export const steps: number = loadConfig({ preset: 'tiny' }).config.training.steps
`

test('a strict TypeScript project can use its types, and a mistake is an error there', () => {
  const options = { strict: true, module: 'nodenext', target: 'es2024', noEmit: true, skipLibCheck: true, types: [] }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n')
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['consumer.ts'] }))
  writeFileSync(join(project, 'consumer.ts'), consumer)
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  run(process.execPath, [compiler, '-p', '.'], project)
  writeFileSync(join(project, 'consumer.ts'), consumer.replace('isCorrect: true', "isCorrect: 'yes'"))
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', '.'], { cwd: project, encoding: 'utf8' })
  assert.match(stdout, /consumer\.ts.*error TS2322/)
})
