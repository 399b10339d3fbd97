/* Input of a password: shown or hidden, with a word when the capitals are locked. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { IconButton, InputAdornment, TextField } from '@mui/material';
import Visibility from '@mui/icons-material/VisibilityOutlined';
import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined';
import { useT } from '../text/i18n';

export interface PasswordFieldProps {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: 'current-password' | 'new-password';
  error?: boolean;
  autoFocus?: boolean;
  /* below the input; the hint about capitals stands before it */
  helper?: ReactNode;
}

export function PasswordField({ name, label, value, onChange, autoComplete, error, autoFocus, helper }: PasswordFieldProps) {
  const t = useT();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const look = (e: KeyboardEvent) => setCaps(e.getModifierState?.('CapsLock') ?? false);
  return (
    <TextField
      label={label} type={shown ? 'text' : 'password'} name={name} autoComplete={autoComplete} autoFocus={autoFocus} value={value}
      onChange={(e) => onChange(e.target.value)} onKeyDown={look} onKeyUp={look} onBlur={() => setCaps(false)} error={error} required
      helperText={caps ? <>{t('session.caps')}{helper && <br />}{helper}</> : helper}
      slotProps={{
        htmlInput: { maxLength: 1024, autoCapitalize: 'none', spellCheck: false },
        formHelperText: { 'aria-live': 'polite' } as object,
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <IconButton aria-label={t(shown ? 'session.hide' : 'session.show')} onClick={() => setShown(!shown)} edge="end">
                {shown ? <VisibilityOff /> : <Visibility />}
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
