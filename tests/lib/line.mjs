// A line between a browser and a suite that can be cut: what is open breaks, nothing new gets through.
import { createServer, connect } from 'node:net'
import { once } from 'node:events'

export class Line {
  #open = new Set()
  #whole = true
  // Every request's first line that passed.
  asked = []

  static async to(base) {
    const line = new Line()
    const { port } = new URL(base)
    line.server = createServer((near) => {
      if (!line.#whole) return near.destroy()
      near.on('data', (data) => line.asked.push(...(data.toString('latin1').match(/^(GET|POST|PATCH|DELETE) \S+/gm) ?? [])))
      const far = connect(Number(port), '127.0.0.1')
      for (const [one, other] of [[near, far], [far, near]]) {
        line.#open.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          line.#open.delete(one)
          other.destroy()
        })
      }
    })
    line.server.listen(0, '127.0.0.1')
    await once(line.server, 'listening')
    line.url = `http://localhost:${line.server.address().port}`
    return line
  }

  cut() {
    this.#whole = false
    for (const socket of this.#open) socket.destroy()
  }

  mend() {
    this.#whole = true
  }

  close() {
    this.cut()
    this.server.close()
  }
}
