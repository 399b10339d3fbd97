/* The metadata for everyone below: modules by path and by key. */
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import type { Company, Field, Metadata, Module } from './types';

interface Meta {
  company: Company;
  modules: Module[];
  byPath: (path: string | undefined) => Module | undefined;
  byKey: (key: string | undefined) => Module | undefined;
}

const MetaContext = createContext<Meta | null>(null);

export function MetadataProvider({ value, children }: { value: Metadata; children: ReactNode }) {
  const meta = useMemo<Meta>(() => {
    const paths = new Map(value.modules.map((m) => [m.path, m]));
    const keys = new Map(value.modules.map((m) => [m.key, m]));
    return {
      company: value.company,
      modules: value.modules,
      byPath: (path) => paths.get(path ?? ''),
      byKey: (key) => keys.get(key ?? ''),
    };
  }, [value]);
  return <MetaContext.Provider value={meta}>{children}</MetaContext.Provider>;
}

export function useMetadata(): Meta {
  const meta = useContext(MetaContext);
  if (!meta) throw new Error('no metadata above');
  return meta;
}

const ModuleContext = createContext<Module | null>(null);
export const ModuleProvider = ModuleContext.Provider;

/* The module of the page we are on. */
export function useModule(): Module {
  const module = useContext(ModuleContext);
  if (!module) throw new Error('no module above');
  return module;
}

export function fieldOf(module: Module, name: string): Field | undefined {
  return module.fields.find((f) => f.name === name);
}
