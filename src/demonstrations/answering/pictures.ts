/**
 * Pictures: read from PNG or JPEG files and data URLs, shrunk to a longest side, written as PNG. Shrinking averages the
 * pixels that fall together; transparency is laid on white. Pictures are never enlarged.
 */
import { readFileSync } from 'node:fs'
import { convertIndexedToRgb, decode as decodePng, encode as encodePng } from 'fast-png'
import { decode as decodeJpeg } from 'jpeg-js'
import { BatonError } from '../../core/failure.ts'

export interface DecodedPicture {
  readonly width: number
  readonly height: number
  /** [height, width, 3], 0..255. */
  readonly data: Uint8Array
}

/** @param source a path or a `data:` URL. @throws BatonError for anything but PNG and JPEG. */
export function decodePicture(source: string): DecodedPicture {
  const bytes = bytesOf(source)
  try {
    if (bytes[0] === 0x89 && bytes[1] === 0x50) return fromPng(bytes)
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return fromJpeg(bytes)
  } catch (cause) {
    throw pictureError(`the picture ${nameOf(source)} is damaged: ${String(cause).slice(0, 100)}.`, cause)
  }
  throw pictureError(`${nameOf(source)} is neither PNG nor JPEG.`)
}

/** A `data:` URL of a PNG whose longer side is at most `maxSide` pixels. A small PNG goes as it is. */
export function pictureUrl(source: string, maxSide: number): string {
  if (source.startsWith('data:image/png;base64,') && isSmallPng(source, maxSide)) return source
  const picture = shrink(decodePicture(source), maxSide)
  const png = encodePng({ ...picture, channels: 3, depth: 8 })
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/** Width and height are at fixed offsets: 44 characters of base64 are 33 bytes. */
function isSmallPng(url: string, maxSide: number): boolean {
  const start = url.indexOf(',') + 1
  const head = Buffer.from(url.slice(start, start + 44), 'base64')
  return head.length >= 24 && head.readUInt32BE(16) <= maxSide && head.readUInt32BE(20) <= maxSide
}

/** Averages over the area that each pixel covers. */
export function shrink(picture: DecodedPicture, maxSide: number): DecodedPicture {
  const factor = maxSide / Math.max(picture.width, picture.height)
  if (factor >= 1) return picture
  const width = Math.max(1, Math.round(picture.width * factor))
  const height = Math.max(1, Math.round(picture.height * factor))
  return alongRows(alongRows(picture, width), height)
}

/** Shrinks the width and transposes the picture: done twice, both sides are shrunk and it is upright again. */
function alongRows({ width, height, data }: DecodedPicture, newWidth: number): DecodedPicture {
  const result = new Uint8Array(newWidth * height * 3)
  const ratio = width / newWidth
  for (let x = 0; x < newWidth; x++) {
    const [from, to] = [x * ratio, (x + 1) * ratio]
    const last = Math.min(width, Math.ceil(to - 1e-9))
    for (let y = 0; y < height; y++) {
      let [red, green, blue] = [0, 0, 0]
      for (let column = Math.floor(from); column < last; column++) {
        const share = Math.min(to, column + 1) - Math.max(from, column)
        const at = (y * width + column) * 3
        red += share * (data[at] as number)
        green += share * (data[at + 1] as number)
        blue += share * (data[at + 2] as number)
      }
      const at = (x * height + y) * 3
      result[at] = Math.round(red / ratio)
      result[at + 1] = Math.round(green / ratio)
      result[at + 2] = Math.round(blue / ratio)
    }
  }
  return { width: height, height: newWidth, data: result }
}

function fromPng(bytes: Uint8Array): DecodedPicture {
  const decoded = decodePng(bytes)
  const { width, height } = decoded
  const isIndexed = decoded.palette !== undefined
  const values = isIndexed ? convertIndexedToRgb(decoded) : decoded.data
  const channels = isIndexed ? Math.round(values.length / (width * height)) : decoded.channels
  const most =
    !isIndexed && decoded.depth === 16 ? 65535 : !isIndexed && decoded.depth < 8 ? 2 ** decoded.depth - 1 : 255
  return withoutAlpha({ width, height, values, channels, most })
}

function fromJpeg(bytes: Uint8Array): DecodedPicture {
  const { width, height, data } = decodeJpeg(bytes, { useTArray: true, formatAsRGBA: false, maxMemoryUsageInMB: 1024 })
  return { width, height, data: new Uint8Array(data) }
}

/** Grey, grey with alpha, RGB or RGBA. */
function withoutAlpha({
  width,
  height,
  values,
  channels,
  most,
}: {
  readonly width: number
  readonly height: number
  readonly values: ArrayLike<number>
  readonly channels: number
  readonly most: number
}): DecodedPicture {
  if (channels === 3 && most === 255) return { width, height, data: Uint8Array.from(values) }
  const data = new Uint8Array(width * height * 3)
  const isGrey = channels <= 2
  const hasAlpha = channels === 2 || channels === 4
  for (let i = 0; i < width * height; i++) {
    const alpha = hasAlpha ? (values[i * channels + channels - 1] as number) / most : 1
    for (let channel = 0; channel < 3; channel++) {
      const value = (values[i * channels + (isGrey ? 0 : channel)] as number) / most
      data[i * 3 + channel] = Math.round(255 * (value * alpha + (1 - alpha)))
    }
  }
  return { width, height, data }
}

function bytesOf(source: string): Uint8Array {
  if (source.startsWith('data:')) return Buffer.from(source.slice(source.indexOf(',') + 1), 'base64')
  try {
    return readFileSync(source)
  } catch (cause) {
    throw pictureError(`the picture ${source} cannot be read.`, cause)
  }
}

const nameOf = (source: string): string => (source.startsWith('data:') ? 'given as data' : source)

function pictureError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'dataset',
    code: 'picture',
    hint: 'Give the folder with the unpacked pictures, as .png or .jpg.',
    cause,
  })
}
