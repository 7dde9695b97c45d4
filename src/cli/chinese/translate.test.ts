import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sentences } from './sentences.ts'
import { translate } from './translate.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** What the program says, as its sources have it. */
const sources = [...globSync('src/**/*.ts', { cwd: root }), 'node_modules/commander/lib/command.js']
  .filter((file) => !file.includes('.test.') && !file.startsWith(join('src', 'cli', 'chinese')))
  .concat('node_modules/commander/lib/suggestSimilar.js', 'node_modules/commander/lib/option.js')
  .map((file) =>
    readFileSync(join(root, file), 'utf8')
      .replaceAll(/\\(['"`$])/g, '$1')
      .replaceAll('\\n', '\n'),
  )
  .join('\n')

/** Put together from parts of sentences. */
const composed = /must be a (?:whole )?number|exist already|Give another|in the evaluation|refused|too many arguments/

test('every template is still what the program says', () => {
  const gone = Object.keys(sentences).filter((template) => {
    const pieces = template.split(/\{\w+[~!]?\}|[\n"'`(){}:;,.]/).map((text) => text.trim())
    const words = pieces.flatMap((text) => text.split(' ')).filter((word) => word.length > 3)
    const isGone = (text: string): boolean => !sources.includes(text)
    return words.some(isGone) || (!composed.test(template) && pieces.some((text) => text.length >= 20 && isGone(text)))
  })
  assert.deepEqual(gone, [])
})

test('the Chinese has the values of the English', () => {
  const namesOf = (text: string): string => [...new Set(text.replaceAll('!}', '}').match(/\{\w+~?\}/g))].sort().join()
  /** Plurals, articles and the like, and names that the English has twice. */
  const unused = new Set(['s', 'doc', 'count', 'section', 'other', 'name'])
  for (const [english, chinese] of Object.entries(sentences)) {
    const missing = namesOf(english)
      .split(',')
      .filter((name) => name !== '' && !namesOf(chinese).split(',').includes(name))
    assert.deepEqual(
      missing.filter((name) => !unused.has(name.replaceAll(/[{}~]/g, ''))),
      [],
      english,
    )
    for (const name of namesOf(chinese).split(','))
      assert.ok(name === '' || english.replaceAll('!}', '}').includes(name), chinese)
  }
})

test('values stay as they are, and parts that are sentences themselves are translated', () => {
  assert.equal(
    translate('training.groupSizee is not a known key (my.yaml, line 12).'),
    '未知的键 training.groupSizee（my.yaml 第 12 行）。',
  )
  assert.equal(
    translate('--server must be an address (got htp://x): it begins with htp:// and not with http:// or https://.'),
    '--server 必须是地址（实为 htp://x）：它以 htp:// 开头，而不是 http:// 或 https://。',
  )
  assert.equal(translate('Did you mean math? It is one of math, code, qa.'), '是不是 math？可选：math, code, qa。')
})

test('a value ends with its line', () => {
  assert.equal(
    translate(
      'NOT READY: the judge at http://x cannot be reached: no such host.\n   Start the server, or set llm.judge.baseUrl to where it runs.',
    ),
    '未就绪：位于 http://x 的裁判模型无法连接：没有这台主机。\n   请启动服务器，或把 llm.judge.baseUrl 设为它的地址。',
  )
})

test('what keeps a request from a server is translated', () => {
  const cannot = (why: string): string | null =>
    translate(
      `the judge at https://x cannot be reached: ${why}. Start the server, or set llm.judge.baseUrl to where it runs.`,
    )
  const untrusted =
    "the server's certificate is signed by itself; name a file with the authority in NODE_EXTRA_CA_CERTS (DEPTH_ZERO_SELF_SIGNED_CERT)"
  assert.match(cannot(untrusted) ?? '', /服务器的证书是自签名的；.*NODE_EXTRA_CA_CERTS/)
  assert.match(cannot('the proxy refused the connection with status 407 (UND_ERR_ABORTED)') ?? '', /状态码 407/)
  assert.match(
    translate('http://x:1 does not answer: connection refused (ECONNREFUSED).') ?? '',
    /没有回应：连接被拒绝/,
  )
})

test('a text is translated whole or not at all', () => {
  assert.equal(translate('Set dualClip: 3, or null to turn it off.'), null)
  assert.equal(translate('Did you mean math? Something that nobody has translated.'), null)
  assert.equal(translate('- seed is not a known key (a.yaml). docs/config.md lists every key.\n- unheard of'), null)
  assert.equal(
    translate(
      '2 things in the configuration are wrong:\n- seeed is not a known key (--set). Did you mean seed?\n- b is not a known key (--set). Did you mean c?',
    ),
    '配置中有 2 处错误：\n- 未知的键 seeed（--set）。是不是 seed？\n- 未知的键 b（--set）。是不是 c？',
  )
})

test('one Chinese term stands for one thing: other words for the same are nowhere', () => {
  // Of the terms listed in `words/common.ts`.
  const others = /词元|先知|应答模型|执行器|后备工作流|算符|回放|随机数种子|裁判判定/
  const root = join(import.meta.dirname, '..', '..')
  const found = globSync('**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => others.test(line)),
    )
  assert.deepEqual(found, [])
})
