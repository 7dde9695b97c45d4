/** What a candidate offers to tests, in words that it may have forged: every shape is checked, nothing is believed. */

export interface LoadReport {
  readonly names: readonly string[]
  /** By name, the names of the class and its bases. */
  readonly exceptions: Readonly<Record<string, readonly string[]>>
  /** By name, what stands for the class in the tests' interpreter is made of this. */
  readonly classes: Readonly<Record<string, RemoteClass>>
}

interface RemoteClass {
  readonly number: number
  readonly type: string
}

/** @returns null when the candidate did not load, whatever else it says. */
export function readLoadReport(text: string): LoadReport | null {
  try {
    const { kind, names, exceptions, classes } = JSON.parse(text)
    if (kind !== 'loaded' || !Array.isArray(names)) return null
    return {
      names: names.map(String),
      exceptions: Object.fromEntries(
        Object.entries(Object(exceptions)).flatMap(([name, types]) =>
          Array.isArray(types) && types.every((type) => typeof type === 'string') ? [[name, types]] : [],
        ),
      ),
      classes: Object.fromEntries(
        Object.entries(Object(classes)).flatMap(([name, content]) => {
          const { number, type } = Object(content)
          return Number.isSafeInteger(number) && typeof type === 'string' ? [[name, { number, type }]] : []
        }),
      ),
    }
  } catch {
    return null
  }
}
