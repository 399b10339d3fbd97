// Controls that are hard to hit, on the screen as it is scrolled now.

// Runs in the page: how far from a control's middle a pointer still hits it, whatever is drawn there: its label, its ::after,
// the frame of an input that passes a click on. What is cut off by an edge of the screen or of what scrolls is not judged.
function measure(least) {
  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"], ' +
    ['button', 'link', 'tab', 'menuitem', 'menuitemradio', 'option', 'checkbox', 'radio', 'switch', 'separator', 'combobox'].map((role) => `[role=${role}]`).join()
  const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflow) && (e.scrollHeight > e.clientHeight || e.scrollWidth > e.clientWidth)
  const whole = (e) => {
    const r = e.getBoundingClientRect()
    if (r.width < 1 || r.height < 1) return false
    const within = (box) => r.top >= box.top - 1 && r.bottom <= box.bottom + 1 && r.left >= box.left - 1 && r.right <= box.right + 1
    for (let up = e.parentElement; up; up = up.parentElement) if (scrolls(up) && !within(up.getBoundingClientRect())) return false
    return within({ top: 0, left: 0, bottom: innerHeight, right: innerWidth })
  }
  const hits = (e, x, y) => {
    const at = document.elementFromPoint(x, y)
    if (!at) return false
    if (e.contains(at)) return true
    if (at.closest('label')?.control === e) return true
    return e.matches('input, textarea, [role=combobox]') && !!e.closest('.MuiInputBase-root')?.contains(at) && !at.closest('button')
  }
  // What ends it may be an edge of what scrolls, or a bar that stays above: then nobody knows.
  const covered = (e, x, y) => {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return true
    for (let at = document.elementFromPoint(x, y); at && !at.contains(e); at = at.parentElement) if (/sticky|fixed/.test(getComputedStyle(at).position)) return true
    for (let up = e.parentElement; up; up = up.parentElement) {
      const box = up.getBoundingClientRect()
      if (scrolls(up) && (x < box.left || x >= box.right || y < box.top || y >= box.bottom)) return true
    }
    return false
  }
  const extent = (e, x, y, dx, dy, ends) => {
    let n = 0
    while (n < least && hits(e, x + dx * (n + 1), y + dy * (n + 1))) n++
    if (n < least) ends.push([x + dx * (n + 1), y + dy * (n + 1)])
    return n
  }
  // In a line of text that says more than the link.
  const inText = (e) => getComputedStyle(e).display === 'inline' && [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
  // The arrow of a lookup: a tap anywhere on its input does the same.
  const twin = (e) => e.matches('.MuiAutocomplete-popupIndicator')
  const all = [...document.querySelectorAll(CONTROLS)].flatMap((e) => {
    if (e.disabled || twin(e) || e.closest('[aria-hidden=true]') || e.getAttribute('role') === 'region' || scrolls(e) || !whole(e)) return []
    const r = e.getBoundingClientRect()
    const [x, y] = [r.left + r.width / 2, r.top + r.height / 2]
    if (!hits(e, x, y)) return []
    const far = least / 2 - 0.5
    if ([[far, 0], [-far, 0], [0, far], [0, -far]].every(([dx, dy]) => hits(e, x + dx, y + dy))) return [{ e, x, y, w: least, h: least, box: { l: r.left, t: r.top, r: r.right, b: r.bottom } }]
    const ends = []
    const [l, t] = [extent(e, x, y, -1, 0, ends), extent(e, x, y, 0, -1, ends)]
    const [w, h] = [l + 1 + extent(e, x, y, 1, 0, ends), t + 1 + extent(e, x, y, 0, 1, ends)]
    if ((w < least || h < least) && ends.some(([px, py]) => covered(e, px, py))) return []
    return [{ e, x, y, w, h, box: { l: x - l, t: y - t, r: x - l + w, b: y - t + h } }]
  })
  const small = all.filter(({ w, h }) => w < least || h < least)
  // WCAG 2.5.8: what stands alone in a circle of 24 px may be smaller.
  const gap = ({ x, y }, { l, t, r, b }) => Math.hypot(Math.max(l - x, 0, x - r), Math.max(t - y, 0, y - b))
  const alone = (one) => least <= 24 && all.every((o) => o.e === one.e || o.e.contains(one.e) || one.e.contains(o.e) ||
    (gap(one, o.box) >= 12 && (!small.includes(o) || Math.hypot(o.x - one.x, o.y - one.y) >= 24)))
  const words = (e) => e.getAttribute('aria-label') ?? (e.innerText || e.title || e.name || e.outerHTML.slice(0, 80))
  return { judged: all.length, small: small.filter((one) => !inText(one.e) && !alone(one)).map(({ e, w, h }) => `${e.localName} ${words(e).trim().slice(0, 60)}: ${w} × ${h}`) }
}

// The controls smaller than that, in words; `judged`: how many were looked at.
export const smallTargets = (page, least) => page.evaluate(measure, least)
