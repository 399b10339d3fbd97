/* The notes at the foot of the page: what was done last is said at once, in the place of the note before it. */
import { useEffect, useState } from 'react';
import { useNotificationContext } from 'ra-core';
import { Notification } from 'ra-ui-materialui';

const SHOWN_MS = 5000;
const AT_ONCE_MS = 50;

export function Notes() {
  const { notifications } = useNotificationContext();
  const [turn, setTurn] = useState(0);
  /* one that no note on the screen keeps waiting is taken before the time is over */
  useEffect(() => {
    if (!notifications.length) return;
    const timer = setTimeout(() => setTurn((n) => n + 1), AT_ONCE_MS);
    return () => clearTimeout(timer);
  }, [notifications]);
  return <Notification key={turn} autoHideDuration={SHOWN_MS} />;
}
