/* A SharedWorker that holds the stream for all windows of the browser. */
import { Hub, type Down, type Up } from './hub';

const ports = new Set<MessagePort>();
const hub = new Hub((down) => {
  for (const port of ports) port.postMessage(down);
});

addEventListener('connect', (e) => {
  const port = (e as MessageEvent).ports[0];
  if (!port) return;
  ports.add(port);
  port.onmessage = ({ data }: MessageEvent<Up>) => {
    if (data.kind === 'join') {
      ports.add(port);
      hub.join(data.who, (down: Down) => port.postMessage(down));
    } else if (data.kind === 'wake') {
      hub.wake();
    } else {
      ports.delete(port);
      if (!ports.size) hub.close();
    }
  };
});
