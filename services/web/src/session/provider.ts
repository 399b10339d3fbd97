/* What came of a sign-in at the identity provider: its failures stand in the address, once. */

const FAULTS = ['state', 'person', 'refused', 'away'] as const;
export type ProviderFault = (typeof FAULTS)[number];

/* The API's code → which of our sentences; undefined for an address that says nothing of this. */
export function faultOf(code: string | null): ProviderFault | undefined {
  if (!code) return undefined;
  const name = FAULTS.find((f) => `oidc_${f}` === code);
  return name ?? 'away';
}

/* Reads it and takes it out of the address, so that a reload doesn't say it again. */
export function takeProviderFault(): ProviderFault | undefined {
  const url = new URL(window.location.href);
  const fault = url.pathname === '/' ? faultOf(url.searchParams.get('error')) : undefined;
  if (!fault) return undefined;
  url.searchParams.delete('error');
  window.history.replaceState(window.history.state, '', url);
  return fault;
}
