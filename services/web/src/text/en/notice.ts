import type { Messages } from '../messages';

export const notice: Messages['notice'] = {
  open: 'Notices',
  open_count: 'Notices: %{count} unread',
  empty: 'No notices',
  empty_hint: 'What is assigned to you and the jobs that end appear here.',
  all_read: 'Mark all as read',
  assigned: '%{actor} assigned to you',
  assigned_system: 'It was assigned to you',
  see: 'See',
  unread: 'unread',
  job_done: 'A job in %{module} is done',
  job_failed: 'A job in %{module} could not be finished',
  job_cancelled: 'A job in %{module} was stopped',
  job_counts: 'done: %{done}, rejected: %{rejected}',
};
