/**
 * Builds what the package ships: `dist/` with the sources of `src/` as JavaScript, types and source maps, and the files
 * beside them that they read. `npm pack` runs it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(join(root, 'dist'), { recursive: true, force: true })
const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.package.json'], { cwd: root, stdio: 'inherit' })
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
for (const path of globSync('**/*.{py,txt,yaml,json,css}', { cwd: join(root, 'src') })) {
  if (/(^|[/\\])(testing|fixtures)[/\\]/.test(path)) continue
  cpSync(join(root, 'src', path), join(root, 'dist', path))
}
