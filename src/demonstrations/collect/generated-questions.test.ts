import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataUrl, drawScene } from '../../simulation/pictures/draw-scene.ts'
import { pictureFamilies } from '../../simulation/pictures/families.ts'
import { answerAboutPictures } from '../../simulation/pictures/index.ts'
import { type PictureQuestion, pictureQuestions } from '../../simulation/pictures/picture-questions.ts'
import { readScene } from '../../simulation/pictures/read-picture.ts'
import { shapes } from '../../simulation/pictures/scene.ts'
import { topics } from '../../simulation/pictures/topics.ts'
import { vqaAccuracy } from '../metric/vqa-accuracy.ts'

const { index, heldOut } = pictureQuestions({ seed: 3, index: 150, heldOut: 150 })

const shown = ({ image, question }: PictureQuestion) => ({
  role: 'user' as const,
  content: [
    { type: 'image_url' as const, image_url: { url: image } },
    { type: 'text' as const, text: `Question:${question} Short answer:` },
  ],
})

test('every scene is read back from its pixels as it was drawn', () => {
  for (const [topic] of topics.entries()) {
    const scene = {
      topic,
      time: 'night' as const,
      objects: shapes.flatMap((shape, row) => (row > 2 ? [] : [{ shape, colour: 'white' as const, column: row, row }])),
    }
    scene.objects.push({ shape: 'diamond', colour: 'white', column: 4, row: 2 })
    assert.deepEqual(readScene(dataUrl(drawScene(scene))), scene)
  }
})

test('the simulator never fails to read a generated question, and its wrong answers have the form of the right one', () => {
  for (const question of heldOut) {
    const { content } = answerAboutPictures([shown(question)], 'simulator')
    assert.notEqual(content, 'unknown', question.question)
  }
})

test('the simulator reads demonstrations in turns and in one message alike', () => {
  for (const [i, question] of heldOut.slice(0, 60).entries()) {
    const demonstrations = [index[i], index[i + 1]] as PictureQuestion[]
    const turns = [
      ...demonstrations.flatMap((one) => [shown(one), { role: 'assistant' as const, content: one.shownAnswer }]),
      shown(question),
    ]
    const joined = [
      {
        role: 'user' as const,
        content: [...demonstrations, question].flatMap((one, place) => [
          { type: 'image_url' as const, image_url: { url: one.image } },
          {
            type: 'text' as const,
            text: `Question:${one.question} Short answer:${place < 2 ? `${one.shownAnswer}\n` : ''}`,
          },
        ]),
      },
    ]
    assert.deepEqual(answerAboutPictures(turns, 'simulator'), answerAboutPictures(joined, 'simulator'))
  }
})

test('a likely answer is given, an unlikely one is not', () => {
  let agreed = 0
  for (const question of heldOut) {
    const answer = answerAboutPictures([shown(question)], 'simulator').content
    const told = [shown(question), { role: 'assistant' as const, content: question.shownAnswer }]
    const logprob = answerAboutPictures(told, 'simulator').answerLogprob ?? Number.NEGATIVE_INFINITY
    if ((answer === question.shownAnswer) === logprob > Math.log(0.5)) agreed += 1
  }
  assert.ok(agreed > 0.55 * heldOut.length, `${agreed} of ${heldOut.length}`)
})

test('a picture that was not drawn here is unknown, not guessed', () => {
  const url = 'data:image/png;base64,AAAA'
  assert.equal(
    answerAboutPictures([shown({ ...(heldOut[0] as PictureQuestion), image: url })], 'simulator').content,
    'unknown',
  )
})

test('annotators make a right answer worth 1 or 0.6, and every family and topic occurs', () => {
  const scores = new Set(index.map(({ shownAnswer, answers }) => vqaAccuracy(shownAnswer, answers, 'official')))
  assert.deepEqual([...scores].sort(), [0.6, 1])
  assert.ok(index.every(({ answers }) => answers.length === 10))
  assert.equal(new Set(index.map(({ kind }) => kind)).size, pictureFamilies.length)
  assert.equal(new Set(index.map(({ topic }) => topic)).size, topics.length)
  assert.deepEqual(pictureQuestions({ seed: 3, index: 2, heldOut: 0 }).index, index.slice(0, 2))
})
