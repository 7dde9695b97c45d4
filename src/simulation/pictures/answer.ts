/**
 * Answers questions about drawn pictures. The picture and the question are read and worked out; the demonstrations in the
 * prompt are read too, and decide with the rule whether the right answer is given or another one of the same form. No
 * reference answers, no ids. Prompts may have a message for each turn, or all demonstrations in one.
 */
import { hashKey, randomFor } from '../../core/random.ts'
import type { ChatMessage, ContentPart } from '../../llm/chat-model.ts'
import { type AnswerForm, pictureFamilies } from './families.ts'
import { readScene } from './read-picture.ts'
import { type AskedQuestion, formOf, readQuestion } from './read-question.ts'
import { correctChance, effectOfModel, type Traits } from './rule.ts'
import { objectColours, type Scene, timesOfDay } from './scene.ts'
import { readNoun, topics } from './topics.ts'

export interface PictureReply {
  readonly content: string
  readonly reasoning: string
  /** Where the chat ends with an answer to be continued: how likely that answer is, natural logarithm. */
  readonly answerLogprob: number | null
}

/** A picture with its text: a demonstration where it has an answer. */
interface Item {
  readonly url: string
  readonly text: string
  readonly answer: string | null
}

export function hasPicture(messages: readonly ChatMessage[]): boolean {
  return messages.some(({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'image_url'))
}

/** Pure; the same chat gives the same reply whatever the seed, as greedy decoding does. */
export function answerAboutPictures(messages: readonly ChatMessage[], model: string): PictureReply {
  const items = readItems(messages)
  const last = items.at(-1)
  if (last === undefined) return unknown
  const isContinued = messages.at(-1)?.role === 'assistant'
  const given = isContinued ? last.answer : null
  const scene = readScene(last.url)
  const asked = askedIn(last.text)
  const right =
    scene === null || asked === null ? null : (pictureFamilies[asked.family]?.solve(scene, asked.slots) ?? null)
  if (scene === null || asked === null || right === null) return unknown
  const shown = items.slice(0, -1).map(traitsOf)
  const form = pictureFamilies[asked.family]?.form ?? 'word'
  const question: Traits = { family: asked.family, form, topic: scene.topic }
  // The same question whether its answer is asked for or given.
  const questionKey = keyOf({ ...last, answer: null })
  const { chance, isRight } = correctChance(questionKey, items.slice(0, -1).map(keyOf), {
    question,
    shown,
    effect: effectOfModel[model] ?? 1,
  })
  const wrong = wrongAnswers(right, form, scene)
  if (given !== null) {
    const share = given.trim().toLowerCase() === right ? chance : (1 - chance) / (wrong.length + 1)
    return { content: '.', reasoning: '', answerLogprob: Math.log(Math.max(1e-12, share)) }
  }
  const content = isRight ? right : randomFor('picture-slip', questionKey, shown.length).pick(wrong)
  return { content, reasoning: '', answerLogprob: null }
}

const unknown: PictureReply = { content: 'unknown', reasoning: '', answerLogprob: Math.log(1e-6) }

const questionMark = /(?:^|\n)\s*question:\s*/i
const answerMark = /\s*(?:short )?answer:[ \t]*/i

const read = new Map<string, AskedQuestion | null>()
const mostRead = 100_000

function askedIn(text: string): AskedQuestion | null {
  const known = read.get(text)
  if (known !== undefined) return known
  if (read.size >= mostRead) read.clear()
  const asked = readQuestion(text)
  read.set(text, asked)
  return asked
}

function traitsOf({ url, text, answer }: Item): Traits {
  const asked = askedIn(text)
  return {
    family: asked?.family ?? null,
    form: answer === null ? null : formOf(answer),
    topic: readScene(url)?.topic ?? null,
  }
}

const keys = new Map<string, number>()

/** Pictures by a hash of their own, reckoned once. */
function keyOf({ url, text, answer }: Item): string {
  let key = keys.get(url)
  if (key === undefined) {
    if (keys.size >= mostRead) keys.clear()
    key = hashKey([url])
    keys.set(url, key)
  }
  return answer === null ? `${key} ${text}` : `${key} ${text} ${answer}`
}

function readItems(messages: readonly ChatMessage[]): Item[] {
  const items: Item[] = []
  let url: string | null = null
  const add = (text: string, answer: string | null): void => {
    if (url !== null) items.push({ url, text, answer })
    url = null
  }
  for (const { role, content } of messages) {
    if (role === 'assistant') {
      const item = items.at(-1)
      const text = typeof content === 'string' ? content : content.map(textOf).join('')
      if (item !== undefined) items[items.length - 1] = { ...item, answer: text }
    } else if (role === 'user' && typeof content !== 'string') {
      for (const part of content) {
        if (part.type === 'image_url') url = part.image_url.url
        else if (url !== null) {
          const { question, answer } = splitText(part.text)
          add(question, answer)
        }
      }
    }
  }
  return items
}

const textOf = (part: ContentPart): string => (part.type === 'text' ? part.text : '')

const split = new Map<string, { readonly question: string; readonly answer: string | null }>()

function splitText(text: string): { readonly question: string; readonly answer: string | null } {
  const known = split.get(text)
  if (known !== undefined) return known
  if (split.size >= mostRead) split.clear()
  const begin = questionMark.exec(text)
  const rest = begin === null ? text : text.slice(begin.index + begin[0].length)
  const end = answerMark.exec(rest)
  const answer = end === null ? '' : (rest.slice(end.index + end[0].length).split(/\n|<\|/)[0] ?? '').trim()
  const found = {
    question: (end === null ? (rest.split('\n')[0] ?? '') : rest.slice(0, end.index)).trim(),
    answer: answer === '' ? null : answer,
  }
  split.set(text, found)
  return found
}

/** Other answers of the same form. */
function wrongAnswers(right: string, form: AnswerForm, scene: Scene): string[] {
  const others = (list: readonly string[]): string[] => list.filter((answer) => answer !== right)
  switch (form) {
    case 'number':
      return others(['0', '1', '2', '3', '4', '5', '6', '7'])
    case 'yes-no':
      return others(['yes', 'no'])
    case 'place':
      return others(['left', 'right', 'middle'])
    case 'time':
      return others(timesOfDay)
    case 'word': {
      const isNoun = readNoun(right) !== undefined
      return others(isNoun ? Object.values(topics[scene.topic]?.nouns ?? {}) : Object.keys(objectColours))
    }
    default:
      return form satisfies never
  }
}
