/* The file that was chosen, read here before it is sent: what it is, and what becomes of its columns. */
import { useState } from 'react';
import type { Module } from '../meta/types';
import { useT } from '../text/i18n';
import { countRows, readHead, type Head } from './csv';
import { planOf, type ColumnPlan, type Target } from './mapping';

export interface Chosen {
  file: File;
  /* one for each choice and plan: sending it again after a lost answer starts no second job */
  key: string;
  head: Head;
  rows: { count: number; guess: boolean };
  plan: ColumnPlan[];
}

const LOOKS_LIKE_CSV = /\.(csv|txt|tsv)$/i;

export function useChosenFile(module: Module) {
  const t = useT();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [reading, setReading] = useState(false);
  const [message, setMessage] = useState('');
  const [creates, setCreates] = useState(false);

  const choose = async (file: File | undefined) => {
    if (!file) return;
    setChosen(null);
    const wrong = !LOOKS_LIKE_CSV.test(file.name) ? t('import.not_csv') : file.size === 0 ? t('import.empty_file') : '';
    setMessage(wrong);
    if (wrong) return;
    setReading(true);
    try {
      const head = await readHead(file);
      if (!head) return setMessage(t('import.unreadable'));
      const rows = await countRows(file, head);
      setChosen({ file, key: crypto.randomUUID(), head, rows, plan: planOf(module, head.names, head.rows, creates) });
    } catch {
      setMessage(t('import.unreadable'));
    } finally {
      setReading(false);
    }
  };
  const aim = (index: number, target: Target) =>
    setChosen((old) => old && { ...old, key: crypto.randomUUID(), plan: old.plan.map((c, i) => (i === index ? { ...c, target } : c)) });
  const setCreateFields = (on: boolean) => {
    setCreates(on);
    setChosen((old) => old && { ...old, key: crypto.randomUUID(), plan: planOf(module, old.head.names, old.head.rows, on) });
  };
  const clear = () => setChosen(null);
  return { chosen, reading, message, setMessage, choose, aim, creates, setCreateFields, clear };
}
