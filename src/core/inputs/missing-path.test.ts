import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingPath } from './missing-path.ts'

const here = { hasFolder: true, names: ['mine.jsonl', 'train.jsonl.gz'] }
const hint = (path: string, around = here): string => missingPath(path, path, around).hint

test('a path with nothing at it: the nearest name, what is there, or why it can be nothing', () => {
  assert.equal(hint('data/mime.jsonl'), 'Did you mean data/mine.jsonl?')
  assert.equal(hint('train.jsonl'), 'Did you mean train.jsonl.gz?')
  assert.match(hint('other.csv'), /^Check the path.* There is mine\.jsonl, train\.jsonl\.gz\.$/)
  assert.match(
    missingPath('x: no/a', 'no/a', { hasFolder: false, names: [] }).message,
    /^x: no\/a .*nor does its folder no\/\.$/,
  )
  assert.match(hint('https://example.com/a.jsonl'), /curl -LO https:\/\/example\.com\/a\.jsonl/)
  assert.match(hint('~/a.jsonl'), /\$HOME/)
  assert.match(hint('data/*.jsonl'), /cat a\.jsonl b\.jsonl/)
})
