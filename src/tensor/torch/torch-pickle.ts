/**
 * Reads the pickles in files that `torch.save` writes, as data: names of classes and functions are kept as names, calls
 * become plain records, and nothing is ever run. Knows the opcodes of protocols 2 to 5 that dictionaries, lists,
 * tuples, numbers, strings and tensors need; another opcode is an error that names it.
 */

/** A class or function by name, such as `torch._utils._rebuild_tensor_v2`. */
export interface PickledName {
  readonly kind: 'name'
  readonly name: string
}

/** A call that the pickle asks for; not made. `state` is what it would set afterwards. */
export interface PickledCall {
  readonly kind: 'call'
  readonly callee: unknown
  readonly arguments: readonly unknown[]
  state?: unknown
}

/** Something outside the pickle: a tensor's storage. */
export interface PickledReference {
  readonly kind: 'reference'
  readonly id: unknown
}

const mark = Symbol('mark')

/** What an opcode gives that pushes nothing. */
const nothing = Symbol('nothing')

/** @throws Error that says what is wrong. Dictionaries become Maps, tuples and lists arrays. */
export function readPickle(bytes: Uint8Array): unknown {
  const reader = new PickleReader(bytes)
  return reader.run()
}

class PickleReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0
  readonly #stack: unknown[] = []
  readonly #memo = new Map<number, unknown>()

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): unknown {
    for (;;) {
      const opcode = this.#number(1)
      // STOP
      if (opcode === 0x2e) return this.#pop()
      const value = this.#execute(opcode)
      if (value !== nothing) this.#stack.push(value)
    }
  }

  /** @returns what the opcode pushes. */
  #execute(opcode: number): unknown {
    switch (opcode) {
      case 0x80: // PROTO
        this.#at += 1
        return nothing
      case 0x95: // FRAME
        this.#at += 8
        return nothing
      case 0x28: // MARK
        return mark
      case 0x30: // POP
        this.#pop()
        return nothing
      case 0x4e: // NONE
        return null
      case 0x88: // NEWTRUE
        return true
      case 0x89: // NEWFALSE
        return false
      case 0x4a: // BININT
        this.#at += 4
        return this.#view.getInt32(this.#at - 4, true)
      case 0x4b: // BININT1
        return this.#number(1)
      case 0x4d: // BININT2
        return this.#number(2)
      case 0x8a: // LONG1
        return this.#long(this.#number(1))
      case 0x47: // BINFLOAT
        this.#at += 8
        return this.#view.getFloat64(this.#at - 8, false)
      case 0x58: // BINUNICODE
        return this.#text(this.#number(4))
      case 0x8c: // SHORT_BINUNICODE
        return this.#text(this.#number(1))
      case 0x43: // SHORT_BINBYTES
        return this.#take(this.#number(1))
      case 0x42: // BINBYTES
        return this.#take(this.#number(4))
      case 0x7d: // EMPTY_DICT
        return new Map()
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return []
      case 0x74: // TUPLE
      case 0x6c: // LIST
        return this.#untilMark()
      case 0x85: // TUPLE1
        return this.#popMany(1)
      case 0x86: // TUPLE2
        return this.#popMany(2)
      case 0x87: // TUPLE3
        return this.#popMany(3)
      case 0x61: // APPEND
        return this.#append([this.#pop()])
      case 0x65: // APPENDS
        return this.#append(this.#untilMark())
      case 0x73: // SETITEM
        return this.#setItems(this.#popMany(2))
      case 0x75: // SETITEMS
        return this.#setItems(this.#untilMark())
      case 0x71: // BINPUT
        this.#memo.set(this.#number(1), this.#stack.at(-1))
        return nothing
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#number(4), this.#stack.at(-1))
        return nothing
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#stack.at(-1))
        return nothing
      case 0x68: // BINGET
        return this.#memo.get(this.#number(1))
      case 0x6a: // LONG_BINGET
        return this.#memo.get(this.#number(4))
      case 0x63: // GLOBAL
        return { kind: 'name', name: `${this.#line()}.${this.#line()}` } satisfies PickledName
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2)
        return { kind: 'name', name: `${module}.${name}` } satisfies PickledName
      }
      case 0x51: // BINPERSID
        return { kind: 'reference', id: this.#pop() } satisfies PickledReference
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const [callee, given] = this.#popMany(2)
        return called(callee, given as unknown[])
      }
      case 0x62: {
        // BUILD
        const state = this.#pop()
        const target = this.#stack.at(-1) as Partial<PickledCall> | undefined
        if (target?.kind === 'call') target.state = state
        return nothing
      }
      default:
        throw new Error(`pickle opcode 0x${opcode.toString(16)} at byte ${this.#at - 1} is not read`)
    }
  }

  #number(width: 1 | 2 | 4): number {
    this.#at += width
    const at = this.#at - width
    if (width === 1) return this.#view.getUint8(at)
    return width === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true)
  }

  #take(length: number): Uint8Array {
    this.#at += length
    if (this.#at > this.#bytes.length) throw new Error('the pickle is cut off')
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.#take(length))
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    if (end === -1) throw new Error('the pickle is cut off')
    const text = this.#text(end - this.#at)
    this.#at = end + 1
    return text
  }

  /** Little-endian two's complement; large ones lose their last digits. */
  #long(length: number): number {
    const bytes = this.#take(length)
    let value = 0n
    bytes.forEach((byte, i) => {
      value |= BigInt(byte) << BigInt(8 * i)
    })
    return Number(BigInt.asIntN(8 * Math.max(1, length), value))
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw new Error('the pickle takes from an empty stack')
    return this.#stack.pop()
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw new Error('the pickle takes from an empty stack')
    return this.#stack.splice(-count)
  }

  #untilMark(): unknown[] {
    const at = this.#stack.lastIndexOf(mark)
    if (at === -1) throw new Error('the pickle lacks a mark')
    return this.#stack.splice(at).slice(1)
  }

  #append(items: readonly unknown[]): unknown {
    const list = this.#stack.at(-1)
    if (!Array.isArray(list)) throw new Error('the pickle appends to something that is not a list')
    list.push(...items)
    return nothing
  }

  #setItems(items: readonly unknown[]): unknown {
    const map = this.#stack.at(-1)
    if (!(map instanceof Map)) throw new Error('the pickle sets items of something that is not a dictionary')
    for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i], items[i + 1])
    return nothing
  }
}

/** An ordered dictionary is one; all other calls stay records. */
function called(callee: unknown, given: readonly unknown[]): unknown {
  const isName = typeof callee === 'object' && callee !== null && (callee as PickledName).kind === 'name'
  if (isName && (callee as PickledName).name === 'collections.OrderedDict' && given.length === 0) return new Map()
  return { kind: 'call', callee, arguments: given } satisfies PickledCall
}
