/* The people of a group as the assigner takes them: who is there, and how much each is given. */
import type { Rec } from '../api/records';
import { isAway } from './reading';

export interface Member {
  record: Rec;
  person: Rec | undefined;
  label: string;
  weight: number;
  state: 'available' | 'away' | 'inactive' | 'zero';
  /* 0…1 of what the group is given now */
  share: number;
}

export function membersOf(records: Rec[], people: Map<string, Rec> | undefined, now = Date.now()): Member[] {
  const members = records.map((record): Member => {
    const person = people?.get(String(record.person));
    const weight = record.weight == null ? 1 : Number(record.weight);
    const state = person?.inactive ? 'inactive' : isAway(person, now) ? 'away' : weight === 0 ? 'zero' : 'available';
    return { record, person, label: person?.label ?? record.labels?.person ?? '', weight, state, share: 0 };
  });
  const all = members.reduce((sum, m) => sum + (m.state === 'available' ? m.weight : 0), 0);
  for (const m of members) if (m.state === 'available' && all) m.share = m.weight / all;
  return members.sort((a, b) => a.label.localeCompare(b.label));
}

/* null: it is no weight */
export function parseWeight(text: string): number | undefined | null {
  const s = text.trim();
  if (s === '') return undefined;
  return /^\d{1,6}$/.test(s) ? Number(s) : null;
}
