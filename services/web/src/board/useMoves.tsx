/* Moving cards from the board: what is said about it, and the way back. */
import { useCallback, useRef, useState } from 'react';
import { Button, SnackbarContent } from '@mui/material';
import { useCloseNotification, useNotify } from 'ra-core';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { moveBack, moveCards, type Move, type Moved } from './moving';
import type { BoardStore } from './store';

const NOTE_MS = 8000;

function UndoNote({ text, onUndo }: { text: string; onUndo: () => void }) {
  const t = useT();
  const close = useCloseNotification();
  const undo = () => {
    close();
    onUndo();
  };
  return (
    <SnackbarContent
      message={text}
      action={<Button onClick={undo} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.undo')}</Button>}
    />
  );
}

export interface Moves {
  move: (ids: string[], to: string) => Promise<void>;
  undo: () => void;
  /* moved by hand lately */
  own: ReadonlySet<string>;
  /* for readers */
  said: string;
  say: (text: string) => void;
}

export function useMoves(store: BoardStore, columnName: (key: string) => string, nameOf: (id: string) => string): Moves {
  const t = useT();
  const format = useFormat();
  const notify = useNotify();
  const [own, setOwn] = useState<ReadonlySet<string>>(new Set());
  const [said, say] = useState('');
  const last = useRef<Move[]>([]);

  const undo = useCallback(() => {
    const moves = last.current;
    if (!moves.length) return;
    last.current = [];
    setOwn(new Set(moves.map((m) => m.id)));
    void moveBack(store, moves).then((all) => {
      const refused = all.reduce((n, m) => n + m.refused, 0);
      const text = refused ? t('board.refused_many', { count: format.integer(refused) }) : t('board.undone');
      notify(text, { type: refused ? 'error' : 'info' });
      say(text);
    });
  }, [store, notify, t, format]);

  const tell = useCallback(
    ({ to, done, refused }: Moved) => {
      const [first] = done;
      if (refused) {
        const text = refused === 1 ? t('board.refused_one') : t('board.refused_many', { count: format.integer(refused) });
        if (refused > 1) notify(text, { type: 'error' });
        say(text);
      }
      if (!first) return;
      const column = columnName(to);
      const name = nameOf(first.id);
      const text = done.length === 1 ? t('board.moved_one', { name, column }) : t('board.moved_many', { count: format.integer(done.length), column });
      last.current = done;
      notify(<UndoNote text={text} onUndo={undo} />, { autoHideDuration: NOTE_MS });
      if (refused) return;
      const { ids } = store.state(to);
      const place = ids.indexOf(first.id) + 1;
      const count = store.totals?.get(to)?.count ?? ids.length;
      say(done.length === 1 ? t('board.moved_place', { name, column, place: format.integer(place), count: format.integer(count) }) : text);
    },
    [store, notify, t, format, columnName, nameOf, undo],
  );

  const move = useCallback(
    async (ids: string[], to: string) => {
      setOwn(new Set(ids));
      const moved = await moveCards(store, ids, to);
      if (moved.done.length || moved.refused) tell(moved);
    },
    [store, tell],
  );
  return { move, undo, own, said, say };
}
