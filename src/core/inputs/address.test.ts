import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { modelServer, refuseAddress, trainingServer } from './address.ts'

const words = ['executor', 'simulator']
const meant = (text: string): unknown => refuseAddress(text, modelServer, words)?.meant

describe('addresses of model servers', () => {
  test('an address is taken as it is', () => {
    const good = [
      'http://localhost:8002/v1',
      'https://api.example.com/v1',
      'http://127.0.0.1:8080',
      'http://[::1]:8000/v1/',
      'https://gateway.example.com/openai/deployments/gpt',
    ]
    for (const text of [...good, ...words]) assert.equal(refuseAddress(text, modelServer, words), null, text)
  })

  test('what is missing or misspelt is put right', () => {
    const cases: Readonly<Record<string, string>> = {
      'localhost:8002': 'http://localhost:8002/v1',
      'localhost:8002/v1': 'http://localhost:8002/v1',
      localhost: 'http://localhost:8000/v1',
      'gpu-box:8000': 'http://gpu-box:8000/v1',
      '127.0.0.1:8080/v1': 'http://127.0.0.1:8080/v1',
      'api.example.com/v1': 'https://api.example.com/v1',
      'http:/localhost:8002/v1': 'http://localhost:8002/v1',
      'http:localhost:8002/v1': 'http://localhost:8002/v1',
      'http//localhost:8002/v1': 'http://localhost:8002/v1',
      'htp://localhost:8002/v1': 'http://localhost:8002/v1',
      'https//api.example.com/v1': 'https://api.example.com/v1',
      'http:\\\\localhost:8002': 'http://localhost:8002/v1',
      'ws://localhost:8002': 'http://localhost:8002/v1',
      'http://localhost:8002/v1/chat/completions': 'http://localhost:8002/v1',
      'http://localhost:8002/v1/models/': 'http://localhost:8002/v1',
      'localhost:8002/v1/chat/completions': 'http://localhost:8002/v1',
      ' http://localhost:8002/v1': 'http://localhost:8002/v1',
      'http://local host:8002/v1': 'http://localhost:8002/v1',
      '//localhost:8002/v1': 'http://localhost:8002/v1',
      Simulator: 'simulator',
      simulater: 'simulator',
      EXECUTOR: 'executor',
    }
    for (const [text, address] of Object.entries(cases)) {
      assert.equal(meant(text), address, text)
      assert.equal(refuseAddress(address, modelServer, words), null, address)
    }
  })

  test('where nothing can be guessed it is refused all the same', () => {
    for (const text of ['', '  ', 'http://', 'http://:8000', 'http://localhost:99999/v1', 'http://::1:8000']) {
      const refusal = refuseAddress(text, modelServer, words)
      assert.ok(refusal !== null && refusal.why.length > 5, text)
      assert.equal(refusal.meant, undefined, text)
    }
    assert.match(refuseAddress('http://localhost:99999', modelServer)?.why ?? '', /no port 99999/)
  })

  test('what may hold a secret says so', () => {
    const secrets = [
      'https://user:pass@host/v1',
      'user:pass@host:8000',
      'https://api.example.com/v1?key=abc',
      'api.example.com?api_key=abc',
      'https://api.example.com/v1#abc',
    ]
    for (const text of secrets) {
      const refusal = refuseAddress(text, modelServer)
      assert.equal(refusal?.isSecret, true, text)
      assert.doesNotMatch(`${refusal.why} ${refusal.advice}`, /abc|pass@/)
    }
  })
})

test('a training server is named without the path of its protocol', () => {
  assert.equal(refuseAddress('http://127.0.0.1:10610', trainingServer), null)
  for (const text of ['localhost:10610', 'localhost', 'http://localhost:10610/api/v1', 'localhost:10610/api/v1/']) {
    assert.equal(refuseAddress(text, trainingServer)?.meant, 'http://localhost:10610', text)
  }
})
