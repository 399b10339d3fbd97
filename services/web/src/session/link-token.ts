/*
 * The token of a one-time link. It is taken out of the address before anything else is asked for: it stays neither in the
 * browser's history nor in a Referer. Imported before the router looks at the address.
 */

const PATH = '/enlace';
let token = '';

const found = new RegExp(`^${PATH}/([\\w-]{1,100})/?$`).exec(window.location.pathname);
if (found?.[1]) {
  token = found[1];
  window.history.replaceState(null, '', PATH);
}

export const linkToken = (): string => token;
/* It opens nothing any more. */
export function forgetLinkToken(): void {
  token = '';
}
