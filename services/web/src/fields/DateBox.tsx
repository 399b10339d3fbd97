/* An input of a date or a date-time outside of a form of react-admin's. Its works are fetched when the first one is shown. */
import { lazy, Suspense, type ReactNode, type Ref } from 'react';
import { TextField } from '@mui/material';
import type { SxProps, Theme } from '@mui/material/styles';
import { useLang } from '../text/i18n';
import { isFault, written, type DateKind } from './dates';

const load = () => import('./DatePicking');
const DatePicking = lazy(load);

/* Fetches what a date is written with before it is needed. */
export const warmDates = (): void => void load().catch(() => undefined);

export interface DateBoxProps {
  kind: DateKind;
  label: string;
  /* wall clock in the company's zone, '' = empty, or a fault */
  value: string;
  onChange: (wall: string) => void;
  onBlur?: () => void;
  id?: string;
  name?: string;
  required?: boolean;
  autoFocus?: boolean;
  error?: boolean;
  /* what stands below it: a fault the form found, or help */
  message?: ReactNode;
  /* takes the focus when the form looks for what is wrong */
  focusRef?: Ref<{ focus: () => void }>;
  sx?: SxProps<Theme>;
}

function Waiting({ kind, label, value, id, required, autoFocus, message, sx }: DateBoxProps) {
  const lang = useLang();
  return (
    <TextField
      id={id} label={label} value={isFault(value) ? '' : written(value, kind, lang)} required={required} autoFocus={autoFocus} helperText={message} sx={sx}
      aria-busy slotProps={{ input: { readOnly: true } }}
    />
  );
}

export function DateBox(props: DateBoxProps) {
  return <Suspense fallback={<Waiting {...props} />}><DatePicking {...props} /></Suspense>;
}
