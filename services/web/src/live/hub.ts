/*
 * The one stream of a browser: opened for who is signed in, opened again after a failure, its messages passed on to every
 * window. It runs in a SharedWorker (worker.ts), or in the window that leads (leader.ts). See services/gateway/LIVE.md.
 */

/* What the stream says. */
export interface LiveMessage {
  modules?: string[];
  module?: string;
  id?: string;
  version?: number;
  type?: 'created' | 'updated' | 'deleted' | 'restored' | 'erased' | 'gone';
  many?: Record<string, number>;
  reset?: true;
  end?: string;
}

/* Why the modules are told: to compare them, after a time without the stream, because rights have changed. */
export type Telling = 'first' | 'again' | 'changed';

/* From the stream to the windows. */
export type Down =
  | { kind: 'message'; message: LiveMessage }
  | { kind: 'modules'; modules: string[]; telling: Telling }
  | { kind: 'state'; state: HubState }
  /* the id of who is signed in now */
  | { kind: 'who'; who: string };

/* From a window to the stream. */
export type Up = { kind: 'join'; who: string } | { kind: 'wake' } | { kind: 'bye' };

/* `ended`: the session is over */
export type HubState = 'open' | 'waiting' | 'ended';

const ADDRESS = '/api/v1/live';
const RECENT_MS = 5000;
const RECENT_MAX = 200;
const PULSE_MS = 20_000;
/* longer without a pulse: the machine slept, and the connection may be dead without saying so */
const SLEPT_MS = 90_000;
const LONGEST_WAIT_MS = 30_000;

export class Hub {
  #post: (down: Down) => void;
  #source: EventSource | null = null;
  #who = '';
  #state: HubState = 'waiting';
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #beat = 0;
  /* where to go on, after a failure */
  #after = '';
  #modules: string[] | null = null;
  #told = false;
  #recent: { at: number; message: LiveMessage }[] = [];

  constructor(post: (down: Down) => void) {
    this.#post = post;
  }

  /* A window of this person is here. `reply` reaches that window alone: what it missed while it was starting. */
  join(who: string, reply: (down: Down) => void): void {
    if (who !== this.#who) {
      this.#close();
      this.#who = who;
      this.#after = '';
      this.#modules = null;
      this.#recent = [];
      this.#told = false;
      this.#post({ kind: 'who', who });
      return this.#open();
    }
    if (this.#state === 'ended') return this.#open();
    reply({ kind: 'state', state: this.#state });
    if (this.#modules) reply({ kind: 'modules', modules: this.#modules, telling: 'first' });
    const since = Date.now() - RECENT_MS;
    for (const { at, message } of this.#recent) if (at >= since) reply({ kind: 'message', message });
  }

  /* The network may be back: no more waiting. */
  wake(): void {
    if (this.#who && this.#state === 'waiting') this.#open();
  }

  close(): void {
    this.#close();
    this.#who = '';
  }

  #close(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#pulse);
    this.#source?.close();
    this.#source = null;
  }

  #say(state: HubState): void {
    this.#state = state;
    this.#post({ kind: 'state', state });
  }

  #open(): void {
    this.#close();
    const source = new EventSource(this.#after ? `${ADDRESS}?after=${encodeURIComponent(this.#after)}` : ADDRESS);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#say('open');
    };
    source.onmessage = (e) => this.#take(e);
    source.onerror = () => {
      if (this.#state !== 'waiting') this.#say('waiting');
      /* it tries again by itself unless the answer was not 200 */
      if (source.readyState === EventSource.CLOSED) void this.#refused(source);
    };
    this.#beat = Date.now();
    this.#pulse = setInterval(() => {
      const slept = Date.now() - this.#beat > SLEPT_MS;
      this.#beat = Date.now();
      if (slept) this.#open();
    }, PULSE_MS);
  }

  async #refused(source: EventSource): Promise<void> {
    const status = await fetch('/api/v1/session', { headers: { Accept: 'application/json' } }).then((r) => r.status, () => 0);
    if (source !== this.#source) return;
    if (status === 401) {
      this.#close();
      return this.#say('ended');
    }
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.#failures++);
    this.#retry = setTimeout(() => this.#open(), wait * (0.5 + Math.random() / 2));
  }

  #take({ data, lastEventId }: MessageEvent<string>): void {
    if (lastEventId) this.#after = lastEventId;
    const message = JSON.parse(data) as LiveMessage;
    if (message.end) {
      this.#close();
      return this.#say('ended');
    }
    if (message.modules) {
      /* the first one of each connection, and each change after it */
      const same = this.#modules !== null && message.modules.join() === this.#modules.join();
      const telling: Telling = !this.#told ? 'first' : same ? 'again' : 'changed';
      this.#told = true;
      this.#modules = message.modules;
      return this.#post({ kind: 'modules', modules: message.modules, telling });
    }
    this.#recent.push({ at: Date.now(), message });
    if (this.#recent.length > RECENT_MAX) this.#recent.shift();
    this.#post({ kind: 'message', message });
  }
}
