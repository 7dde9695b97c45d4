import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { characters, choice, type Grammar, regexOf, repeat, rule, sequence, text } from './grammar.ts'
import { createAutomaton, dead, type GrammarAutomaton } from './grammar-automaton.ts'

const grammars: Readonly<Record<string, Grammar>> = {
  'texts that share beginnings': new Map([['root', choice(text('abc'), text('abd'), sequence(text('ab'), text('')))]]),
  'counted repetitions': new Map([
    ['root', sequence(repeat(characters('ab'), 2, 4), text('b'), repeat(text('ab'), 0, 2))],
  ]),
  'repetitions without limit': new Map([
    ['root', sequence(repeat(characters('^b'), 0, null), text('b'), repeat(text('c'), 1, null))],
  ]),
  rules: new Map([
    ['root', sequence(rule('word'), repeat(sequence(text('-'), rule('word')), 0, 2))],
    ['word', choice(text('a'), text('bb'), characters('d-f'))],
  ]),
  'repetitions within repetitions': new Map([['root', repeat(sequence(repeat(text('a'), 1, 3), text('b')), 1, 3)]]),
}

function walk(automaton: GrammarAutomaton, word: string): number {
  return [...word].reduce((state, character) => automaton.next(state, character), automaton.start)
}

for (const [name, grammar] of Object.entries(grammars)) {
  const whole = new RegExp(`^(?:${regexOf(grammar)})$`, 'u')
  const accepts = (automaton: GrammarAutomaton, word: string): boolean => {
    const state = walk(automaton, word)
    return state !== dead && automaton.isEnd(state)
  }

  test(`${name}: the automaton takes what the regular expression takes, and no more`, () => {
    const automaton = createAutomaton(grammar)
    const letters = fc.string({ unit: fc.constantFrom(...'aabbcdé-'), maxLength: 9 })
    fc.assert(
      fc.property(letters, (word) => assert.equal(accepts(automaton, word), whole.test(word), word)),
      { numRuns: 3000 },
    )
  })

  test(`${name}: a text that may go on can be ended, in as few characters as is said`, () => {
    const automaton = createAutomaton(grammar)
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), (choices) => {
        let word = ''
        for (const choice of choices) {
          const live = [...'abcdef-'].filter((one) => walk(automaton, word + one) !== dead)
          if (live.length === 0) break
          word += live[choice % live.length]
        }
        const ending = automaton.ending(walk(automaton, word))
        assert.ok(whole.test(word + ending), `${word}|${ending}`)
        const shorter = automaton.isEnd(walk(automaton, word)) ? ending === '' : ending.length >= 1
        assert.ok(shorter)
      }),
    )
  })

  test(`${name}: states that are alike take the same next characters`, () => {
    const automaton = createAutomaton(grammar)
    const letters = fc.string({ unit: fc.constantFrom(...'abcd-'), maxLength: 4 })
    fc.assert(
      fc.property(letters, letters, fc.integer({ min: 0, max: 4 }), (word, more, reach) => {
        const state = walk(automaton, word)
        if (state === dead || more.length > reach) return
        const after = (from: number): number => [...more].reduce((at, one) => automaton.next(at, one), from)
        const [own, other] = [after(state), after(automaton.alike(state, reach))]
        assert.equal(own === dead, other === dead)
        if (own !== dead) assert.equal(automaton.isEnd(own), automaton.isEnd(other))
      }),
      { numRuns: 2000 },
    )
  })
}

test('counts far from their limits make one state', () => {
  const automaton = createAutomaton(new Map([['root', repeat(characters('a'), 1, 200)]]))
  const far = [5, 60, 150].map((count) => automaton.alike(walk(automaton, 'a'.repeat(count)), 10))
  assert.equal(new Set(far).size, 1)
  const near = [191, 195, 200].map((count) => automaton.alike(walk(automaton, 'a'.repeat(count)), 10))
  assert.equal(new Set([...far, ...near]).size, 4)
})
