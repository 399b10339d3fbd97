/* The search box of a list; what is typed goes into the address after a moment. */
import { useEffect, useState, type RefObject } from 'react';
import { IconButton, InputAdornment, TextField } from '@mui/material';
import Close from '@mui/icons-material/Close';
import Search from '@mui/icons-material/Search';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';

interface Props {
  value: string;
  label: string;
  inputRef: RefObject<HTMLInputElement>;
  onChange: (q: string) => void;
}

export function SearchBox({ value, label, inputRef, onChange }: Props) {
  const t = useT();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), 250);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only typing starts the clock
  }, [text]);

  return (
    <TextField
      value={text} inputRef={inputRef} placeholder={t('list.search')}
      onChange={(e) => setText(e.target.value)}
      onKeyDown={(e) => {
        if (e.key === 'Enter') onChange(text.trim());
        if (e.key !== 'Escape') return;
        e.preventDefault();
        if (text) {
          setText('');
          onChange('');
        } else {
          inputRef.current?.blur();
        }
      }}
      sx={{ flex: '1 1 140px', maxWidth: { sm: 280 }, '& .MuiInputBase-root': { minHeight: `${size.control}px !important`, height: { xs: 44, sm: size.control }, pl: 2 } }}
      slotProps={{
        htmlInput: { 'aria-label': label, 'aria-keyshortcuts': '/', type: 'search', enterKeyHint: 'search' },
        input: {
          startAdornment: <InputAdornment position="start" sx={{ mr: 1 }}><Search /></InputAdornment>,
          endAdornment: text ? (
            <InputAdornment position="end">
              <IconButton edge="end" sx={{ width: { xs: 44, sm: 24 }, height: { xs: 44, sm: 24 }, mr: { xs: -3, sm: -2 } }} aria-label={t('list.clear_search')} onClick={() => { setText(''); onChange(''); }}>
                <Close sx={{ fontSize: 16 }} />
              </IconButton>
            </InputAdornment>
          ) : undefined,
        },
      }}
    />
  );
}
