/** Readers whose answer follows a chain of relations: employers, kinship, workshops, handovers. */
import type { Reader } from '../reading.ts'
import { type Facts, gather, qaReading, splitPassage } from './facts.ts'

const name = String.raw`[A-Z]\w+(?: [A-Z]\w+)*`

/** Follows `relations` from `start`. */
function follow(facts: Facts, start: string, relations: readonly string[]): string | null {
  let value = start
  for (const relation of relations) {
    const next = facts[relation]?.[value]
    if (next === undefined) return null
    value = String(next)
  }
  return value
}

function trail(
  facts: Facts,
  {
    start,
    relations,
    words,
  }: {
    readonly start: string
    readonly relations: readonly string[]
    readonly words: Readonly<Record<string, string>>
  },
): string[] {
  let value = start
  const sentences: string[] = []
  for (const relation of relations) {
    const next = facts[relation]?.[value]
    if (next === undefined) break
    sentences.push(`${words[relation]} of ${value}: ${next}.`)
    value = String(next)
  }
  return sentences
}

function nested(start: string, relations: readonly string[]): string {
  return relations.reduce((inner, relation) => `${relation}[${inner}]`, JSON.stringify(start))
}

export const employersReader: Reader = {
  family: 'employers',
  cues: ['head office'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const who = new RegExp(`(?:does|employer of|employs|that) (${name})(?: work| have|\\?| works)`).exec(question)?.[1]
    if (who === undefined) return null
    const facts: Facts = {
      employer: gather(passage, [
        [new RegExp(`(${name}) works for (${name})`, 'g'), 1, 2],
        [new RegExp(`(${name}) is employed (?:at|by) (${name})`, 'g'), 1, 2],
        [new RegExp(`(${name}) pays the salary of (${name})`, 'g'), 2, 1],
      ]),
      town: gather(passage, [
        [new RegExp(`(${name}) has its head office in (${name})`, 'g'), 1, 2],
        [new RegExp(`head office of (${name}) (?:stands|is) in (${name})`, 'g'), 1, 2],
      ]),
      county: gather(passage, [
        [new RegExp(`(${name}) (?:lies|is) in the county of (${name})`, 'g'), 1, 2],
        [new RegExp(`county of (${name}) includes (${name})`, 'g'), 2, 1],
      ]),
    }
    const relations = /county/i.test(question)
      ? ['employer', 'town', 'county']
      : /town|city/i.test(question)
        ? ['employer', 'town']
        : ['employer']
    return qaReading({
      family: 'employers',
      facts,
      asked: `${relations.join('.')} ${who}`,
      hops: relations.length,
      isCrowded: Object.keys(facts['employer'] ?? {}).length > 3,
      answer: (known) => follow(known, who, relations),
      trail: (known) =>
        trail(known, {
          start: who,
          relations,
          words: { employer: 'Employer', town: 'Town of the head office', county: 'County' },
        }),
      program: [`return ${nested(who, relations)}`],
    })
  },
}

export const kinshipReader: Reader = {
  family: 'kinship',
  cues: ['mother', 'husband', 'married'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const facts: Facts = {
      mother: gather(passage, [
        [/(\w+) is the mother of (\w+)/g, 2, 1],
        [/mother of (\w+) is called (\w+)/g, 1, 2],
        [/(\w+) is the daughter of (\w+)/g, 1, 2],
      ]),
      husband: gather(passage, [
        [/(\w+) is married to (\w+)/g, 1, 2],
        [/(\w+) is the husband of (\w+)/g, 2, 1],
        [/(\w+) has a husband named (\w+)/g, 1, 2],
      ]),
    }
    const who =
      /([A-Z]\w+)'s/.exec(question)?.[1] ??
      /of ([A-Z]\w+)\?/.exec(question)?.[1] ??
      /(?:is|was) ([A-Z]\w+) married/.exec(question)?.[1]
    if (who === undefined) return null
    const ups = /grandmother|mother of [A-Z]\w+'s mother/.test(question) ? 2 : /mother/.test(question) ? 1 : 0
    const relations = [
      ...Array.from({ length: ups }, () => 'mother'),
      ...(/husband|married/i.test(question) ? ['husband'] : []),
    ]
    if (relations.length === 0) return null
    return qaReading({
      family: 'kinship',
      facts,
      asked: `${relations.join('.')} ${who}`,
      hops: relations.length,
      isCrowded: Object.keys(facts['mother'] ?? {}).length > 5,
      answer: (known) => follow(known, who, relations),
      trail: (known) => trail(known, { start: who, relations, words: { mother: 'Mother', husband: 'Husband' } }),
      program: [`return ${nested(who, relations)}`],
    })
  },
}

export const workshopsReader: Reader = {
  family: 'workshops',
  cues: ['workshop'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const facts: Facts = {
      workshop: gather(passage, [
        [/([A-Z]\w+) leads the (\w+) workshop/g, 1, 2],
        [/the (\w+) workshop is led by ([A-Z]\w+)/gi, 2, 1],
      ]),
      room: gather(passage, [
        [/the (\w+) workshop meets in the (\w+) room/gi, 1, 2],
        [/for the (\w+) workshop the (\w+) room is reserved/gi, 1, 2],
      ]),
      floor: gather(passage, [
        [/the (\w+) room is on the (\w+) floor/gi, 1, 2],
        [/on the (\w+) floor there is the (\w+) room/gi, 2, 1],
      ]),
    }
    const topic = /the (\w+) workshop/i.exec(question)?.[1]
    const who = /(?:led by|that) ([A-Z]\w+)/.exec(question)?.[1]
    const wantsFloor = /floor/i.test(question)
    const isByName = who !== undefined
    const start = who ?? topic
    if (start === undefined) return null
    const relations = [...(isByName ? ['workshop'] : []), 'room', ...(wantsFloor ? ['floor'] : [])]
    const noun = wantsFloor ? 'floor' : 'room'
    return qaReading({
      family: 'workshops',
      facts,
      asked: `${relations.join('.')} ${start}`,
      hops: relations.length,
      isCrowded: Object.keys(facts['room'] ?? {}).length > 3,
      answer: (known) => {
        const end = follow(known, start, relations)
        return end === null ? null : `the ${end} ${noun}`
      },
      trail: (known) =>
        trail(known, { start, relations, words: { workshop: 'Workshop', room: 'Room', floor: 'Floor' } }),
      program: [`return "the " + ${nested(start, relations)} + " ${noun}"`],
    })
  },
}

const mostMoves = 8

function holder(facts: Facts, item: string): string[] {
  const first = facts['first']?.[item]
  if (first === undefined) return []
  const path = [String(first)]
  while (path.length <= mostMoves) {
    const next = facts['next_holder']?.[`${path[path.length - 1]} ${item}`]
    if (next === undefined) break
    path.push(String(next))
  }
  return path
}

export const handoversReader: Reader = {
  family: 'handovers',
  cues: ['at the end?', 'after all this?'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const item = /(?:the|has) (\w+) (?:at the end|after all this)|is the (\w+) at the end/i.exec(question)
    const wanted = item?.[1] ?? item?.[2]
    if (wanted === undefined) return null
    const next: Record<string, string> = {}
    const moves: readonly (readonly [pattern: RegExp, from: number, thing: number, to: number])[] = [
      [/([A-Z]\w+) gave the (\w+) to ([A-Z]\w+)/g, 1, 2, 3],
      [/([A-Z]\w+) got the (\w+) from ([A-Z]\w+)/g, 3, 2, 1],
      [/([A-Z]\w+) handed the (\w+) over to ([A-Z]\w+)/g, 1, 2, 3],
    ]
    for (const [pattern, from, thing, to] of moves) {
      for (const match of passage.matchAll(pattern)) next[`${match[from]} ${match[thing]}`] = match[to] as string
    }
    const facts: Facts = {
      first: gather(passage, [
        [/at the beginning ([A-Z]\w+) had the (\w+)/gi, 2, 1],
        [/the (\w+) belonged to ([A-Z]\w+) at first/gi, 1, 2],
      ]),
      next_holder: next,
    }
    const path = holder(facts, wanted)
    return qaReading({
      family: 'handovers',
      facts,
      asked: wanted,
      hops: Math.max(1, Math.min(3, path.length - 1)),
      isCrowded: Object.keys(facts['first'] ?? {}).length > 2,
      answer: (known) => {
        const found = holder(known, wanted)
        return found.length > mostMoves ? null : (found[found.length - 1] ?? null)
      },
      trail: (known) =>
        holder(known, wanted).map((person, i) =>
          i === 0 ? `${person} has the ${wanted} at first.` : `Then ${person} has the ${wanted}.`,
        ),
      program: [
        `item = "${wanted}"`,
        'person = first[item]',
        'while f"{person} {item}" in next_holder:',
        '    person = next_holder[f"{person} {item}"]',
        'return person',
      ],
    })
  },
}
