/* The user guide in English. */
import type { Guide } from './guide';

export const en: Guide = {
  start: {
    title: 'Getting started',
    texts: [
      'A module opens with what is yours: what you created, own or were assigned. “All” adds the rest that your profile, your role and the rules let you see.',
      'The menu on the left opens when you point at it; on a phone it is at the bottom. It has only the modules that your profile sees.',
      '[[Ctrl K]] finds a record by its name, company or phone, goes to a module and does what the page can do. It is the shortest way to everything.',
      '[[?]] shows the keys of the page you are on. [[G]] and a letter goes to a module.',
    ],
  },
  find: {
    title: 'Finding',
    texts: [
      '[[/]] searches the list; accents and capitals do not matter. [[M]] switches between what is yours and everything. [[V]] chooses a ready-made view.',
      '[[F]] adds a filter: type the name of the field, choose the condition (“is”, “is not”, “is empty”, “this week”, “in the last days”) and apply. Touch a filter to change it.',
      'A click on a column’s title sorts by it; with [[Shift]] it is added to the order.',
      '[[O]] chooses the columns, their order and the height of the rows. It is kept for you, on all your devices; an administrator can keep it for everybody.',
      'The browser’s address holds the view, the filters and the order: keep it or send it. Whoever opens it sees only what they may see.',
      'The number at the bottom stops at 10,000: a click on it counts them all.',
    ],
  },
  change: {
    title: 'Changing many at once',
    texts: [
      '[[X]] marks the row; [[Shift ↓]] extends; “Select all…” takes everything the list finds, even what is not on screen.',
      'With a selection the bar at the bottom appears: [[A]] assigns, “Change” puts a value in a field, “Delete” takes them to the recycle bin, “More” exports or duplicates.',
      'Up to a thousand are changed at once and can be undone. More than a thousand go as a job: [Jobs](/jobs) shows how it goes and stops it. What could not be changed is named, with its reason.',
      '[[F2]] edits a value in the list itself: [[Enter]] saves, [[Esc]] leaves it as it was.',
      'The recycle bin is under “⋯”: what was deleted is restored from there.',
    ],
  },
  record: {
    title: 'The record',
    texts: [
      'A click on a value edits it in place. [[E]] opens the whole form; [[Ctrl Enter]] saves it.',
      '[[J]] and [[K]] go to the next and the previous one of the list you came from. [[Esc]] goes back to the same row.',
      '[[N]] creates what hangs on it, such as a task. [[H]] goes to the timeline: who changed what, from what to what.',
      'If somebody else changed it while you were writing, you choose field by field between yours and theirs. If you changed different fields, both are saved.',
      '“Who sees it?”, under “⋯”, says why you see that record; an administrator asks it for somebody else.',
    ],
  },
  board: {
    title: 'The board',
    texts: [
      '“Board” shows the same records in columns by any list of options; above it you choose which one, the total of each column and the order.',
      'Drag a card to another column, or use [[Alt →]]. [[X]] chooses several and they move together. On a phone, the card’s “⋯” button says where to.',
      'The change shows at once; if it is refused, the card goes back and says why. [[Ctrl Z]] undoes.',
    ],
  },
  import: {
    title: 'Importing and exporting',
    texts: [
      '“Import”, under “⋯”, reads a CSV whose first line names the columns. Before it starts you see which field each one goes to, with samples.',
      'The import goes on even if you close the page. At the end it says how many rows came in and, of those rejected, the reason; download them, correct them and import that file again.',
      '“Export to CSV” keeps what the list finds, with its columns and its order.',
    ],
  },
  offline: {
    title: 'Without a connection',
    texts: [
      'Cauce can be installed as an app from the browser’s menu.',
      'What you opened can be read without a connection, with the time it was read. What could not be saved stays in the form and says so.',
      'When you sign out, what was kept on the device is erased.',
    ],
  },
  account: {
    title: 'Your account',
    texts: [
      'In [My account](/account) you change your password, set up the second factor and see where you are signed in; end the sessions that you do not recognise.',
      'With “I am away” you receive no automatic assignments; what you already have stays yours.',
      'An API key lets a program read or write on your behalf, only within what you allow it and until the day you say.',
      'Language and theme are chosen in the menu with your name.',
    ],
  },
  people: {
    title: 'Administration: people',
    texts: [
      'A new [user](/users) chooses a password with the link that their record gives. Who leaves is deactivated: their records are kept.',
      '[Roles](/roles) are a tree: a superior sees what belongs to those below. Move them by dragging or with [[Alt →]] and [[Alt ←]].',
      '[Groups](/groups) hand out what is new by turns, by each person’s weight and without those who are away. The [assignment rules](/assignment-rules) say what goes to which group.',
    ],
  },
  rights: {
    title: 'Administration: what each may do',
    texts: [
      'A [profile](/profiles) says which modules and which fields are seen, created and changed. [[Space]] ticks a box; the changes are saved together.',
      'The [access log](/accesses) has every sign-in and every attempt; [sessions](/sessions), those that are open.',
    ],
  },
  sharing: {
    title: 'Administration: who sees what',
    texts: [
      'The [default access](/default-access) says whether a module is private or seen by all. The [sharing rules](/sharing-rules) open to others what is private.',
      '[Who sees what?](/admin/explain) answers for a record and a person: whether they see it, whether they change it, and what allows it.',
    ],
  },
};
