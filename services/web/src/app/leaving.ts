/*
 * Leaving the page by what the client itself does. Nobody is asked about what is not saved where it is kept for afterwards,
 * and whoever signs in now is never asked about what another person was writing.
 */
import { allWritten } from '../api/http';

type Why = 'person' | 'version';

const ASKED_MS = 3000;

let why: Why | undefined;

/* `kept`: what is written here stands in the form again afterwards. */
export const leavesFreely = (kept: boolean): boolean => why === 'person' || (why === 'version' && kept);

function leave(reason: Why, go: () => void): void {
  why = reason;
  go();
  /* the browser asked, and was told to stay */
  setTimeout(() => (why = undefined), ASKED_MS);
}

export const leaveToOther = (): void => leave('person', () => window.location.assign('/'));

/* The page again, of the version there is now; what is on its way to the server arrives before. */
export async function loadAgain(): Promise<void> {
  await allWritten();
  leave('version', () => window.location.reload());
}
