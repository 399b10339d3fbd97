/* A card of four lines: its name, two facts, whose it is and a date; or why it could not be moved. */
import { memo, type KeyboardEvent, type MouseEvent } from 'react';
import ErrorOutline from '@mui/icons-material/ErrorOutlineOutlined';
import { useDraggable } from '@dnd-kit/core';
import { valueAt } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { OptionMark } from '../fields/Mark';
import { useLabel, useT } from '../text/i18n';
import { initials, type Face, type Words } from './face';
import type { Notice } from './store';
import { HandBox, HIDDEN } from './style';

/* Plain drawings and buttons: there are hundreds of them, and each of Material's costs as much as the card. */
const CHECKED = 'M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2m-2 15-5-5 1.41-1.41L10 14.17l7.59-7.59L19 8z';
const UNCHECKED = 'M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2m0 18c-4.42 0-8-3.58-8-8s3.58-8 8-8 8 3.58 8 8-3.58 8-8 8';
const DOTS = 'M6 10c-1.1 0-2 .9-2 2s.9 2 2 2 2-.9 2-2-.9-2-2-2m12 0c-1.1 0-2 .9-2 2s.9 2 2 2 2-.9 2-2-.9-2-2-2m-6 0c-1.1 0-2 .9-2 2s.9 2 2 2 2-.9 2-2-.9-2-2-2';

const icon = (path: string, size: number) => <svg viewBox="0 0 24 24" width={size} height={size} fill="currentColor" aria-hidden><path d={path} /></svg>;

export interface CardProps {
  record: Rec;
  path: string;
  face: Face;
  words: (record: Rec) => Words;
  columnName: (key: string) => string;
  selected: boolean;
  /* whether Tab stops here */
  reachable: boolean;
  /* may be moved at all */
  movable: boolean;
  /* by dragging */
  draggable: boolean;
  notice: Notice | undefined;
  pending: boolean;
  onOpen: (record: Rec) => void;
  onChoose: (id: string, range: boolean) => void;
  onMenu: (id: string, anchor: HTMLElement) => void;
  onFocus: (id: string) => void;
}

function Why({ notice, columnName }: { notice: Notice; columnName: (key: string) => string }) {
  const t = useT();
  const explain = useExplain();
  const reason = (error: unknown): string => (isProblem(error) && error.errors[0]?.detail) || explain(error);
  const words = notice.kind === 'refused'
    ? t('board.refused_because', { reason: reason(notice.error) })
    : t('board.taken', { column: columnName(notice.key) });
  return (
    <div className={notice.kind === 'refused' ? 'why' : 'why other'} title={words}>
      <ErrorOutline sx={{ fontSize: 15, mt: '1px' }} aria-hidden />
      <span>{words}</span>
    </div>
  );
}

interface FaceProps extends Pick<CardProps, 'record' | 'face' | 'words' | 'notice' | 'columnName'> {
  link?: JSX.Element;
}

function Lines({ record, face, words, notice, columnName, link }: FaceProps) {
  const labelOf = useLabel();
  const { title, facts, who, when } = words(record);
  return (
    <>
      {link ?? <a>{title}</a>}
      {notice ? <Why notice={notice} columnName={columnName} /> : [0, 1].map((i) => {
        const fact = facts[i];
        return (
          <div key={i} className="fact" title={fact && `${labelOf(fact.field.label)}: ${fact.text}`}>
            {fact?.field.kind === 'picklist' && <OptionMark field={fact.field} value={valueAt(record, fact.field.name)} />}
            {fact?.text}
          </div>
        );
      })}
      <div className="foot">
        {who ? <span className="who" title={`${labelOf(face.who?.label)}: ${who}`}><span aria-hidden>{initials(who)}</span><span style={HIDDEN}>{who}</span></span> : <span />}
        <span title={labelOf(face.when?.label)}>{when}</span>
      </div>
    </>
  );
}

const plainClick = (e: MouseEvent): boolean => e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey;

export const Card = memo(function Card(props: CardProps) {
  const { record, path, words, selected, reachable, movable, draggable, notice, pending, onOpen, onChoose, onMenu, onFocus } = props;
  const t = useT();
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: record.id, disabled: !draggable });
  const { title } = words(record);
  const click = (e: MouseEvent) => {
    if (plainClick(e)) {
      e.preventDefault();
      onOpen(record);
    } else if (e.button === 0 && e.shiftKey) {
      e.preventDefault();
      onChoose(record.id, true);
    }
  };
  const classes = ['card', movable && draggable && 'movable', selected && 'selected', isDragging && 'held', notice?.kind === 'refused' && 'refused'];
  const link = (
    <a
      href={`/${path}/${record.id}`} data-card={record.id} tabIndex={reachable ? 0 : -1} draggable={false} aria-describedby="board-help"
      onClick={click} onFocus={() => onFocus(record.id)} title={title}
    >
      {title}
      {selected && <span style={HIDDEN}>, {t('board.selected')}</span>}
    </a>
  );
  return (
    <div ref={setNodeRef} className={classes.filter(Boolean).join(' ')} aria-busy={pending || undefined} {...listeners}>
      <Lines {...props} link={link} />
      {movable && (
        <button
          type="button" className="pick" tabIndex={-1} role="checkbox" aria-checked={selected} aria-label={t('board.select_name', { name: title })}
          onClick={(e) => onChoose(record.id, e.shiftKey)}
        >
          {icon(selected ? CHECKED : UNCHECKED, 16)}
        </button>
      )}
      {movable && (
        <button
          type="button" className="menu" tabIndex={-1} aria-label={t('board.menu', { name: title })} aria-haspopup="menu"
          onClick={(e) => onMenu(record.id, e.currentTarget)}
          onKeyDown={(e: KeyboardEvent) => e.key === 'Enter' && e.stopPropagation()}
        >
          {icon(DOTS, 18)}
        </button>
      )}
    </div>
  );
});

/* The one in the hand, for all that move with it. */
export function HandCard({ many, ...props }: FaceProps & { many: number }) {
  return (
    <HandBox className="hand">
      <Lines {...props} />
      {many > 1 && <span className="many">{many}</span>}
    </HandBox>
  );
}
