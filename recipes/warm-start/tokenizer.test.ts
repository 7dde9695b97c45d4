import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tokenizer } from '@huggingface/tokenizers'
import { makeTokenizer } from './tokenizer.ts'

const phrases = ['class Workflow:\n    def __init__(self):\n', '        return ', '"]', 'await self.']
const json = makeTokenizer({
  special: { pad: '<pad>', endOfText: '<eos>' },
  phrases,
  corpus: [{ text: 'the total price of the apples, the price of 12 pears', weight: 3 }],
  vocabularySize: 320,
})
const tokenizer = new Tokenizer(json, {})
const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids
const decode = (ids: number[]): string => tokenizer.decode(ids, { clean_up_tokenization_spaces: false })

test('any text survives the round trip, phrases, blanks, line ends and other scripts included', () => {
  for (const text of [
    'the price',
    `${phrases[0]}        return program["output"]\n`,
    '  two  blanks and\ttabs \n\n ends ',
    'Größe 正确 🙂 ½',
    '        return  x',
  ]) {
    assert.equal(decode(encode(text)), text)
  }
})

test('a phrase is one token and frequent words are short', () => {
  assert.equal(encode(phrases[0] ?? '').length, 1)
  assert.ok(encode(' price').length <= 2)
  assert.ok(Math.max(...encode('any text at all')) < 320)
})
