/** Packages that are used where the user installed them. */
import { BatonError } from '../../core/failure.ts'

/** @throws BatonError that says what to install. */
export async function importOptional<T>(name: string, install: string): Promise<T> {
  try {
    return (await import(name)) as T
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    throw new BatonError(
      isMissing ? `the package ${name} is not installed.` : `the package ${name} cannot be loaded: ${String(cause)}.`,
      {
        boundary: 'config',
        code: 'optional-package',
        hint: `Install it with \`${install}\`, or take the encoder ngrams, which needs none.`,
        cause,
      },
    )
  }
}
