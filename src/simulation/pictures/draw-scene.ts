/** Draws a scene as a PNG: flat colours, no smoothing, so that the same scene always gives the same bytes. */
import { encode } from 'fast-png'
import {
  cellSide,
  objectColours,
  pictureHeight,
  pictureWidth,
  type Rgb,
  type Scene,
  type Shape,
  skyColours,
} from './scene.ts'
import { topics } from './topics.ts'

/** From the middle of a cell. */
const contains: Readonly<Record<Shape, (dx: number, dy: number) => boolean>> = {
  circle: (dx, dy) => dx * dx + dy * dy <= 36,
  square: (dx, dy) => Math.abs(dx) <= 6 && Math.abs(dy) <= 6,
  triangle: (dx, dy) => Math.abs(dy) <= 6 && Math.abs(dx) <= (dy + 6) / 2,
  diamond: (dx, dy) => Math.abs(dx) + Math.abs(dy) <= 6,
}

export function drawScene({ topic, time, objects }: Scene): Uint8Array {
  const data = new Uint8Array(pictureWidth * pictureHeight * 3)
  const [sky, ground] = [skyColours[time], topics[topic]?.ground ?? [0, 0, 0]].map((colour) =>
    Buffer.alloc(pictureWidth * 3, Uint8Array.from(colour)),
  ) as [Buffer, Buffer]
  for (let y = 0; y < pictureHeight; y++) data.set(y < cellSide ? sky : ground, y * pictureWidth * 3)
  const paint = (x: number, y: number, colour: Rgb): void => {
    const at = (y * pictureWidth + x) * 3
    data[at] = colour[0]
    data[at + 1] = colour[1]
    data[at + 2] = colour[2]
  }
  const half = cellSide / 2
  for (const { shape, colour, column, row } of objects) {
    for (let dy = -half; dy < half; dy++) {
      for (let dx = -half; dx < half; dx++) {
        if (!contains[shape](dx, dy)) continue
        paint(column * cellSide + half + dx, (row + 1) * cellSide + half + dy, objectColours[colour])
      }
    }
  }
  return encode({ width: pictureWidth, height: pictureHeight, data, channels: 3, depth: 8 }, { zlib: { level: 1 } })
}

export function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
