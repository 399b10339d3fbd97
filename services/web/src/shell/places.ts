/*
 * Where one can go: the everyday modules, what belongs to administration, each with its key after G. What a module is
 * comes from its metadata; the map below only puts those we know into a group and an order, with a line of what they are.
 */
import { useMemo } from 'react';
import { useMetadata } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useSession } from '../session/session';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { lettersOf } from './plain';

export type AdminGroup = 'people' | 'rights' | 'access' | 'data' | 'others';
export const ADMIN_GROUPS: AdminGroup[] = ['people', 'rights', 'access', 'data', 'others'];

interface Known {
  group: AdminGroup;
  hint: MessageKey;
}

/* in this order */
const KNOWN: Record<string, Known> = {
  'identity.user': { group: 'people', hint: 'places.users' },
  'identity.role': { group: 'people', hint: 'places.roles' },
  'identity.group': { group: 'people', hint: 'places.groups' },
  'identity.member': { group: 'people', hint: 'places.members' },
  'identity.profile': { group: 'rights', hint: 'places.profiles' },
  'identity.default_access': { group: 'rights', hint: 'places.defaults' },
  'identity.sharing_rule': { group: 'rights', hint: 'places.sharing' },
  'identity.user_session': { group: 'access', hint: 'places.sessions' },
  'identity.api_key': { group: 'access', hint: 'places.keys' },
  'identity.access': { group: 'access', hint: 'places.log' },
  'leads.assignment_rule': { group: 'data', hint: 'places.assignment' },
};
const ORDER = Object.keys(KNOWN);

/* Pages of administration that are no module. */
const PAGES: { to: string; icon: string; group: AdminGroup; title: MessageKey; hint: MessageKey; administrators: boolean }[] = [
  { to: '/admin/explain', icon: 'help', group: 'rights', title: 'places.explain_title', hint: 'places.explain', administrators: true },
  { to: '/jobs', icon: 'report', group: 'data', title: 'places.jobs_title', hint: 'places.jobs', administrators: false },
];

/* What everybody has, in the menu with their name. */
const MINE: { to: string; icon: string; title: MessageKey }[] = [
  { to: '/account', icon: 'person', title: 'user.account' },
  { to: '/guide', icon: 'help', title: 'user.guide' },
];

export interface Place {
  to: string;
  title: string;
  icon: string | undefined;
  /* after G; '' when no letter was left */
  letter: string;
  module?: Module;
  group?: AdminGroup;
  hint?: string;
}

const isAdministration = (m: Module): boolean => !!m.administrators || m.service === 'identity' || m.key in KNOWN;
const rank = (m: Module): number => (ORDER.indexOf(m.key) + ORDER.length + 1) % (ORDER.length + 1);

/* `everyday` stands in the rail; `administration` behind one entry of it, by group; `mine` in the menu with one's name. */
export function usePlaces(): { everyday: Place[]; administration: Place[]; home: Place | undefined; mine: Place[] } {
  const t = useT();
  const label = useLabel();
  const { modules } = useMetadata();
  const { administrator } = useSession().session.user;
  return useMemo(() => {
    const place = (module: Module): Place => ({ to: `/${module.path}`, title: label(module.plural), icon: module.icon, letter: '', module });
    const everyday = modules.filter((m) => !isAdministration(m)).map(place);
    const own = modules.filter(isAdministration).sort((a, b) => rank(a) - rank(b)).map((m): Place => {
      const known = KNOWN[m.key];
      return { ...place(m), group: known?.group ?? 'others', hint: known && t(known.hint) };
    });
    const pages = own.length === 0 ? [] : PAGES.filter((p) => administrator || !p.administrators)
      .map(({ to, icon, group, title, hint }): Place => ({ to, icon, letter: '', title: t(title), group, hint: t(hint) }));
    const administration = ADMIN_GROUPS.flatMap((g) => [...own, ...pages].filter((p) => p.group === g));
    const home: Place | undefined = own.length ? { to: '/admin', title: t('places.title'), icon: 'settings', letter: '' } : undefined;

    const all = [...everyday, ...(home ? [home] : []), ...administration];
    lettersOf(all.map((p) => p.title)).forEach((letter, i) => {
      const at = all[i];
      if (at) at.letter = letter;
    });
    const mine = MINE.map(({ to, icon, title }): Place => ({ to, icon, title: t(title), letter: '' }));
    return { everyday, administration, home, mine };
  }, [t, label, modules, administrator]);
}
