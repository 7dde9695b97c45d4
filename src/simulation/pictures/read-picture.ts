/**
 * Reads a drawn picture back from its pixels: the ground gives the place, the sky the time of day, and each cell of the
 * grid holds a shape or nothing. A picture that was not drawn in this way gives null.
 */
import { decode } from 'fast-png'
import {
  type Colour,
  cellSide,
  columns,
  objectColours,
  pictureHeight,
  pictureWidth,
  type Rgb,
  rows,
  type Scene,
  type SceneObject,
  type Shape,
  skyColours,
  type TimeOfDay,
} from './scene.ts'
import { topics } from './topics.ts'

/** Of a `data:` URL; the same text is read once. */
const known = new Map<string, Scene | null>()
const mostKnown = 50_000

export function readScene(url: string): Scene | null {
  const found = known.get(url)
  if (found !== undefined) return found
  if (known.size >= mostKnown) known.clear()
  const scene = readPng(url)
  known.set(url, scene)
  return scene
}

function readPng(url: string): Scene | null {
  const start = 'data:image/png;base64,'
  if (!url.startsWith(start)) return null
  try {
    const { width, height, data, channels } = decode(Buffer.from(url.slice(start.length), 'base64'))
    if (width !== pictureWidth || height !== pictureHeight || channels < 3) return null
    const pixel = (x: number, y: number): Rgb => {
      const at = (y * width + x) * channels
      return [data[at] as number, data[at + 1] as number, data[at + 2] as number]
    }
    return sceneOf(pixel)
  } catch {
    return null
  }
}

type Pixel = (x: number, y: number) => Rgb

const isSame = (a: Rgb, b: Rgb): boolean => a[0] === b[0] && a[1] === b[1] && a[2] === b[2]

function sceneOf(pixel: Pixel): Scene | null {
  const topic = topics.findIndex(({ ground }) => isSame(ground, pixel(0, pictureHeight - 1)))
  const time = Object.entries(skyColours).find(([, sky]) => isSame(sky, pixel(0, 0)))?.[0] as TimeOfDay | undefined
  if (topic < 0 || time === undefined) return null
  const objects: SceneObject[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const object = readCell(pixel, column, row)
      if (object !== null) objects.push(object)
    }
  }
  return { topic, time, objects }
}

/** The colour in the middle of the cell, and how wide it is near the top, in the middle and near the bottom. */
function readCell(pixel: Pixel, column: number, row: number): SceneObject | null {
  const [left, top] = [column * cellSide, (row + 1) * cellSide]
  const middle = pixel(left + cellSide / 2, top + cellSide / 2)
  const colour = Object.entries(objectColours).find(([, rgb]) => isSame(rgb, middle))?.[0] as Colour | undefined
  if (colour === undefined) return null
  const widthAt = (y: number): number => {
    let width = 0
    for (let x = left; x < left + cellSide; x++) if (isSame(pixel(x, y), middle)) width += 1
    return width
  }
  const shape = shapeOf(widthAt(top + 3), widthAt(top + cellSide / 2), widthAt(top + cellSide - 4))
  return { shape, colour, column, row }
}

function shapeOf(upper: number, centre: number, lower: number): Shape {
  if (lower > upper + 3) return 'triangle'
  if (upper >= centre - 1) return 'square'
  return upper >= centre / 2 ? 'circle' : 'diamond'
}
