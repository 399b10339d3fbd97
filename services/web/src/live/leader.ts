/*
 * Where there is no SharedWorker (Chrome on Android): the window that holds the lock has the stream and passes its messages
 * on to the others. When it is closed, another one takes the lock.
 */
import { Hub, type Down, type Up } from './hub';

const NAME = 'cauce-live';

/* Gives what sends to the stream, wherever it is. */
export function lead(take: (down: Down) => void): (up: Up) => void {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(NAME);
  let hub: Hub | null = null;
  let who = '';
  let release: () => void = () => undefined;

  const start = () => {
    hub = new Hub((down) => {
      channel?.postMessage(down);
      take(down);
    });
    if (who) hub.join(who, take);
  };
  const hear = (up: Up, reply: (down: Down) => void) => {
    if (up.kind === 'join') hub?.join(up.who, reply);
    else if (up.kind === 'wake') hub?.wake();
  };
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Down | Up>) => {
      if (data.kind === 'join' || data.kind === 'wake') hear(data, (down) => channel.postMessage(down));
      else if (data.kind !== 'bye') take(data);
    };
  }
  if (!channel || !navigator.locks) {
    start();
  } else {
    void navigator.locks.request(NAME, () => {
      start();
      return new Promise<void>((resolve) => (release = resolve));
    });
  }

  return (up) => {
    if (up.kind === 'join') who = up.who;
    if (up.kind === 'bye') {
      hub?.close();
      release();
    } else if (hub) {
      hear(up, take);
    } else {
      channel?.postMessage(up);
    }
  };
}
