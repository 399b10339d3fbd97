/*
 * What a date is written with: a field of parts (digits move on by themselves, arrows change one) and a calendar, by Material's
 * pickers. Fetched when the first date is to be written.
 */
import { createContext, useContext, useLayoutEffect, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import { Box, Typography } from '@mui/material';
import { DatePicker } from '@mui/x-date-pickers/DatePicker';
import { DateTimePicker } from '@mui/x-date-pickers/DateTimePicker';
import { usePickerContext } from '@mui/x-date-pickers/hooks';
import { LocalizationProvider } from '@mui/x-date-pickers/LocalizationProvider';
import { PickersTextField, type PickersTextFieldProps } from '@mui/x-date-pickers/PickersTextField';
import type { FieldSelectedSections } from '@mui/x-date-pickers/models';
import type { Dayjs } from 'dayjs';
import { toWall } from '../lib/zone';
import { useMetadata } from '../meta/metadata';
import type { Lang } from '../meta/types';
import { useLang, useT } from '../text/i18n';
import type { DateBoxProps } from './DateBox';
import { adapterOf, fromText, toText } from './dateAdapter';
import { fieldStyle, paperStyle } from './dateStyle';
import { actionsOf, usePickerText } from './dateText';
import { byWord, faultArgs, faultText, FIRST_YEAR, isFault, LAST_YEAR, pattern, type DateKind } from './dates';

/* Is told what stands in the field: its parts, with placeholders for what is missing; '' when all are. */
const Told = createContext<(text: string) => void>(() => undefined);

function PartsField(props: PickersTextFieldProps) {
  const told = useContext(Told);
  const text = props.areAllSectionsEmpty ? '' : props.value;
  useLayoutEffect(() => told(text));
  return <PickersTextField {...props} />;
}

/* What is chosen, above the calendar of a phone. */
function Title({ titleId, hidden }: { titleId?: string; hidden?: boolean }) {
  const { label } = usePickerContext();
  return hidden ? null : <Typography id={titleId} component="h2" variant="h2" className="title">{label}</Typography>;
}

function meant(text: string, at: Dayjs | null, kind: DateKind): string {
  if (!text) return '';
  const year = Number(/\d{4}/.exec(text)?.[0]);
  if (/\p{L}/u.test(text.replace(/\b[AP]M\b/, '')) || !at) return '?half';
  if (year < FIRST_YEAR || year > LAST_YEAR) return '?range';
  return at.isValid() ? toText(at, kind === 'datetime') : '?impossible';
}

/* The words and separators that are typed in the field: "h", "m", "+3", "/". */
function useTyping(kind: DateKind, lang: Lang, zone: string, value: string, put: (wall: string) => void) {
  /* the last part; in English that of a time is AM or PM, whose letters are no words */
  const last = kind === 'date' ? 2 : lang === 'en' ? 5 : 4;
  const letters = last === 5 ? last : -1;
  const [section, setSection] = useState<FieldSelectedSections>(null);
  /* the same at once: one digit may go over two of them */
  const at = useRef(section);
  /*
   * Digits that were typed in this part, and what follows a "+". Being a state, each one draws before it is put in: the field
   * forgets its other parts when a digit finds effects of the drawing before still to be done.
   */
  const [digits, setDigits] = useState(0);
  const plus = useRef('');
  const go = (next: FieldSelectedSections) => {
    /* the first digit over the whole stands in the first part already */
    if (at.current !== 'all' && at.current !== next) setDigits(0);
    at.current = next;
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
      setDigits((n) => n + 1);
      return false;
    }
    if (/^[/.:, -]$/.test(e.key)) {
      if (digits && typeof section === 'number' && section < last) go(section + 1);
      return true;
    }
    return section !== letters && /^[htm]$/i.test(e.key) && word(e.key.toLowerCase());
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
  const words = usePickerText(label);
  /* `seen`: the value that was given last; `round`: one that comes from elsewhere begins anew, half written parts and all */
  const begin = (round: number) => ({ seen: value, at: fromText(isFault(value) ? '' : value, lang), round });
  const [own, setOwn] = useState(() => begin(0));
  /* the value that was told last: the form may give it back before anything else is drawn */
  const last = useRef(value);
  if (value !== own.seen) {
    const known = value === last.current;
    setOwn((old) => (known ? { ...old, seen: value } : begin(old.round + 1)));
    last.current = value;
  }

  const told = (text: string) => {
    const now = meant(text, own.at, kind);
    if (now === last.current) return;
    last.current = now;
    onChange(now);
  };
  const put = (at: Dayjs | null) => setOwn((old) => ({ ...old, at }));
  const typing = useTyping(kind, lang, zone, value, (wall) => put(fromText(wall, lang)));

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
  const fault = !focused && !open ? faultText(value, kind) : undefined;
  const common = {
    label, value: own.at, open, autoFocus, format: pattern(kind, lang), timezone: 'UTC', localeText: words, name,
    desktopModeMediaQuery: '(min-width: 600px) and (pointer: fine)',
    minDate: fromText(`${FIRST_YEAR}-01-01`, lang) ?? undefined,
    maxDate: fromText(`${LAST_YEAR}-12-31`, lang) ?? undefined,
    selectedSections: typing.section, onSelectedSectionsChange: typing.go,
    inputRef: focusRef as Ref<HTMLInputElement>,
    onOpen: () => setOpen(true),
    onClose: () => setOpen(false),
    onChange: put,
    slots: { textField: PartsField, toolbar: Title },
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
        FormHelperTextProps: fault ? { role: 'alert' } : undefined,
        helperText: message ?? (fault && t(fault, faultArgs)),
      },
      openPickerButton: { className: 'open' },
      popper: { 'aria-label': label, 'aria-labelledby': undefined },
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
