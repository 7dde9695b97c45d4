/**
 * The address of a module beside the one that asks: `.ts` in the source tree, `.js` in the package that is built from it.
 * For modules that a worker or a process of their own runs; imports are rewritten by the compiler.
 *
 * @param url `import.meta.url` of the module that asks. @param path of the other one, relative, without its extension.
 */
export function siblingModule(url: string, path: string): URL {
  return new URL(`${path}${url.endsWith('.ts') ? '.ts' : '.js'}`, url)
}
