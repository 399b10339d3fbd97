// The table that comes out.
const number = (value) => (typeof value !== 'number' ? value ?? '' : Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2))

export class Report {
  #rows = []
  #notes = []

  // value is what the goal is held against; ok: true, false, or undefined when there is no goal. Said at once, too.
  row({ row, what, ours, reference, value, goal, ok }) {
    const line = [row, what, number(ours), number(reference), number(value), goal ?? '', ok === undefined ? '' : ok ? 'ok' : 'below goal']
    this.#rows.push(line)
    console.log(line.join(' | '))
  }

  // atLeast or atMost says how value is held against its goal.
  goal({ atLeast, atMost, unit = '', ...row }) {
    const goal = atLeast !== undefined ? `≥ ${atLeast}${unit}` : `≤ ${atMost}${unit}`
    this.row({ ...row, goal, ok: atLeast !== undefined ? row.value >= atLeast : row.value <= atMost })
  }

  note(text) {
    this.#notes.push(text)
    console.log(`  ${text}`)
  }

  text() {
    const lines = [['row', 'what', 'ours', 'reference', 'ratio', 'goal', ''], ...this.#rows]
    const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => [...line[i]].length)))
    const table = lines.map((line) => line.map((cell, i) => cell + ' '.repeat(widths[i] - [...cell].length)).join(' | ').trimEnd())
    return [...table, '', ...this.#notes, ''].join('\n')
  }
}
