/*
 * The way in, step by step on one page: e-mail and password, the code of the second factor, a forgotten password; in an
 * empty installation its first administrator. `again` when it covers a page whose session has ended.
 */
import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Session } from '../api/records';
import { Waiting } from '../app/states';
import { useT } from '../text/i18n';
import { readOptions, type Credentials } from './api';
import { CodeStep } from './CodeStep';
import { Forgotten } from './Forgotten';
import { PasswordStep } from './PasswordStep';
import { SetUp } from './SetUp';
import { takeProviderFault } from './provider';

export interface SignInProps {
  again: boolean;
  email?: string;
  /* a password that is right already: only the code is missing */
  known?: Credentials;
  onSignedIn: (session: Session) => void;
}

export default function SignIn({ again, email, known, onSignedIn }: SignInProps) {
  const t = useT();
  const [step, setStep] = useState<'password' | 'code' | 'forgotten'>(known ? 'code' : 'password');
  const [credentials, setCredentials] = useState<Credentials>(known ?? { email: email ?? '', password: '' });
  const [message, setMessage] = useState('');
  const { data: options, isPending, failureCount } = useQuery({ queryKey: ['sign-in-options'], queryFn: readOptions, staleTime: Infinity, retry: 1 });

  /* the provider sends whoever it did not let in back to the first page */
  useEffect(() => {
    const fault = takeProviderFault();
    if (fault) setMessage(t(`session.provider_${fault}`));
  }, [t]);

  /* what it offers is known before it is drawn, so that nothing moves under the hand */
  if (isPending && !failureCount && !again && !known) return <Waiting />;
  if (options?.set_up && !again) return <SetUp onSignedIn={onSignedIn} />;
  if (step === 'forgotten') return <Forgotten email={credentials.email} onBack={() => setStep('password')} />;
  if (step === 'code') {
    return (
      <CodeStep
        credentials={credentials} onSignedIn={onSignedIn}
        onBack={(said = '') => {
          setMessage(said);
          setCredentials({ ...credentials, password: '' });
          setStep('password');
        }}
      />
    );
  }
  return (
    <PasswordStep
      again={again} options={options} credentials={credentials} onChange={setCredentials} message={message} onMessage={setMessage}
      onSignedIn={onSignedIn} onCode={() => setStep('code')} onForgotten={() => setStep('forgotten')}
    />
  );
}
