/* Draws what a module has in panels.ts for this record; nothing for the others. */
import { lazy, Suspense, type ComponentType } from 'react';
import { Skeleton } from '@mui/material';
import type { Rec } from '../api/records';
import type { Module } from '../meta/types';
import { panels, type PanelProps } from './panels';

const loaded = new Map<string, ComponentType<PanelProps>>();

function panelOf(key: string): ComponentType<PanelProps> | undefined {
  const load = panels[key];
  if (!load) return undefined;
  let panel = loaded.get(key);
  if (!panel) loaded.set(key, (panel = lazy(load)));
  return panel;
}

export function Panel({ module, record }: { module: Module; record: Rec }) {
  const Own = panelOf(module.key);
  if (!Own) return null;
  return (
    <Suspense fallback={<Skeleton variant="rounded" height={64} sx={{ mb: 4 }} />}>
      <Own record={record} key={record.id} />
    </Suspense>
  );
}
