/** Rectangles: area or edge of a plot, less what is taken out of it, times a price. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'

const plots = ['garden', 'field', 'courtyard', 'meadow', 'playground'] as const

/** Optional sentences of the two stories, in the order they appear. */
function areaStory(
  rng: Rng,
  area: number,
  count: number,
): { value: number; texts: string[]; keys: string[]; unit: string } | null {
  let value = area
  const texts: string[] = []
  const keys: string[] = []
  const money = count >= 2 && rng.integer(2) === 0
  const cuts = count - (money ? 1 : 0) - (money && count === 4 ? 1 : 0)
  if (cuts > 3) return null
  for (const cut of rng.shuffle(['pond', 'shed', 'path']).slice(0, cuts)) {
    const side = between(rng, 2, 5)
    const other = between(rng, 2, 7)
    value -= cut === 'pond' ? side * side : side * other
    keys.push(cut === 'pond' ? `pond ${side}` : `${cut} ${side} ${other}`)
    if (cut === 'pond')
      texts.push(
        rng.pick([
          `A square pond with sides of ${side} metres lies in it.`,
          `In one corner there is a square pond with sides of ${side} metres.`,
        ]),
      )
    if (cut === 'shed') texts.push(`A shed of ${side} by ${other} metres stands on it.`)
    if (cut === 'path') texts.push(`A paved strip of ${side} by ${other} metres crosses it.`)
  }
  if (value < 4) return null
  if (!money) return { value, texts, keys, unit: 'area' }
  const price = between(rng, 2, 9)
  value *= price
  keys.push(`price ${price}`)
  texts.push(
    rng.pick([
      `Turf for what is left costs ${price} dollars per square metre.`,
      `The open ground is covered with turf at ${price} dollars per square metre.`,
    ]),
  )
  if (count === 4) {
    const fee = between(rng, 10, 40, 5)
    value += fee
    keys.push(`fee ${fee}`)
    texts.push(`The delivery costs ${fee} dollars more.`)
  }
  return { value, texts, keys, unit: 'cost' }
}

function edgeStory(
  rng: Rng,
  edge: number,
  count: number,
): { value: number; texts: string[]; keys: string[]; unit: string } | null {
  let value = edge
  const texts: string[] = []
  const keys: string[] = []
  const order = ['gate', 'rows', 'price', 'fee']
  const used =
    count === 4
      ? order
      : count === 3
        ? rng.pick([order.slice(0, 3), order.slice(1), ['gate', 'price', 'fee']])
        : count === 2
          ? rng.pick([
              ['gate', 'rows'],
              ['gate', 'price'],
              ['price', 'fee'],
            ])
          : count === 1
            ? [rng.pick(['gate', 'rows', 'price'])]
            : []
  for (const kind of used) {
    const n =
      kind === 'gate'
        ? between(rng, 2, 5)
        : kind === 'rows'
          ? between(rng, 2, 4)
          : kind === 'price'
            ? between(rng, 3, 12)
            : between(rng, 10, 60, 5)
    keys.push(`${kind} ${n}`)
    if (kind === 'gate') {
      value -= n
      texts.push(rng.pick([`A gap of ${n} metres is left for a gate.`, `For a gate, ${n} metres stay open.`]))
    } else if (kind === 'rows') {
      value *= n
      texts.push(`The fence is made of ${n} rows of wire, one above the other.`)
    } else if (kind === 'price') {
      value *= n
      texts.push(`Each metre of ${used.includes('rows') ? 'wire' : 'fence'} costs ${n} dollars.`)
    } else {
      value += n
      texts.push(`The delivery costs ${n} dollars more.`)
    }
  }
  return { value, texts, keys, unit: used.includes('price') ? 'cost' : used.includes('rows') ? 'wire' : 'edge' }
}

function make(rng: Rng, level: number): Draft | null {
  const plot = rng.pick(plots)
  const long = between(rng, 9, 40)
  const wide = between(rng, 6, long - 1)
  const isArea = rng.integer(2) === 0
  const story = isArea ? areaStory(rng, long * wide, level - 1) : edgeStory(rng, 2 * (long + wide), level - 1)
  if (story === null) return null
  const opening = rng.pick([
    `A rectangular ${plot} is ${long} metres long and ${wide} metres wide.`,
    `A ${plot} has the shape of a rectangle, ${long} metres long and ${wide} metres wide.`,
    `Someone owns a rectangular ${plot} that measures ${long} by ${wide} metres.`,
  ])
  const fence = isArea ? [] : [rng.pick(['A fence is to run all around it.', 'It gets a fence along its whole edge.'])]
  const asks: Record<string, string[]> = {
    area:
      story.texts.length > 0
        ? ['How many square metres are left free?', 'What area stays free, in square metres?']
        : ['What is its area in square metres?', 'How many square metres does it cover?'],
    edge: ['How many metres of fence are needed?', 'How long is the fence, in metres?'],
    wire: ['How many metres of wire are needed?'],
    cost: ['How many dollars does all of it cost?', 'What is the total cost, in dollars?'],
  }
  return {
    question: [opening, ...fence, ...story.texts, rng.pick(asks[story.unit] as string[])].join(' '),
    answer: String(story.value),
    parameters: [long, wide, isArea ? 'area' : 'edge', ...story.keys],
  }
}

export const garden: Family = { name: 'garden', type: 'math', make }
