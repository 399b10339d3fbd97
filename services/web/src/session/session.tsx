/*
 * Who is signed in. Nothing below is drawn before that is known. When the session ends while someone works, the sign-in
 * covers the page without taking it down, so what was being written is still there afterwards.
 */
import { createContext, lazy, Suspense, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call, onSignedOut } from '../api/http';
import { isProblem } from '../api/problem';
import type { Session } from '../api/records';
import { leaveToOther } from '../app/leaving';
import { StartFailed, Waiting } from '../app/states';
import { forgetKept } from '../offline/register';
import { useLanguageOf } from './language';

const SignIn = lazy(() => import('./SignIn'));

export async function readSession(): Promise<Session | null> {
  try {
    return (await call<Session>('/session')).data;
  } catch (e) {
    if (isProblem(e) && e.status === 401) return null;
    throw e;
  }
}

interface SessionValue {
  session: Session;
  signOut: () => Promise<void>;
}

const SessionContext = createContext<SessionValue | null>(null);

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (!value) throw new Error('no session above');
  return value;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const { data: session, error, isPending, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: readSession,
    staleTime: Infinity,
    gcTime: Infinity,
  });

  useLanguageOf(session);
  useEffect(() => {
    onSignedOut(() => {
      forgetKept();
      setEnded(true);
    });
    return () => onSignedOut(() => undefined);
  }, []);

  const signedIn = useCallback(
    (next: Session) => {
      /* someone else's data must not stay on the screen */
      if (session && session.user.id !== next.user.id) return leaveToOther();
      client.setQueryData(['session'], next);
      setEnded(false);
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    },
    [client, session],
  );

  const value = useMemo<SessionValue | null>(
    () =>
      session
        ? {
            session,
            signOut: async () => {
              await call('/session', { method: 'DELETE' });
              sessionStorage.clear();
              window.location.assign('/');
            },
          }
        : null,
    [session],
  );

  if (isPending) return <Waiting />;
  if (error && !session) return <StartFailed error={error} retry={() => void refetch()} />;
  return (
    <>
      {value && <SessionContext.Provider value={value}>{children}</SessionContext.Provider>}
      {(!value || ended) && (
        <Suspense fallback={<Waiting />}>
          <SignIn again={!!value} email={session?.user.email} onSignedIn={signedIn} />
        </Suspense>
      )}
    </>
  );
}
