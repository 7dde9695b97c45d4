/**
 * Reads GBNF as llama.cpp defines it and says whether a text is in the language; for tests, which is why it reads the
 * notation and not the grammar it was written from. No recursion in the grammar, no tokens, no comments.
 */

type Node =
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'all' | 'any'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }

const token = /\s*(?:"((?:[^"\\]|\\.)*)"|(\[(?:[^\]\\]|\\.)*\])|([a-z][a-z0-9-]*)|([()|])|([?*+]|\{\d+(?:,\d*)?\}))/y

export function createGbnfMatcher(gbnf: string): (text: string) => boolean {
  const rules = new Map<string, Node>()
  for (const line of gbnf.split('\n')) {
    if (line === '') continue
    const head = /^([a-z][a-z0-9-]*) ::= /.exec(line)
    if (head === null) throw new Error(`not a rule: ${line.slice(0, 60)}`)
    rules.set(head[1] as string, new Reader(line.slice(head[0].length)).whole())
  }
  return (text) => {
    const known = new Map<string, readonly number[]>()
    const ends = (node: Node, at: number): readonly number[] => {
      switch (node.kind) {
        case 'pattern': {
          node.pattern.lastIndex = at
          const match = node.pattern.exec(text)
          return match === null ? [] : [at + match[0].length]
        }
        case 'rule': {
          const key = `${node.name} ${at}`
          const found = known.get(key)
          if (found !== undefined) return found
          const rule = rules.get(node.name)
          if (rule === undefined) throw new Error(`no rule ${node.name}`)
          const made = ends(rule, at)
          known.set(key, made)
          return made
        }
        case 'any':
          return [...new Set(node.nodes.flatMap((part) => ends(part, at)))]
        case 'all':
          return node.nodes.reduce<readonly number[]>((starts, part) => allEnds(part, starts), [at])
        case 'repeat': {
          const found = new Set(node.min === 0 ? [at] : [])
          let starts: readonly number[] = [at]
          for (let count = 1; count <= node.max && starts.length > 0; count++) {
            starts = allEnds(node.node, starts).filter((end) => count <= node.min || !found.has(end))
            if (count >= node.min) for (const end of starts) found.add(end)
          }
          return [...found]
        }
      }
    }
    const allEnds = (node: Node, starts: readonly number[]): readonly number[] => [
      ...new Set(starts.flatMap((start) => ends(node, start))),
    ]
    return ends({ kind: 'rule', name: 'root' }, 0).includes(text.length)
  }
}

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  whole(): Node {
    const node = this.#choice()
    if (this.#at < this.#source.length) throw new Error(`cannot read ${this.#source.slice(this.#at, this.#at + 40)}`)
    return node
  }

  #next(): RegExpExecArray | null {
    token.lastIndex = this.#at
    return token.exec(this.#source)
  }

  #choice(): Node {
    const nodes = [this.#sequence()]
    for (let match = this.#next(); match?.[4] === '|'; match = this.#next()) {
      this.#at += match[0].length
      nodes.push(this.#sequence())
    }
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'any', nodes }
  }

  #sequence(): Node {
    const nodes: Node[] = []
    for (let match = this.#next(); match !== null; match = this.#next()) {
      const [whole, literal, set, name, mark, count] = match
      if (mark === '|' || mark === ')') break
      this.#at += whole.length
      if (literal !== undefined) nodes.push(patternOf(escaped(JSON.parse(`"${literal}"`) as string)))
      else if (set !== undefined) nodes.push(patternOf(set))
      else if (name !== undefined) nodes.push({ kind: 'rule', name })
      else if (mark === '(') {
        nodes.push(this.#choice())
        const close = this.#next()
        if (close?.[4] !== ')') throw new Error('an open bracket is not closed')
        this.#at += close[0].length
      } else if (count !== undefined) {
        const node = nodes.pop()
        if (node === undefined) throw new Error('nothing to repeat')
        nodes.push({ kind: 'repeat', node, ...limits(count) })
      }
    }
    return { kind: 'all', nodes }
  }
}

function patternOf(source: string): Node {
  return { kind: 'pattern', pattern: new RegExp(source, 'uy') }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function limits(count: string): { min: number; max: number } {
  if (count === '?') return { min: 0, max: 1 }
  if (count === '*' || count === '+') return { min: count === '*' ? 0 : 1, max: Number.POSITIVE_INFINITY }
  const [min = '0', max] = count.slice(1, -1).split(',')
  return {
    min: Number(min),
    max: max === undefined ? Number(min) : max === '' ? Number.POSITIVE_INFINITY : Number(max),
  }
}
