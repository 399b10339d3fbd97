import type { Messages } from '../messages';

export const when: Messages['when'] = {
  now: 'now',
  ago: '%{count} min ago',
  soon: 'in %{count} min',
  today: 'today',
  yesterday: 'yesterday',
  tomorrow: 'tomorrow',
};
