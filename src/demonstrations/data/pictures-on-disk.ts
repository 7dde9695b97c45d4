/** Where the picture of an image id is: `COCO_val2014_000000123456.jpg`, `VizWiz_val_00000000.jpg`, `<id>.jpg`, ... */
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { dataError } from './data-error.ts'

const pictureEndings = new Set(['.png', '.jpg', '.jpeg'])

/**
 * A look-up by id in a folder: by file name, by name without ending, and by the number that a name ends with.
 * @throws BatonError for a folder without pictures.
 */
export function picturesIn(folder: string): (imageId: string) => string | null {
  const byName = new Map<string, string>()
  const byNumber = new Map<number, string>()
  for (const name of entriesOf(folder)) {
    const ending = extname(name).toLowerCase()
    if (!pictureEndings.has(ending)) continue
    const stem = name.slice(0, -ending.length)
    const path = join(folder, name)
    byName.set(name, path).set(stem, path)
    const number = /(\d+)$/.exec(stem)?.[1]
    if (number !== undefined) byNumber.set(Number(number), path)
  }
  if (byName.size === 0) {
    throw dataError(
      'no-pictures',
      `${folder} holds no .png or .jpg files.`,
      'Give the folder with the unpacked pictures.',
    )
  }
  return (imageId) => byName.get(imageId) ?? (/^\d+$/.test(imageId) ? (byNumber.get(Number(imageId)) ?? null) : null)
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    throw dataError('no-pictures', `${folder} is not a folder that can be read.`, 'Check the path.', cause)
  }
}
