// Codes of an authenticator (RFC 6238), by node.
import { createHmac } from 'node:crypto'

export function decode32(text) {
  let bits = ''
  for (const letter of text) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}

// The code `ahead` steps from now.
export function codeOf(secret, ahead = 0) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', decode32(secret)).update(counter).digest()
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

// Not within seconds of the next step, so that a test's codes stay what they are.
export async function calm() {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 4000) await new Promise((resolve) => setTimeout(resolve, left + 50))
}
