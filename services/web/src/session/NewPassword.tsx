/* Input of a new password: what is still missing is said while it is typed, so that it need not be typed twice. */
import { Box } from '@mui/material';
import Check from '@mui/icons-material/CheckCircleOutlined';
import Remaining from '@mui/icons-material/RadioButtonUncheckedOutlined';
import { useT } from '../text/i18n';
import { PasswordField } from './PasswordField';
import { isAllowed, LENGTH_MIN, missing, verdict, type Whose } from './password';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  whose?: Whose;
  /* what the server said of the last try */
  fault?: string;
  autoFocus?: boolean;
}

export function NewPassword({ label, value, onChange, whose, fault, autoFocus }: Props) {
  const t = useT();
  const v = verdict(value, whose);
  const good = isAllowed(v);
  const Icon = good ? Check : Remaining;
  const text = v === 'short' ? t('session.pw_short', { count: missing(value) }) : t(`session.pw_${v}`, { min: LENGTH_MIN });
  return (
    <PasswordField
      name="new-password" label={label} value={value} onChange={onChange} autoComplete="new-password" error={!!fault} autoFocus={autoFocus}
      helper={
        fault || (
          <Box component="span" sx={{ display: 'inline-flex', alignItems: 'flex-start', gap: 1, color: good ? 'success.main' : 'text.secondary' }}>
            <Icon sx={{ fontSize: 15, mt: '1px' }} aria-hidden />
            {text}
          </Box>
        )
      }
    />
  );
}
