/* "/" leads to the module that was open last on this device, else to the first one. */
import { Navigate } from 'react-router-dom';
import { useStore } from 'ra-core';
import { useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { Nothing } from './states';

export function Home() {
  const t = useT();
  const { modules, byPath } = useMetadata();
  const [last] = useStore<string>('module', '');
  const module = byPath(last) ?? modules[0];
  return module ? <Navigate to={`/${module.path}`} replace /> : <Nothing title={t('error.no_rights')} hint={t('error.no_rights_hint')} />;
}
