/* Ways in, one function a route. All reject with Problem. */
import { BASE, call } from '../api/http';
import type { Session } from '../api/records';

export interface SignInOptions {
  /* nobody is there yet: the first administrator is made */
  set_up?: boolean;
  /* name of the identity provider */
  provider?: string;
  /* a forgotten password can be asked for */
  forgotten?: boolean;
}

export interface Credentials {
  email: string;
  password: string;
  /* six digits, or a recovery code */
  code?: string;
}

export interface FirstAdministrator {
  code: string;
  name: string;
  email: string;
  password: string;
}

const post = async <T>(path: string, body: unknown): Promise<T> => (await call<T>(path, { method: 'POST', body })).data;

export const readOptions = async (): Promise<SignInOptions> => (await call<SignInOptions>('/sign-in-options')).data;
export const signIn = (body: Credentials): Promise<Session> => post('/session', body);
export const forgot = (email: string): Promise<unknown> => post('/forgotten-password', { email });
export const setUp = (body: FirstAdministrator): Promise<unknown> => post('/set-up', body);
/* Chooses the password; gives the address it is for. */
export const spendLink = (token: string, password: string): Promise<{ email: string }> => post('/link', { token, password });

/* Where the browser goes to sign in at the provider; it comes back to `returnTo`. */
export const providerAddress = (returnTo: string): string => `${BASE}/oidc/start?return_to=${encodeURIComponent(returnTo)}`;
