/** What a loaded program may read: files of its workspace, and of folders that were named besides. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { createPythonAnalyzer, type PythonAnalyzer } from '../../python/analysis/index.ts'
import { loadWorkflow, readSource } from './index.ts'

let folder = ''
let analyzer: PythonAnalyzer
before(async () => {
  analyzer = await createPythonAnalyzer()
  folder = mkdtempSync(join(tmpdir(), 'baton-workspaces-'))
  const graph = `import workspace.GSM8K.workflows.template.operator as operator
import workspace.GSM8K.workflows.round_1.prompt as prompt_custom
import secret_mod.keys
import clone.workspace.GSM8K.workflows.round_1.linked
import linked
import linked_folder.keys
from ...above import thing
import shared_tools.helpers


class Workflow:
    pass
`
  const files: Record<string, string> = {
    'secret_mod/keys.py': 'TOKEN = "PRIVATE"\n',
    'clone/above.py': 'thing = 1\n',
    'clone/workspace/GSM8K/above.py': 'thing = 1\n',
    'clone/workspace/GSM8K/workflows/template/operator.py': 'class Custom: pass\n',
    'clone/workspace/GSM8K/workflows/round_1/graph.py': graph,
    'clone/workspace/GSM8K/workflows/round_1/prompt.py': 'A = "a"\n',
    'tools/shared_tools/helpers.py': 'def help(): pass\n',
    'flat/round_1/graph.py': graph,
    'flat/template/operator.py': 'class Custom: pass\n',
    'all/template/operator.py': 'class Custom: pass\n',
    'all/MATH/round_1/graph.py': graph,
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const round = join(folder, 'clone/workspace/GSM8K/workflows/round_1')
  symlinkSync(join(folder, 'secret_mod/keys.py'), join(round, 'linked.py'))
  symlinkSync(join(folder, 'secret_mod'), join(round, 'linked_folder'))
})
after(() => rmSync(folder, { recursive: true }))

const read = (path: string, roots: readonly string[] = []): string[] =>
  Object.values(loadWorkflow(readSource(join(folder, path), roots), 'math', analyzer).files)
    .map((file) => file.path)
    .sort()

const own = ['round_1/prompt.py', 'template/operator.py']

for (const path of [
  'clone/workspace/GSM8K/workflows/round_1/graph.py',
  'clone/workspace/GSM8K/workflows/round_1',
  'clone/workspace/GSM8K/workflows',
  'clone/workspace/GSM8K',
])
  test(`${path}: nothing above the workspace is read, nor by a link`, () => {
    const found = read(path)
    assert.deepEqual(
      found.filter((file) => !/above/.test(file)),
      own,
    )
    assert.ok(path.endsWith('GSM8K') || !found.some((file) => /above/.test(file)), found.join())
  })

test('a checkout that is named as a whole is read as a whole, and no further', () => {
  assert.ok(!read('clone').some((file) => /keys|linked/.test(file)))
})

test('templates are found beside a round, one folder further up where the folder is named', () => {
  assert.ok(read('flat/round_1').includes('template/operator.py'))
  assert.ok(read('all/MATH/round_1', [join(folder, 'all')]).includes('template/operator.py'))
  assert.deepEqual(read('all/MATH/round_1'), [])
})

test('further folders that are named may be read, the rest may not', () => {
  const found = read('clone/workspace/GSM8K/workflows/round_1', [join(folder, 'tools')])
  assert.deepEqual(found, ['round_1/prompt.py', 'shared_tools/helpers.py', 'template/operator.py'])
})
