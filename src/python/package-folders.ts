/** Where Node finds an installed package, for a process that may read only what it is given. */
import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The package's real folder and the links that lead to it: Node looks at each of them. Empty if it is not installed.
 * Where `node_modules` itself is a link, a permission to read it covers all packages in it under that name.
 */
export function packageFolders(name: string, from: string = import.meta.dirname): readonly string[] {
  const modules = join(from, 'node_modules')
  const folder = join(modules, name)
  if (!existsSync(folder)) return dirname(from) === from ? [] : packageFolders(name, dirname(from))
  const links = [modules, folder].filter((path) => lstatSync(path).isSymbolicLink())
  return [realpathSync(folder), ...links]
}
