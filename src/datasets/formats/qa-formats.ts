/** HotpotQA, DROP as AFlow publishes it, and CommonsenseQA. */
import type { Json, JsonObject } from '../../core/json.ts'
import { BadRow, type DatasetFormat, difficultyOf, hasKeys, problemOf, textField } from './row.ts'

export const hotpotQaFormat: DatasetFormat = {
  name: 'hotpotqa',
  keys: '_id, question, answer, context',
  recognises: (row) => hasKeys(row, '_id', 'question', 'answer', 'context'),
  read: (row) =>
    problemOf({
      id: `hotpotqa/${textField(row, '_id')}`,
      type: 'qa',
      source: 'hotpotqa',
      question: textField(row, 'question'),
      answer: textField(row, 'answer'),
      context: paragraphs(row['context']),
      difficulty: difficultyOf(row['level']),
    }),
}

/** `[[title, [sentence, ...]], ...]`, a paragraph each. */
function paragraphs(context: Json | undefined): string {
  const lines = (Array.isArray(context) ? context : []).flatMap((entry) => {
    const [title, sentences] = Array.isArray(entry) ? entry : []
    return typeof title === 'string' && Array.isArray(sentences) ? [`${title}: ${sentences.join('').trim()}`] : []
  })
  if (lines.length === 0)
    throw new BadRow('"context" holds no paragraphs', 'Give "context" as [[title, [sentence, ...]], ...].')
  return lines.join('\n')
}

export const dropFormat: DatasetFormat = {
  name: 'drop',
  keys: 'context (passage and question), ref_text, id',
  recognises: (row) => hasKeys(row, 'context', 'ref_text'),
  read: (row, { line }) => {
    const text = textField(row, 'context')
    const at = text.lastIndexOf('Question:')
    if (at < 0) throw new BadRow('"context" has no "Question:"', 'End the context with "Question: ...".')
    return problemOf({
      id: `drop/${hasKeys(row, 'id') ? textField(row, 'id') : line}`,
      type: 'qa',
      source: 'drop',
      question: text
        .slice(at + 'Question:'.length)
        .replace(/Answer:\s*$/, '')
        .trim(),
      answer: textField(row, 'ref_text'),
      context: text
        .slice(0, at)
        .replace(/^Passage:\s*/, '')
        .trim(),
      difficulty: 3,
    })
  },
}

export const commonsenseQaFormat: DatasetFormat = {
  name: 'commonsenseqa',
  keys: 'question {stem, choices}, answerKey',
  recognises: (row) => hasKeys(row, 'answerKey') && isObject(row['question']) && hasKeys(row['question'], 'stem'),
  read: (row, { line }) => {
    const question = isObject(row['question']) ? row['question'] : {}
    const choices = (Array.isArray(question['choices']) ? question['choices'] : []).flatMap((choice) =>
      isObject(choice) ? [`${String(choice['label'])}. ${String(choice['text'])}`] : [],
    )
    if (choices.length < 2) throw new BadRow('"question.choices" has no choices', 'Give at least two choices.')
    return problemOf({
      id: `commonsenseqa/${hasKeys(row, 'id') ? textField(row, 'id') : line}`,
      type: 'qa',
      source: 'commonsenseqa',
      question: `${textField(question, 'stem')}\n${choices.join('\n')}\nAnswer with the letter.`,
      answer: textField(row, 'answerKey'),
      difficulty: 2,
    })
  },
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
