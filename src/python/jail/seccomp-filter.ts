/**
 * A seccomp filter for the jail, as the kernel reads it: no new processes or threads, no mounts, namespaces, tracing, kernel
 * modules, keys or memory files. Without it, a fork loop as root passes every limit on processes.
 */

interface Machine {
  /** AUDIT_ARCH of linux/audit.h. */
  readonly audit: number
  readonly denied: readonly number[]
}

/** Numbers of: clone, fork, vfork, ptrace, mounts, roots, namespaces, bpf, perf, keys, userfaultfd, io_uring, modules, memory files. */
const machines: Readonly<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    denied: [
      ...[56, 57, 58, 101, 155, 161, 165, 166, 167, 169, 175, 246, 248, 249, 250, 272, 298, 304, 308, 310, 311, 313],
      ...[319, 321, 323, 425, 428, 429, 430, 431, 432, 442, 447],
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    denied: [
      ...[39, 40, 41, 51, 97, 105, 117, 142, 217, 218, 219, 220, 224, 241, 265, 268, 270, 271, 273, 279, 280, 282],
      ...[425, 428, 429, 430, 431, 432, 442, 447],
    ],
  },
}

const clone3 = 435
const load = 0x20
const jumpIfEqual = 0x15
const jumpIfGreaterOrEqual = 0x35
const answer = 0x06
const allow = 0x7fff0000
const kill = 0x80000000
const errno = (number: number): number => 0x00050000 | number
const notPermitted = errno(1)
/** The C library then tries `clone`. */
const notImplemented = errno(38)
/** System calls of the 32-bit interface on x64 have this bit. */
const foreignBit = 0x40000000

/** @returns null for a machine that it has no numbers of. */
export function seccompFilter(architecture: string = process.arch): Buffer | null {
  const machine = machines[architecture]
  if (machine === undefined) return null
  const lines: (readonly [code: number, ifTrue: number, ifFalse: number, value: number])[] = [
    [load, 0, 0, 4],
    [jumpIfEqual, 1, 0, machine.audit],
    [answer, 0, 0, kill],
    [load, 0, 0, 0],
    [jumpIfGreaterOrEqual, 0, 1, foreignBit],
    [answer, 0, 0, kill],
    [jumpIfEqual, 0, 1, clone3],
    [answer, 0, 0, notImplemented],
    ...machine.denied.flatMap((number) => [
      [jumpIfEqual, 0, 1, number] as const,
      [answer, 0, 0, notPermitted] as const,
    ]),
    [answer, 0, 0, allow],
  ]
  const filter = Buffer.alloc(lines.length * 8)
  lines.forEach(([code, ifTrue, ifFalse, value], index) => {
    filter.writeUInt16LE(code, index * 8)
    filter.writeUInt8(ifTrue, index * 8 + 2)
    filter.writeUInt8(ifFalse, index * 8 + 3)
    filter.writeUInt32LE(value, index * 8 + 4)
  })
  return filter
}
