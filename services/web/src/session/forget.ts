/* What this device keeps for one person goes as soon as nobody, or somebody else, is signed in. */
import type { QueryClient } from '@tanstack/react-query';
import type { Session } from '../api/records';
import { forgetOthers, forgetTabOfOthers } from '../lib/personal';

export function forgetWithSession(client: QueryClient): void {
  client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.queryKey[0] !== 'session' || query.state.status !== 'success') return;
    const user = (query.state.data as Session | null)?.user.id ?? '';
    forgetOthers(user);
    forgetTabOfOthers(user);
  });
}
