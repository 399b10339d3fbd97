/* What react-query holds of a changed record is read again: at once where it is on screen, else when it is next shown. */
import type { Query, QueryClient } from '@tanstack/react-query';
import { metadataQuery } from '../app/queries';
import { forgetKept } from '../offline/register';
import type { LiveChange } from './live';

const GATHER_MS = 50;
const SPREAD_MS = 1500;

/* by module: the newest version told by id */
const changed = new Map<string, Map<string, number>>();
let timer: ReturnType<typeof setTimeout> | undefined;

const versionOf = (data: unknown): number => (data as { version?: number } | undefined)?.version ?? 0;

/* Whether the query holds one of these records in another version. */
function holds({ queryKey, state }: Query, module: string, path: string, ids: ReadonlyMap<string, number>): boolean {
  const [first, kind, what] = queryKey as [string, string?, unknown?];
  if (first === 'text') return kind === module && ids.has(String(what));
  if (first !== path) return false;
  if (kind === 'getOne') {
    const version = ids.get((what as { id: string }).id);
    return version !== undefined && versionOf(state.data) < version;
  }
  if (kind === 'getMany') return (what as { ids: unknown[] }).ids.some((id) => ids.has(String(id)));
  return false;
}

function renew(client: QueryClient, due: (q: Query) => boolean): void {
  for (const query of client.getQueryCache().findAll({ predicate: due })) {
    /* a text that nobody shows may have come with a record: the next one that does is taken */
    if (query.queryKey[0] === 'text' && !query.getObserversCount()) client.removeQueries({ queryKey: query.queryKey, exact: true });
    else void client.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: document.hidden ? 'none' : 'active' });
  }
}

const paths = (client: QueryClient): Map<string, string> =>
  new Map(client.getQueryData(metadataQuery.queryKey)?.modules.map((m) => [m.key, m.path]));

function flush(client: QueryClient): void {
  timer = undefined;
  const gathered = [...changed];
  changed.clear();
  const pathOf = paths(client);
  renew(client, (q) => gathered.some(([module, ids]) => holds(q, module, pathOf.get(module) ?? '', ids)));
}

const RECORDS = new Set(['getOne', 'getMany', 'history']);

export function freshen(client: QueryClient, change: LiveChange): void {
  if (change.kind === 'record') {
    const ids = changed.get(change.module) ?? new Map<string, number>();
    const version = change.version ?? Infinity;
    changed.set(change.module, ids.set(change.id, Math.max(version, ids.get(change.id) ?? 0)));
    timer ??= setTimeout(() => flush(client), GATHER_MS);
    return;
  }
  /* of the module, or of all: not everybody at the same moment */
  setTimeout(() => {
    const known = paths(client);
    const within = new Set(change.kind === 'many' ? [known.get(change.module)] : known.values());
    renew(client, ({ queryKey: [first, kind] }) =>
      first === 'text' ? change.kind === 'reset' || kind === change.module : within.has(String(first)) && RECORDS.has(String(kind)));
  }, Math.random() * SPREAD_MS);
}

/* Rights have changed: everything but the session is read again, the metadata first. */
export function freshenAll(client: QueryClient): void {
  forgetKept();
  void client.invalidateQueries(metadataQuery).then(() =>
    client.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'session' && first !== 'metadata' }));
}
