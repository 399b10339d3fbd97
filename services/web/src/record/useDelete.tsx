/* Deleting: done at once, and undone from the note that says so. */
import { useCallback, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { useNavigate } from 'react-router-dom';
import { remove, restore } from '../api/client';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { listAddress } from '../list/useListState';
import type { Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { useRemoval } from '../text/removal';
import { UndoNote } from './undo';

export function useDelete(module: Module, record: Rec): { act: () => void; busy: boolean } {
  const t = useT();
  const removal = useRemoval(module);
  const labelOf = useLabel();
  const notify = useNotify();
  const explain = useExplain();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const one = [module.path, 'getOne', { id: record.id }];

  const act = useCallback(async () => {
    setBusy(true);
    const label = record.label || labelOf(module.label);
    const key = crypto.randomUUID();
    const undo = async () => {
      await restore(module.path, record.id, key);
      await client.invalidateQueries({ queryKey: [module.path] });
      return t('record.restored', { label });
    };
    try {
      await remove(module.path, record.id, record.version);
      navigate(listAddress(module.path));
      client.removeQueries({ queryKey: one });
      void client.invalidateQueries({ queryKey: [module.path] });
      const message = removal.gone(label);
      notify(removal.final ? message : <UndoNote message={message} undo={undo} failed={t('record.not_restored')} />, { autoHideDuration: 12_000 });
    } catch (e) {
      setBusy(false);
      /* someone else changed it: show how it is now before it is deleted */
      void client.invalidateQueries({ queryKey: one });
      notify(`${removal.failed}: ${explain(e)}`, { type: 'error' });
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `one` and `removal` follow module and record
  }, [module, record, client, notify, navigate, explain, t, labelOf]);
  return { act: () => void act(), busy };
}
