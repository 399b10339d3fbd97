/* The foot of a form: what is wrong, whether it is saved, and the ways out of it. */
import { useEffect, type MutableRefObject, type ReactNode } from 'react';
import { Alert, Box, Button, Link, Typography } from '@mui/material';
import { useFormContext, useFormState, useWatch } from 'react-hook-form';
import { changesBetween, valueAt, type Values } from '../api/patch';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { writeDraft } from './draft';
import { own } from './own';

interface Props {
  fields: Field[];
  base: MutableRefObject<Values>;
  draft: string;
  saved: MutableRefObject<boolean>;
  submitLabel: string;
  message: string;
  focus: (name: string) => void;
  onCancel: () => void;
  children?: ReactNode;
}

const DRAFT_MS = 250;

export function FormFoot({ fields, base, draft, saved, submitLabel, message, focus, onCancel, children }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const form = useFormContext();
  const values = useWatch() as Values;
  const { isSubmitting, errors, isSubmitted } = useFormState();
  const changed = Object.keys(changesBetween(base.current, own(fields, base.current, values))).length > 0;
  const wrong = isSubmitted ? fields.filter((f) => valueAt(errors as Values, f.name)) : [];

  useEffect(() => {
    const keep = () => !saved.current && writeDraft(draft, fields, base.current, own(fields, base.current, form.getValues()));
    const timer = setTimeout(keep, DRAFT_MS);
    /* what was typed last must not be lost with the page */
    window.addEventListener('pagehide', keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', keep);
    };
  }, [values, draft, fields, base, saved, form]);

  return (
    <Box sx={{ position: 'sticky', bottom: 0, zIndex: 5, bgcolor: 'background.default', borderTop: 1, borderColor: 'divider', mt: 2, py: 3, display: 'grid', gap: 2 }}>
      {(message || wrong.length > 0) && (
        <Alert severity="error" sx={{ py: 0 }}>
          {message || t('record.check')}{' '}
          {wrong.map((f, i) => (
            <span key={f.name}>
              {i > 0 && ', '}
              <Link component="button" type="button" color="inherit" underline="always" onClick={() => focus(f.name)} sx={{ font: 'inherit', verticalAlign: 'baseline' }}>{labelOf(f.label)}</Link>
            </span>
          ))}
        </Alert>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'flex-end', gap: 2 }}>
        <Typography variant="caption" color="text.secondary" role="status" sx={{ flex: 1, minWidth: { xs: '100%', sm: 0 }, '&:empty': { minWidth: 0 } }}>
          {isSubmitting ? t('record.saving') : changed ? t('record.unsaved') : ''}
        </Typography>
        <Button variant="outlined" onClick={onCancel} sx={{ minHeight: { xs: 44, sm: 32 } }}>{t('record.cancel')}</Button>
        {children}
        <Button variant="contained" type="submit" disabled={isSubmitting} aria-keyshortcuts="Control+Enter" sx={{ minHeight: { xs: 44, sm: 32 } }}>{submitLabel}</Button>
      </Box>
    </Box>
  );
}
