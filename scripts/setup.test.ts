/** What `npm start` and `npm test` do first, with an npm that only says what it was asked. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'

const root = mkdtempSync(join(tmpdir(), 'baton-setup-'))
after(() => rmSync(root, { recursive: true, force: true }))
const options = process.platform === 'win32' ? { skip: 'the npm of this test is a shell script' } : {}

/** A clone without packages. @param npm what its npm does, after it has written its arguments down. */
function clone(name: string, npm: string): string {
  const folder = join(root, name)
  mkdirSync(join(folder, 'programs'), { recursive: true })
  for (const file of ['run.mjs', 'setup.mjs']) cpSync(join(import.meta.dirname, file), join(folder, 'scripts', file))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, a: {}, b: {} } }))
  writeFileSync(join(folder, 'script.mjs'), "console.log('ran', process.argv.slice(2).join(' '))\nprocess.exit(7)\n")
  writeFileSync(join(folder, 'programs', 'npm'), `#!/bin/sh\necho "$@" $npm_config_loglevel >> npm.log\n${npm}\n`)
  chmodSync(join(folder, 'programs', 'npm'), 0o755)
  return folder
}

function run(folder: string): { readonly code: number | null; readonly out: string; readonly error: string } {
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env
  const env = { ...environment, PATH: `${join(folder, 'programs')}${delimiter}${process.env['PATH']}` }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'script.mjs', 'an argument'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, error: stderr }
}

const installs = 'mkdir -p node_modules && touch node_modules/.package-lock.json'

test('packages are installed from the lock file once, with a sign of life, and again when it is newer', options, () => {
  const folder = clone('once', `sleep 1.5\n${installs}`)
  const first = run(folder)
  assert.match(first.error, /^Setting up \(once\): 2 packages \.+ \d+ s\n$/)
  assert.deepEqual([first.code, first.out], [7, 'ran an argument\n'])
  assert.deepEqual(run(folder), { code: 7, out: 'ran an argument\n', error: '' })
  assert.equal(readFileSync(join(folder, 'npm.log'), 'utf8'), 'ci --no-audit --no-fund error\n')
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(folder, 'package-lock.json'), later, later)
  assert.match(run(folder).error, /Setting up/)
})

test('an installation that fails ends with what npm said and exit code 3, and nothing is run', options, () => {
  const folder = clone('fails', "echo 'npm error network' >&2\nexit 1")
  const { code, out, error } = run(folder)
  assert.deepEqual([code, out], [3, ''])
  assert.match(error, / failed \(1\)\nnpm error network\n\nerror: the installation failed.*network/s)
  assert.ok(!existsSync(join(folder, 'node_modules')))
})

test('what Node has compiled is kept for the next start', options, () => {
  const folder = clone('compiled', installs)
  run(folder)
  assert.ok(existsSync(join(folder, '.cache', 'compiled')))
})
