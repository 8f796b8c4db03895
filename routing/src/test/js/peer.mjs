// A js-libp2p peer that a test drives by lines on its standard input:
//   connect ADDRESS | protocols PEER | ping PEER | echo PEER BYTES
// Each is answered by one line, "OK ..." or "ERROR ...". The first line is "READY PEER ADDRESS".
// With --psk FILE it is in a private network.
import './polyfills.mjs'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const ECHO = '/echo/1.0.0'
const PART_BYTES = 100_000
const PATIENCE_MS = 20_000

function options () {
  const psk = process.argv.indexOf('--psk')
  return {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionProtector:
      psk < 0 ? undefined : preSharedKey({ psk: readFileSync(process.argv[psk + 1]) }),
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1000 },
    services: { identify: identify(), identifyPush: identifyPush(), ping: ping() }
  }
}

async function serveEcho (stream) {
  for await (const bytes of stream) {
    if (!stream.send(bytes)) {
      await stream.onDrain()
    }
  }
  await stream.close()
}

async function echo (peer, length) {
  const stream = await node.dialProtocol(peer, ECHO)
  const sent = Buffer.alloc(length)
  for (let i = 0; i < length; i++) {
    sent[i] = (i * 31 + (i >> 8)) & 0xff
  }
  const sendPart = from => stream.send(sent.subarray(from, from + PART_BYTES))
  let at = PART_BYTES
  let received = 0
  sendPart(0)
  for await (const bytes of stream) {
    const part = Buffer.from(bytes.subarray())
    if (!part.equals(sent.subarray(received, received + part.length))) {
      throw new Error(`other bytes come back at ${received}`)
    }
    received += part.length
    if (received === length) {
      break
    }
    if (received === at) {
      sendPart(at)
      at += PART_BYTES
    }
  }
  await stream.close()
  if (received !== length) {
    throw new Error(`${received} of ${length} bytes come back`)
  }
}

async function protocols (peer) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const known = (await node.peerStore.get(peer)).protocols
    if (known.length > 0) {
      return known.join(',')
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('not identified')
}

const commands = {
  connect: async address => (await node.dial(multiaddr(address))).remotePeer.toString(),
  protocols: async peer => protocols(peerIdFromString(peer)),
  ping: async peer => node.services.ping.ping(peerIdFromString(peer)),
  echo: async (peer, length) => echo(peerIdFromString(peer), Number(length))
}

const node = await createLibp2p(options())
await node.handle(ECHO, serveEcho)
console.log('READY', node.peerId.toString(), node.getMultiaddrs()[0].toString())
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.split(' ')
  try {
    console.log('OK', (await commands[command](...words)) ?? '')
  } catch (e) {
    console.log('ERROR', `${e}`.replaceAll('\n', ' '))
  }
}
await node.stop()
process.exit(0)
