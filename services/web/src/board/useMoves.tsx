/* Moving cards from the board: what is said about it, and the way back. */
import { useCallback, useRef, useState } from 'react';
import { Button, Snackbar, SnackbarContent } from '@mui/material';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { moveBack, moveCards, type Move, type Moved } from './moving';
import type { BoardStore } from './store';

const NOTE_MS = 8000;

export interface Note {
  /* a new one takes the place of the old one at once */
  n: number;
  text: string;
  undo: boolean;
}

export function MoveNote({ note, onUndo, onClose }: { note: Note; onUndo: () => void; onClose: () => void }) {
  const t = useT();
  return (
    <Snackbar key={note.n} open autoHideDuration={NOTE_MS} onClose={(_, why) => why === 'timeout' && onClose()} anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}>
      <SnackbarContent
        message={note.text}
        action={note.undo ? <Button onClick={onUndo} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.undo')}</Button> : undefined}
      />
    </Snackbar>
  );
}

export interface Moves {
  move: (ids: string[], to: string) => Promise<void>;
  undo: () => void;
  /* moved by hand lately */
  own: ReadonlySet<string>;
  note: Note | null;
  quiet: () => void;
  /* for readers */
  said: string;
  say: (text: string) => void;
}

export function useMoves(store: BoardStore, columnName: (key: string) => string, nameOf: (id: string) => string): Moves {
  const t = useT();
  const format = useFormat();
  const [own, setOwn] = useState<ReadonlySet<string>>(new Set());
  const [said, say] = useState('');
  const [note, setNote] = useState<Note | null>(null);
  const last = useRef<Move[]>([]);
  const notify = useCallback((text: string, undo: boolean) => setNote((old) => ({ n: (old?.n ?? 0) + 1, text, undo })), []);
  const quiet = useCallback(() => setNote(null), []);

  const undo = useCallback(() => {
    const moves = last.current;
    if (!moves.length) return;
    last.current = [];
    setNote(null);
    setOwn(new Set(moves.map((m) => m.id)));
    void moveBack(store, moves).then((all) => {
      const refused = all.reduce((n, m) => n + m.refused, 0);
      const text = refused ? t('board.refused', { count: format.integer(refused) }) : t('board.undone');
      notify(text, false);
      say(text);
    });
  }, [store, notify, t, format]);

  const tell = useCallback(
    ({ to, done, refused }: Moved) => {
      const [first] = done;
      if (refused) {
        const text = t('board.refused', { count: format.integer(refused) });
        if (refused > 1) notify(text, false);
        say(text);
      }
      if (!first) return;
      const column = columnName(to);
      const name = nameOf(first.id);
      const text = t('board.moved', { count: format.integer(done.length), name, column });
      last.current = done;
      notify(text, true);
      if (refused) return;
      const { ids } = store.state(to);
      const place = ids.indexOf(first.id) + 1;
      const count = store.totals?.get(to)?.count ?? ids.length;
      say(done.length === 1 ? t('board.moved_place', { name, column, place: format.integer(place), count: format.integer(count) }) : text);
    },
    [store, notify, t, format, columnName, nameOf],
  );

  const move = useCallback(
    async (ids: string[], to: string) => {
      setOwn(new Set(ids));
      const moved = await moveCards(store, ids, to);
      if (moved.done.length || moved.refused) tell(moved);
    },
    [store, tell],
  );
  return { move, undo, own, note, quiet, said, say };
}
