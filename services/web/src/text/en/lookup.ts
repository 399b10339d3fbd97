import type { Messages } from '../messages';

export const lookup: Messages['lookup'] = {
  hint: 'Type to search',
  none: 'Nothing matches',
  searching: 'Searching…',
  failed: 'The search failed',
  recent: 'recent',
  create: 'Create %{module}…',
  create_named: 'Create %{module} “%{name}”…',
};
