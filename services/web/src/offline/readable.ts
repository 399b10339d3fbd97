/* Which readings of the API are kept for when there is no connection: lists, records and what they are drawn by. */

const API = '/api/v1/';

/* ways in, secrets, streams, documents: nothing of it stays on a device */
const NEVER = new Set([
  'api-keys', 'api-key-secrets', 'links', 'invitations', 'sessions', 'accesses', 'second-factor', 'recovery-codes', 'oidc', 'sign-in-options', 'live', 'events',
  'dead-letters', 'docs', 'openapi.json', 'asyncapi.json',
]);
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/* The session, the metadata, first pages of lists, counts, records and their history. */
export function isReadable({ pathname, searchParams }: URL): boolean {
  if (!pathname.startsWith(API)) return false;
  const [first = '', second, third, ...more] = pathname.slice(API.length).split('/');
  if (!first || NEVER.has(first) || more.length || searchParams.has('cursor')) return false;
  if (second === undefined) return true;
  if (second === 'count') return third === undefined;
  return ID.test(second) && (third === undefined || third === 'history');
}
