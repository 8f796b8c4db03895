// Nodes of a DHT of js-libp2p that know each other, as many as the argument says; a test drives them
// by lines on their standard input:
//   connect NODE ADDRESS | provide NODE KEY | find NODE KEY COUNT | table NODE
// Each is answered by one line, "OK ..." or "ERROR ...". The first line is "READY PEER ADDRESS".
import './polyfills.mjs'
import { createInterface } from 'node:readline'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'

const RAW = 0x55
const CONNECTIONS = 300

function create () {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1000, maxConnections: CONNECTIONS },
    services: {
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping(),
      dht: kadDHT({
        protocol: '/spegel/kad/1.0.0',
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true,
        initialQuerySelfInterval: 200
      })
    }
  })
}

// A key as Spegel makes it.
async function cidOf (text) {
  return CID.createV1(RAW, await sha256.digest(new TextEncoder().encode(text)))
}

async function find (node, text, count) {
  const found = new Set()
  for await (const event of node.services.dht.findProviders(await cidOf(text))) {
    if (event.name === 'PROVIDER') {
      event.providers.forEach(provider => found.add(provider.id.toString()))
    }
    if (found.size >= count) {
      break
    }
  }
  return [...found].join(',')
}

async function provide (node, text) {
  for await (const event of node.services.dht.provide(await cidOf(text))) {
    void event
  }
}

function table (node) {
  const ids = []
  for (const peer of node.services.dht.routingTable.kb.toIterable()) {
    ids.push(peer.peerId.toString())
  }
  return ids.join(',')
}

const commands = {
  connect: async (node, address) => (await node.dial(multiaddr(address))).remotePeer.toString(),
  provide,
  find: async (node, text, count) => find(node, text, Number(count)),
  table: async node => table(node)
}

const nodes = []
for (let i = 0; i < Number(process.argv[2]); i++) {
  const node = await create()
  if (i > 0) {
    await node.dial(nodes[0].getMultiaddrs())
  }
  nodes.push(node)
}

console.log('READY', nodes[0].peerId.toString(), nodes[0].getMultiaddrs()[0].toString())
for await (const line of createInterface({ input: process.stdin })) {
  const [command, index, ...words] = line.split(' ')
  try {
    console.log('OK', (await commands[command](nodes[Number(index)], ...words)) ?? '')
  } catch (e) {
    console.log('ERROR', `${e}`.replaceAll('\n', ' '))
  }
}
process.exit(0)
