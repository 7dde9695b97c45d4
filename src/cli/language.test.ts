import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import { inLanguages, languageOf, speak } from './language.ts'

test('English is the default, and C and POSIX are English', () => {
  assert.equal(languageOf({}), 'en')
  for (const locale of ['C', 'POSIX', 'C.UTF-8', 'en_GB.UTF-8', 'de_DE', '']) {
    assert.equal(languageOf({ LANG: locale }), 'en', locale)
  }
})

test('a locale that begins with zh is Chinese', () => {
  for (const locale of ['zh_CN.UTF-8', 'zh_TW', 'zh', 'zh-Hans', 'ZH_CN']) {
    assert.equal(languageOf({ LANG: locale }), 'zh', locale)
  }
  // A language of three letters.
  assert.equal(languageOf({ LANG: 'zha_CN' }), 'en')
})

test('LC_ALL is before LC_MESSAGES, which is before LANG; empty variables do not count', () => {
  assert.equal(languageOf({ LC_ALL: 'C', LC_MESSAGES: 'zh_CN', LANG: 'zh_CN' }), 'en')
  assert.equal(languageOf({ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'C' }), 'zh')
  assert.equal(languageOf({ LC_ALL: 'zh_CN', LANG: 'en_US' }), 'zh')
  assert.equal(languageOf({ LC_MESSAGES: 'en_US', LANG: 'zh_CN' }), 'en')
})

test('BATON_LANGUAGE is before the locale, and an unknown one is an input error that names the choices', () => {
  assert.equal(languageOf({ BATON_LANGUAGE: 'en', LANG: 'zh_CN' }), 'en')
  assert.equal(languageOf({ BATON_LANGUAGE: 'zh', LC_ALL: 'C' }), 'zh')
  assert.equal(languageOf({ BATON_LANGUAGE: '', LANG: 'zh_CN' }), 'zh')
  for (const name of ['fr', 'zh_CN', 'EN', ' ']) {
    assert.throws(
      () => languageOf({ BATON_LANGUAGE: name }),
      (error: BatonError) => error instanceof BatonError && error.exitCode === 2 && /en or zh/.test(error.message),
    )
  }
})

test('words are those of the language that is spoken', async () => {
  const words = inLanguages({ step: 'step' }, { step: '步' })
  assert.equal(words().step, 'step')
  await speak('zh')
  assert.equal(words().step, '步')
  await speak('en')
  assert.equal(words().step, 'step')
})
