/*
 * The cards of one board as they are known here: columns read as they are seen, totals, and what stands on a card that
 * could not be moved. Whoever draws a part subscribes and takes its state, which is a new object when it has changed.
 */
import type { Rec } from '../api/records';
import { valueAt } from '../api/patch';
import type { BoardApi } from './api';
import { emptyColumn, isWithin, shownIds, wantedPages, withCard, withoutCards, withPage, withStale, type Column } from './column';
import { afterSteps, totalsOf, type Step, type Totals } from './totals';

/* Why a card stands where it stands: its move was refused, or somebody else had moved it. */
export type Notice = { kind: 'refused'; error: unknown } | { kind: 'moved'; key: string };

export interface ColumnState {
  column: Column;
  ids: string[];
  reading: boolean;
  error: unknown;
}

export interface BoardOptions {
  api: BoardApi;
  /* the field that the columns are values of */
  by: string;
  sum: string | undefined;
  compare: (a: Rec, b: Rec) => number;
}

const RECOUNT_MS = 400;
const RECOUNT_REST_MS = 3000;

export class BoardStore {
  readonly options: BoardOptions;
  readonly cards = new Map<string, Rec>();
  readonly notices = new Map<string, Notice>();
  /* cards that are being saved */
  readonly pending = new Set<string>();
  /* where those go that are moved on before they have arrived */
  readonly heading = new Map<string, string>();
  /* where it was left */
  readonly scroll = { left: 0, tops: new Map<string, number>() };
  totals: Totals | undefined;
  totalsError: unknown = null;
  /* moves and changes so far: what was asked for before one may be older than it */
  epoch = 0;

  private readonly states = new Map<string, ColumnState>();
  private readonly watchers = new Set<() => void>();
  private readonly reads = new Map<string, AbortController>();
  private readonly placed = new Map<string, number>();
  private recount: ReturnType<typeof setTimeout> | undefined;
  private counting: AbortController | undefined;
  private counted = 0;

  constructor(options: BoardOptions) {
    this.options = options;
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  private tell(): void {
    for (const watcher of [...this.watchers]) watcher();
  }

  state(key: string): ColumnState {
    let state = this.states.get(key);
    if (!state) {
      const column = emptyColumn(key);
      this.states.set(key, (state = { column, ids: shownIds(column), reading: false, error: null }));
    }
    return state;
  }

  get keys(): string[] {
    return [...this.states.keys()];
  }

  private set(key: string, change: Partial<ColumnState>): void {
    const next = { ...this.state(key), ...change };
    this.states.set(key, { ...next, ids: shownIds(next.column) });
  }

  keyOf(record: Rec): string {
    const value = valueAt(record, this.options.by);
    return value == null ? '' : String(value);
  }

  amountOf(record: Rec): unknown {
    return this.options.sum ? valueAt(record, this.options.sum) : undefined;
  }

  private readonly before = (a: string, b: string): boolean => {
    const [x, y] = [this.cards.get(a), this.cards.get(b)];
    return !!x && !!y && this.options.compare(x, y) < 0;
  };

  /* ---- reading ---- */

  /* Cards from..to of a column are seen. */
  want(key: string, from: number, to: number): void {
    const state = this.state(key);
    if (state.reading || state.error) return;
    const [page] = wantedPages(state.column, from, to);
    if (page !== undefined) void this.read(key, page);
  }

  retry(key: string): void {
    this.set(key, { error: null });
    this.tell();
  }

  private async read(key: string, index: number): Promise<void> {
    const { column } = this.state(key);
    const cursor = column.pages[index]?.cursor ?? column.next ?? '';
    const control = new AbortController();
    const asked = ++this.epoch;
    this.reads.set(key, control);
    this.set(key, { reading: true });
    this.tell();
    try {
      const { items, next } = await this.options.api.page(key, cursor, control.signal);
      if (!control.signal.aborted) this.took(key, index, items, next, asked);
    } catch (error) {
      if (!control.signal.aborted) this.set(key, { reading: false, error });
    }
    this.tell();
  }

  private took(key: string, index: number, items: Rec[], next: string | undefined, asked: number): void {
    const recent = (id: string): boolean => this.pending.has(id) || (this.placed.get(id) ?? 0) > asked;
    const ids: string[] = [];
    for (const record of items) {
      const known = this.cards.get(record.id);
      if (recent(record.id) || (known && known.version > record.version)) continue;
      if (known && this.keyOf(known) !== key) this.take(record.id);
      this.cards.set(record.id, record);
      ids.push(record.id);
    }
    const before = this.state(key).column;
    let column = withPage(before, index, ids, next);
    for (const id of shownIds(before)) {
      if (recent(id)) column = withCard(column, id, this.before);
    }
    const loose = column.loose;
    column = { ...column, loose: [] };
    for (const id of loose) column = withCard(column, id, this.before);
    this.set(key, { column, reading: false, error: null });
  }

  /* ---- totals ---- */

  count(): void {
    void this.ask();
  }

  /* The totals are asked for again, soon, and not all the time. */
  countSoon(): void {
    if (this.recount) return;
    const rest = this.counted + RECOUNT_REST_MS - Date.now();
    this.recount = setTimeout(() => {
      this.recount = undefined;
      void this.ask();
    }, Math.max(RECOUNT_MS, rest));
  }

  private async ask(): Promise<void> {
    this.counting?.abort();
    const control = (this.counting = new AbortController());
    const began = Date.now();
    const moves = this.moves;
    try {
      const totals = totalsOf(await this.options.api.counts(control.signal));
      if (control.signal.aborted) return;
      /* counted while something moved: nobody knows with it or without */
      if (this.totals && (moves !== this.moves || this.pending.size)) return this.countSoon();
      this.totals = totals;
      this.totalsError = null;
    } catch (error) {
      if (control.signal.aborted) return;
      this.totalsError = error;
    } finally {
      /* a count that took long is not asked for often */
      this.counted = Date.now() + (Date.now() - began) * 4;
    }
    this.tell();
  }

  private moves = 0;

  /* ---- placing ---- */

  private take(id: string): void {
    const gone = new Set([id]);
    for (const [key, state] of this.states) {
      const column = withoutCards(state.column, gone);
      if (column !== state.column) this.set(key, { column });
    }
  }

  isShown(id: string): boolean {
    const card = this.cards.get(id);
    return !!card && this.state(this.keyOf(card)).ids.includes(id);
  }

  /* Puts a record where it belongs now, and counts it there. `force`: also where its place has not been read. */
  place(record: Rec, force: boolean, isNew = false): void {
    const old = this.cards.get(record.id);
    const shown = this.isShown(record.id);
    const key = this.keyOf(record);
    const steps: Step[] = [];
    if (shown && old) steps.push({ key: this.keyOf(old), by: -1, amount: this.amountOf(old) });
    if (shown || isNew) steps.push({ key, by: 1, amount: this.amountOf(record) });
    else this.countSoon();
    this.take(record.id);
    this.cards.set(record.id, record);
    this.placed.set(record.id, ++this.epoch);
    const { column } = this.state(key);
    if (force || isWithin(column, record.id, this.before)) this.set(key, { column: withCard(column, record.id, this.before) });
    this.step(steps);
  }

  drop(id: string): void {
    const card = this.cards.get(id);
    const shown = this.isShown(id);
    if (card && shown) this.step([{ key: this.keyOf(card), by: -1, amount: this.amountOf(card) }]);
    else this.countSoon();
    this.take(id);
    this.cards.delete(id);
    this.notices.delete(id);
  }

  private step(steps: Step[]): void {
    this.moves++;
    if (this.totals) this.totals = afterSteps(this.totals, steps);
  }

  /* After changes from outside: whoever draws is told. Columns whose cards changed in place are new objects too. */
  changed(ids: Iterable<string>): void {
    for (const id of ids) {
      const card = this.cards.get(id);
      if (card) this.set(this.keyOf(card), {});
    }
    this.tell();
  }

  /* Somebody opens the board: its columns read themselves as they are seen; what was read before may be old. */
  open(): void {
    if (this.totals) this.refresh();
    else this.count();
  }

  /* Everything may have changed: what is seen is read again, the rest when it is seen. */
  refresh(): void {
    for (const control of this.reads.values()) control.abort();
    this.reads.clear();
    for (const [key, { column }] of this.states) this.set(key, { column: withStale(column), reading: false, error: null });
    this.count();
    this.tell();
  }
}
