/* Instants and wall-clock time in an IANA zone, by Intl alone. Wall-clock text is "YYYY-MM-DDTHH:mm". */

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(at: Date, zone: string): Record<string, string> {
  let f = formats.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    formats.set(zone, f);
  }
  return Object.fromEntries(f.formatToParts(at).map((p) => [p.type, p.value]));
}

/* Instant (RFC 3339) → wall clock in the zone; '' when it is no instant. */
export function toWall(instant: string, zone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '';
  const p = parts(at, zone);
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
}

/* Milliseconds that the zone is ahead of UTC at that instant. */
function offset(at: number, zone: string): number {
  const p = parts(new Date(at), zone);
  return Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`) - Math.floor(at / 1000) * 1000;
}

/* Wall clock in the zone → RFC 3339 UTC; '' when it is no time. In a gap of summer time the later reading counts. */
export function fromWall(wall: string, zone: string): string {
  const naive = Date.parse(`${wall}${wall.length === 10 ? 'T00:00' : ''}Z`);
  if (Number.isNaN(naive)) return '';
  const guess = naive - offset(naive, zone);
  const at = naive - offset(guess, zone);
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/* "2026-03-31" + days → "2026-04-03" */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function today(zone: string, now = new Date()): string {
  return toWall(now.toISOString(), zone).slice(0, 10);
}
