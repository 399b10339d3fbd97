/* Puts the module named by the address around its pages. */
import { useEffect } from 'react';
import { Button } from '@mui/material';
import { ResourceContextProvider, useStore } from 'ra-core';
import { Link, Outlet, useParams } from 'react-router-dom';
import { ModuleProvider, useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { Nothing } from './states';

export function ModuleRoute() {
  const t = useT();
  const { path } = useParams();
  const module = useMetadata().byPath(path);
  const [, setLast] = useStore<string>('module', '');
  useEffect(() => {
    if (module) setLast(module.path);
  }, [module, setLast]);

  if (!module) {
    return (
      <Nothing title={t('error.no_module')}>
        <Button component={Link} to="/" variant="outlined">{t('error.home')}</Button>
      </Nothing>
    );
  }
  return (
    <ResourceContextProvider value={module.path}>
      <ModuleProvider value={module} key={module.path}>
        <Outlet />
      </ModuleProvider>
    </ResourceContextProvider>
  );
}
