/* The page that a module has of its own, else the one that is drawn from the metadata. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { useModule } from '../meta/metadata';
import { ownPages, type OwnPages } from './pages';
import { Waiting } from './states';

const loaded = new Map<string, ComponentType>();

function pageOf(module: string, kind: keyof OwnPages): ComponentType | undefined {
  const load = ownPages[module]?.[kind];
  if (!load) return undefined;
  const name = `${module} ${kind}`;
  let page = loaded.get(name);
  if (!page) loaded.set(name, (page = lazy(load)));
  return page;
}

export function OwnPage({ kind, children }: { kind: keyof OwnPages; children: ReactNode }) {
  const Own = pageOf(useModule().key, kind);
  if (!Own) return children;
  return (
    <Suspense fallback={<Waiting />}>
      <Own />
    </Suspense>
  );
}
