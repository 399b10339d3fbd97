/*
 * What a date is written with: a field of parts (digits move on by themselves, arrows change one) and a calendar, by Material's
 * pickers. Fetched when the first date is to be written.
 */
import { createContext, useContext, useEffect, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import { Box } from '@mui/material';
import { DatePicker } from '@mui/x-date-pickers/DatePicker';
import { DateTimePicker } from '@mui/x-date-pickers/DateTimePicker';
import { LocalizationProvider } from '@mui/x-date-pickers/LocalizationProvider';
import { PickersTextField, type PickersTextFieldProps } from '@mui/x-date-pickers/PickersTextField';
import type { FieldSelectedSections } from '@mui/x-date-pickers/models';
import type { Dayjs } from 'dayjs';
import { toWall } from '../lib/zone';
import { useMetadata } from '../meta/metadata';
import { useLang, useT } from '../text/i18n';
import type { DateBoxProps } from './DateBox';
import { adapterOf, fromText, toText } from './dateAdapter';
import { fieldStyle, paperStyle } from './dateStyle';
import { actionsOf, usePickerText } from './dateText';
import { byWord, faultArgs, faultText, FIRST_YEAR, isFault, LAST_YEAR, pattern, type DateKind } from './dates';

/* How far it is written: the parts' text with placeholders for what is missing. */
type Parts = 'none' | 'some' | 'all';
const Told = createContext<(parts: Parts) => void>(() => undefined);

const partsOf = (text: string, empty: boolean): Parts => (empty ? 'none' : /\p{L}/u.test(text.replace(/\b[AP]M\b/, '')) ? 'some' : 'all');

function PartsField(props: PickersTextFieldProps) {
  const told = useContext(Told);
  const parts = partsOf(props.value, props.areAllSectionsEmpty);
  useEffect(() => told(parts));
  return <PickersTextField {...props} />;
}

const inRange = (at: Dayjs): boolean => at.year() >= FIRST_YEAR && at.year() <= LAST_YEAR;

function meant(parts: Parts, at: Dayjs | null, kind: DateKind): string {
  if (parts === 'none') return '';
  if (parts === 'some' || !at) return '?half';
  if (!at.isValid()) return '?impossible';
  return inRange(at) ? toText(at, kind === 'datetime') : '?range';
}

/* The words and separators that are typed in the field: "h", "m", "+3", "/". */
function useTyping(kind: DateKind, zone: string, value: string, put: (wall: string) => void) {
  const [section, setSection] = useState<FieldSelectedSections>(null);
  /* digits that were typed in this part, and what follows a "+" */
  const digits = useRef(0);
  const plus = useRef('');
  const go = (next: FieldSelectedSections) => {
    digits.current = 0;
    setSection(next);
  };
  const word = (typed: string): boolean => {
    const wall = byWord(typed, kind, toWall(new Date().toISOString(), zone), value);
    if (wall) put(wall);
    return wall !== null;
  };
  /* true: the key is done */
  const type = (e: KeyboardEvent): boolean => {
    if (e.key === '+' || (plus.current && /^\d$/.test(e.key))) {
      plus.current = e.key === '+' ? '+' : plus.current + e.key;
      word(plus.current);
      return true;
    }
    plus.current = '';
    if (/^\d$/.test(e.key)) {
      digits.current += 1;
      return false;
    }
    if (/^[/.:, -]$/.test(e.key)) {
      if (digits.current && typeof section === 'number') go(section + 1);
      return true;
    }
    return /^[htm]$/i.test(e.key) && word(e.key.toLowerCase());
  };
  return { section, go, type };
}

export default function DatePicking({ kind, label, value, onChange, onBlur, id, name, required, autoFocus, error, message, focusRef, sx }: DateBoxProps) {
  const t = useT();
  const lang = useLang();
  const { zone } = useMetadata().company;
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [focused, setFocused] = useState(!!autoFocus);
  const parts = useRef<Parts>('none');
  const words = usePickerText(label);
  /* `round`: a value that comes from elsewhere begins anew, half written parts and all */
  const [own, setOwn] = useState(() => ({ value, at: fromText(isFault(value) ? '' : value, lang), round: 0 }));
  if (own.value !== value) setOwn({ value, at: fromText(isFault(value) ? '' : value, lang), round: own.round + 1 });

  const tell = (text: string, at: Dayjs | null) => {
    setOwn((old) => ({ ...old, value: text, at }));
    if (text !== own.value) onChange(text);
  };
  const told = (now: Parts) => {
    parts.current = now;
    const text = meant(now, own.at, kind);
    if (text !== own.value) tell(text, own.at);
  };
  const typing = useTyping(kind, zone, own.value, (wall) => tell(wall, fromText(wall, lang)));

  const keys = (e: KeyboardEvent) => {
    /* only of the field: the calendar hangs elsewhere in the page */
    if (!(e.target instanceof Element) || !e.currentTarget.contains(e.target) || !e.target.closest('[role=spinbutton], [contenteditable=true]')) return;
    const done = () => {
      e.preventDefault();
      e.stopPropagation();
    };
    if (e.altKey && e.key === 'ArrowDown') {
      done();
      return setOpen(true);
    }
    if (e.altKey || e.ctrlKey || e.metaKey || e.nativeEvent.isComposing) return;
    if (e.key === 'Enter') {
      done();
      box.current?.closest('form')?.requestSubmit();
    } else if (typing.type(e)) {
      done();
    }
  };
  const fault = !focused && !open ? faultText(own.value, kind) : undefined;
  const common = {
    label, value: own.at, open, autoFocus, format: pattern(kind, lang), timezone: 'UTC', localeText: words, name,
    desktopModeMediaQuery: '(min-width: 600px) and (pointer: fine)',
    minDate: fromText(`${FIRST_YEAR}-01-01`, lang) ?? undefined,
    maxDate: fromText(`${LAST_YEAR}-12-31`, lang) ?? undefined,
    selectedSections: typing.section, onSelectedSectionsChange: typing.go,
    inputRef: focusRef as Ref<HTMLInputElement>,
    onOpen: () => setOpen(true),
    onClose: () => setOpen(false),
    onChange: (at: Dayjs | null) => setOwn((old) => ({ ...old, at })),
    slots: { textField: PartsField },
    slotProps: {
      field: {
        shouldRespectLeadingZeros: true,
        onKeyDown: (e: KeyboardEvent) => {
          /* Ctrl+Enter is the page's */
          if (e.key === 'Enter') Object.assign(e, { defaultMuiPrevented: true });
        },
      },
      textField: {
        id, required, error: error || !!fault, size: 'small' as const, fullWidth: true, sx: fieldStyle,
        helperText: message ?? (fault && t(fault, faultArgs)),
      },
      openPickerButton: { className: 'open' },
      desktopPaper: { sx: paperStyle },
      mobilePaper: { sx: paperStyle },
    },
  };
  return (
    <LocalizationProvider dateAdapter={adapterOf(zone)} adapterLocale={lang}>
      <Told.Provider value={told}>
        <Box
          ref={box} sx={sx} onKeyDownCapture={keys}
          onFocus={(e) => e.currentTarget.contains(e.target) && setFocused(true)}
          onBlur={(e) => {
            if (e.currentTarget.contains(e.relatedTarget) || !e.currentTarget.contains(e.target)) return;
            setFocused(false);
            onBlur?.();
          }}
        >
          {kind === 'date'
            ? <DatePicker key={own.round} {...common} closeOnSelect slotProps={{ ...common.slotProps, actionBar: actionsOf(false, required) }} />
            : <DateTimePicker key={own.round} {...common} ampm={lang === 'en'} timeSteps={{ minutes: 5 }} slotProps={{ ...common.slotProps, actionBar: actionsOf(true, required) }} />}
        </Box>
      </Told.Provider>
    </LocalizationProvider>
  );
}
