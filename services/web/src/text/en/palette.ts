import type { Messages } from '../messages';

export const palette: Messages['palette'] = {
  open: 'Find and do',
  placeholder: 'Find a record, or write what you want to do',
  here: 'On this page',
  go: 'Go to',
  create: 'Create',
  create_in: 'Create in %{module}',
  recent: 'Recent',
  all: 'See all in %{module}',
  searching: 'Searching…',
  nothing: 'Nothing matches “%{q}”.',
  nothing_hint: 'Try another word, a phone number or an e-mail.',
  failed: 'Could not search in %{module}.',
  results: '%{count} results',
  results_one: '1 result',
  new_tab: 'in another tab',
  choose: 'choose',
  run: 'open',
};
