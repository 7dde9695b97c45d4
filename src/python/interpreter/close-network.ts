/**
 * Takes from the sandbox process what Node's permission model leaves open: sockets, name look-ups, signals to other
 * processes, native add-ons. A second wall: the import firewall already keeps Python from reaching any JavaScript.
 * On Linux the process also has a network namespace of its own where the system allows it (`interpreter-process.ts`).
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'

function refuse(): never {
  throw new Error('the sandbox has no network and no other processes')
}

export function closeNetwork(): void {
  for (const module of [net, dgram, dns, dns.promises, http, http2, https, tls]) {
    for (const [name, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(module))) {
      if (typeof value === 'function' && writable === true) Object.assign(module, { [name]: refuse })
    }
  }
  syncBuiltinESMExports()
  for (const name of ['kill', 'dlopen', '_linkedBinding', 'getBuiltinModule', '_kill', 'abort', 'chdir']) {
    Object.defineProperty(process, name, { value: refuse })
  }
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']) {
    Object.defineProperty(globalThis, name, { value: undefined })
  }
}
