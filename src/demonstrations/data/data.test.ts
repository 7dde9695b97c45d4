import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { BatonError } from '../../core/failure.ts'
import {
  hashPools,
  indexQuestions,
  loadTextQuestions,
  loadVqaQuestions,
  makePool,
  picturesIn,
  requireShots,
} from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-questions-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

const refuses = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof BatonError && error.code === code && words.test(error.message) && error.hint !== undefined

const answers = (...texts: string[]) =>
  texts.map((answer, i) => ({ answer, answer_id: i + 1, answer_confidence: 'yes' }))

const vqa = {
  questions: {
    questions: [
      { image_id: 42, question: ' What is it? ', question_id: 10 },
      { image_id: 7, question: 'How many?', question_id: 9 },
    ],
  },
  annotations: {
    annotations: [
      {
        question_id: 9,
        image_id: 7,
        question_type: 'count',
        answers: answers('2', '2', '3'),
        multiple_choice_answer: '3',
      },
      {
        question_id: 10,
        image_id: 42,
        answers: [
          { answer: 'surf', raw_answer: 'surfing' },
          { answer: 'sea', raw_answer: 'sea' },
          { answer: 'surf', raw_answer: 'surf' },
        ],
      },
    ],
  },
}

test('questions and annotations in VQA format are joined by id and sorted by number', () => {
  const files = { questions: file('q.json', vqa.questions), annotations: file('a.json.gz', vqa.annotations) }
  const [first, second] = loadVqaQuestions({ ...files, split: 'val', pictureOf: (id) => `pictures/${id}` })
  assert.deepEqual(first, {
    id: '9',
    imageId: '7',
    question: 'How many?',
    answers: ['2', '2', '3'],
    shownAnswer: '3',
    split: 'val',
    image: 'pictures/7',
    kind: 'count',
  })
  assert.equal(second?.question, 'What is it?')
  assert.equal(second?.shownAnswer, 'surf')
  const raw = loadVqaQuestions({ ...files, split: 'val', answerField: 'raw_answer' })
  assert.deepEqual(raw[1]?.answers, ['surfing', 'sea', 'surf'])
  assert.equal(raw[1]?.shownAnswer, 'surfing')
})

test('one file with both is read: TextVQA, VizWiz as published, soft labels of OKVQA', () => {
  const textVqa = {
    data: [{ question_id: 5, image_id: 'abc', question: 'what?', answers: ['nokia', 'nokia', 'phone'] }],
  }
  const [one] = loadVqaQuestions({ questions: file('t.json', textVqa), split: 'val' })
  assert.deepEqual([one?.id, one?.imageId, one?.shownAnswer], ['5', 'abc', 'nokia'])
  const vizwiz = [{ image: 'VizWiz_val_1.jpg', question: 'what?', answers: answers('no', 'yes', 'yes') }]
  const [two] = loadVqaQuestions({ questions: file('v.json', vizwiz), split: 'val' })
  assert.deepEqual([two?.id, two?.imageId, two?.shownAnswer], ['0', 'VizWiz_val_1.jpg', 'yes'])
  const soft = [{ question_id: 3, img_id: 'COCO_1', sent: 'What sport?', label: { race: 1, ride: 0.667, moto: 0.667 } }]
  const [three] = loadVqaQuestions({ questions: file('s.json', soft), split: 'train' })
  assert.equal(three?.answers.length, 10)
  assert.equal(three?.shownAnswer, 'race')
})

test('files that do not fit are refused with what is wrong', () => {
  const questions = file('q2.json', vqa.questions)
  const load = (annotations: unknown) => () =>
    loadVqaQuestions({ questions, annotations: file('bad.json', annotations), split: 'val' })
  assert.throws(load({ annotations: vqa.annotations.annotations.slice(0, 1) }), refuses('no-answers', /1 of 2 .* 10/))
  assert.throws(load(vqa.questions), refuses('vqa-layout', /no list "annotations"/))
  assert.throws(load('{"annotations": ['), refuses('not-json', /bad\.json/))
  assert.throws(() => loadVqaQuestions({ questions, split: 'val' }), refuses('no-answers', /without answers/))
  assert.throws(() => loadVqaQuestions({ questions: join(folder, 'none'), split: 'val' }), refuses('no-file', /none/))
  const twice = { data: [0, 1].map(() => ({ question_id: 1, image_id: 1, question: 'q', answers: ['a'] })) }
  assert.throws(
    () => loadVqaQuestions({ questions: file('w.json', twice), split: 'val' }),
    refuses('repeated-id', /1 twice/),
  )
  const empty = { data: [{ question_id: 1, image_id: 1, question: 'q', answers: [] }] }
  assert.throws(
    () => loadVqaQuestions({ questions: file('e.json', empty), split: 'val' }),
    refuses('no-answers', /1 of/),
  )
})

test('plain text questions come from JSON lines, and from problem files', async () => {
  const rows = [
    { id: 'a', question: 'who?', answers: ['me', 'I', 'I'] },
    { question: 'why?', answer: 42 },
  ]
  const plain = await loadTextQuestions(file('p.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')), 'train')
  assert.deepEqual(
    plain.map(({ id, shownAnswer, image }) => [id, shownAnswer, image]),
    [
      ['a', 'I', null],
      ['train-1', '42', null],
    ],
  )
  const gsm = file('g.jsonl', JSON.stringify({ question: 'Two and two?', answer: 'so 4\n#### 4' }))
  assert.equal((await loadTextQuestions(gsm, 'train')).length, 1)
  const repeated = file(
    'r.jsonl',
    ['{"id":1,"question":"q","answer":"a"}', '{"id":1,"question":"q","answer":"a"}'].join('\n'),
  )
  await assert.rejects(loadTextQuestions(repeated, 'train'), refuses('repeated-id', /id 1 twice/))
})

test('pictures are found by file name, by name without ending and by the number at its end', () => {
  for (const name of ['COCO_val2014_000000297147.jpg', 'VizWiz_val_00000001.jpg', 'abc.png', 'notes.txt'])
    file(name, '-')
  const find = picturesIn(folder)
  assert.match(find('297147') ?? '', /COCO_val2014_000000297147\.jpg$/)
  assert.match(find('COCO_val2014_000000297147') ?? '', /297147\.jpg$/)
  assert.match(find('VizWiz_val_00000001.jpg') ?? '', /00000001\.jpg$/)
  assert.match(find('abc') ?? '', /abc\.png$/)
  assert.equal(find('notes'), null)
  assert.throws(() => picturesIn(join(folder, 'nowhere')), refuses('no-pictures', /nowhere/))
})

test('a pool never holds its query, nor an id twice, and more shots than it has are an error', () => {
  assert.throws(() => makePool('q', ['a', 'q']), refuses('query-in-pool', /own pool/))
  assert.throws(() => makePool('q', ['a', 'a']), refuses('pool-repeats', /twice/))
  const pools = [makePool('q', ['a', 'b']), makePool('r', ['a'])]
  requireShots(pools, 1)
  assert.throws(() => requireShots(pools, 2), refuses('shots-exceed-pool', /question r has 1 .* 2 shots/))
})

test('the hash of pools sees every id and its place, and not the order in which queries come', () => {
  const one = makePool('1', ['a', 'b'])
  const two = makePool('2', ['a', 'b'])
  assert.equal(hashPools([one, two]), hashPools([two, one]))
  assert.notEqual(hashPools([one, two]), hashPools([makePool('1', ['b', 'a']), two]))
  assert.notEqual(one.hash, two.hash)
})

test('an index refuses repeated ids and unknown ones', () => {
  const question = {
    id: 'a',
    imageId: 'a',
    question: 'q',
    answers: ['x'],
    shownAnswer: 'x',
    split: 's',
    image: null,
    kind: null,
  }
  assert.throws(() => indexQuestions([question, question]), refuses('repeated-id', /a twice/))
  const index = indexQuestions([question])
  assert.equal(index.rowOf('a'), 0)
  assert.throws(() => index.byId('b'), refuses('unknown-id', /no question b/))
})
