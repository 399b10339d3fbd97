/* "/" leads to the module that was open last on this device, else to the first one. */
import { Navigate } from 'react-router-dom';
import { useStore } from 'ra-core';
import { useMetadata } from '../meta/metadata';

export function Home() {
  const { modules, byPath } = useMetadata();
  const [last] = useStore<string>('module', '');
  const module = byPath(last) ?? modules[0];
  return module ? <Navigate to={`/${module.path}`} replace /> : null;
}
