/* What tells one key from another, in a line. */
import { Typography } from '@mui/material';
import type { Rec } from '../api/records';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';

export function KeyFacts({ record }: { record: Rec }) {
  const t = useT();
  const format = useFormat();
  const scopes = Array.isArray(record.scopes) ? record.scopes.length : 0;
  const parts = [
    record.prefix ? `${String(record.prefix)}…` : t('account.key_no_secret'),
    t('account.key_until', { at: format.datetime(String(record.expires_at)) }),
    record.used_at ? t('account.key_used', { at: format.relative(String(record.used_at)) }) : t('account.key_unused'),
    t('account.key_scopes', { count: scopes }),
  ];
  return <Typography variant="caption" color="text.secondary" component="div">{parts.join(' · ')}</Typography>;
}
