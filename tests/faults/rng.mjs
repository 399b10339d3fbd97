// Numbers that a seed decides: what happens in a run can happen again.
export class Rng {
  #state

  constructor(seed) {
    this.#state = Number(seed) >>> 0
  }

  // [0, 1): mulberry32.
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let n = this.#state
    n = Math.imul(n ^ (n >>> 15), n | 1)
    n ^= n + Math.imul(n ^ (n >>> 7), n | 61)
    return ((n ^ (n >>> 14)) >>> 0) / 4294967296
  }

  // An integer, both ends included.
  between(from, to) {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  chance(p) {
    return this.next() < p
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)]
  }

  shuffled(list) {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.between(0, i)
      ;[out[i], out[j]] = [out[j], out[i]]
    }
    return out
  }

  // A generator of its own, so that who draws more does not change what others draw.
  fork() {
    return new Rng(Math.floor(this.next() * 4294967296))
  }
}
