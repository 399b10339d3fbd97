/* API keys: a record that says what the key may do, and its secret, which is told once. */
import { useQueryClient } from '@tanstack/react-query';
import { create } from '../api/client';
import { call } from '../api/http';
import type { Rec } from '../api/records';

export const KEY_MODULE = 'identity.api_key';
export const KEY_PATH = 'api-keys';

export interface NewKey {
  name: string;
  expires_at: string;
  scopes: string[];
}

export interface Issued {
  key: Rec;
  secret: string;
}

/* A new secret; the former one ends. */
export function useIssue(): (key: Rec) => Promise<Issued> {
  const client = useQueryClient();
  return async (key) => {
    const { data } = await call<{ token: string }>('/api-key-secrets', { method: 'POST', body: { key: key.id } });
    await client.invalidateQueries({ queryKey: [KEY_PATH] });
    return { key, secret: data.token };
  };
}

/* `submit` names the try, so that trying again makes no second key. */
export async function createKey(values: NewKey, submit: string): Promise<Rec> {
  return create(KEY_PATH, { ...values }, submit);
}

export type KeyState = 'none' | 'expired' | 'soon' | 'good';
const SOON_MS = 14 * 86_400_000;

export function stateOf(key: Rec, now = Date.now()): KeyState {
  const left = Date.parse(String(key.expires_at)) - now;
  if (left <= 0) return 'expired';
  if (!key.prefix) return 'none';
  return left < SOON_MS ? 'soon' : 'good';
}
