/**
 * What the drawn pictures show: a grid of coloured shapes on the ground of a place, below a sky that shows the time of
 * day. The colours are exact, so a picture that was drawn can be read back.
 */

export const shapes = ['circle', 'square', 'triangle', 'diamond'] as const
export type Shape = (typeof shapes)[number]

export const timesOfDay = ['morning', 'noon', 'evening', 'night'] as const
export type TimeOfDay = (typeof timesOfDay)[number]

export type Rgb = readonly [red: number, green: number, blue: number]

export const objectColours = {
  red: [214, 39, 40],
  blue: [31, 80, 200],
  green: [34, 150, 60],
  yellow: [240, 210, 40],
  black: [20, 20, 20],
  white: [250, 250, 250],
} as const satisfies Record<string, Rgb>
export type Colour = keyof typeof objectColours

export const skyColours: Readonly<Record<TimeOfDay, Rgb>> = {
  morning: [255, 200, 170],
  noon: [150, 205, 255],
  evening: [235, 120, 80],
  night: [25, 25, 70],
}

export interface SceneObject {
  readonly shape: Shape
  readonly colour: Colour
  readonly column: number
  readonly row: number
}

export interface Scene {
  readonly topic: number
  readonly time: TimeOfDay
  readonly objects: readonly SceneObject[]
}

/** Pixels. The sky is one cell high; below it are the rows of objects. */
export const cellSide = 16
export const columns = 5
export const rows = 3
export const pictureWidth = columns * cellSide
export const pictureHeight = (rows + 1) * cellSide
