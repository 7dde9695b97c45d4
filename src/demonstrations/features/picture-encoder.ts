/**
 * The embedded picture encoder: how much of the picture each colour covers, spread over 64 numbers by fixed random
 * directions. Deterministic and without a model; pictures are similar where their colours are.
 */
import { randomFor } from '../../core/random.ts'
import type { DecodedPicture } from '../answering/pictures.ts'
import type { Embeddings } from '../schema.ts'
import { makeEmbeddings } from './embeddings.ts'

const pictureWidth = 64
/** Steps of each of red, green and blue. */
const levels = 16

/** @param pictureAt the picture of a row of `ids`; asked for one at a time. */
export function encodeColours(ids: readonly string[], pictureAt: (row: number) => DecodedPicture): Embeddings {
  const rows = new Float32Array(ids.length * pictureWidth)
  ids.forEach((_, row) => {
    const { data, width, height } = pictureAt(row)
    const counts = new Map<number, number>()
    const step = 256 / levels
    for (let at = 0; at < data.length; at += 3) {
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]] as [number, number, number]
      const colour = (Math.floor(red / step) * levels + Math.floor(green / step)) * levels + Math.floor(blue / step)
      counts.set(colour, (counts.get(colour) ?? 0) + 1)
    }
    for (const [colour, count] of counts) {
      const direction = directionOf(colour)
      const share = Math.sqrt(count / (width * height))
      for (let i = 0; i < pictureWidth; i++) {
        const at = row * pictureWidth + i
        rows[at] = (rows[at] as number) + share * (direction[i] as number)
      }
    }
  })
  return makeEmbeddings(ids, rows, 'colours-64')
}

const directions = new Map<number, Float32Array>()

function directionOf(colour: number): Float32Array {
  const known = directions.get(colour)
  if (known !== undefined) return known
  const rng = randomFor('colour-direction', colour)
  const made = Float32Array.from({ length: pictureWidth }, () => rng.normal())
  directions.set(colour, made)
  return made
}
