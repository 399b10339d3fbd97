/* The picker drawn to our scale: the field as the other inputs are, the calendar with days that a finger hits. */
import type { Theme } from '@mui/material/styles';
import { font, size } from '../theme/tokens';

export const fieldStyle = (theme: Theme) => ({
  '& .MuiPickersInputBase-root': { minHeight: 36, fontSize: font.input, letterSpacing: 0, fontVariantNumeric: 'tabular-nums', pr: '2px', pl: '14px' },
  '& .MuiPickersInputBase-sectionsContainer': { width: 'auto', minWidth: 0, opacity: '1 !important', py: '6px' },
  /* what is still to be written, in the colour of a hint that can be read */
  '& .MuiPickersSectionList-root [aria-valuetext]:not([aria-valuenow])': { color: theme.cauce.soft },
  '& .MuiPickersInputBase-sectionBefore, & .MuiPickersInputBase-sectionAfter': { color: theme.cauce.soft },
  '& .MuiPickersOutlinedInput-notchedOutline': { borderColor: theme.cauce.edge, top: 0, '& legend': { display: 'none' } },
  '& .Mui-focused .MuiPickersOutlinedInput-notchedOutline': { borderWidth: 2 },
  '& .MuiPickersSectionList-sectionContent': { borderRadius: '3px', '&:focus, &:focus-visible': { outline: 'none', background: theme.cauce.chosen } },
  '& .MuiInputAdornment-root': { ml: 0, height: 'auto', maxHeight: 'none' },
  '& .open': { width: 30, height: 30, mr: 0, '& svg': { fontSize: 17 } },
  [theme.breakpoints.down('sm')]: {
    '& .MuiPickersInputBase-root': { minHeight: 44 },
    '& .open': { width: 44, height: 44, mr: '-2px' },
  },
});

export const paperStyle = (theme: Theme) => {
  const day = { fontSize: font.body, fontVariantNumeric: 'tabular-nums' };
  return {
    border: `1px solid ${theme.cauce.line}`,
    borderRadius: `${size.radius}px`,
    boxShadow: '0 4px 16px rgba(0, 0, 0, 0.12)',
    '& .MuiPickersDay-root': { ...day, '&.MuiPickersDay-today': { borderColor: theme.cauce.accent } },
    '& .MuiDayCalendar-weekDayLabel': { ...day, color: theme.cauce.soft },
    '& .MuiPickersCalendarHeader-label': { fontSize: font.input, textTransform: 'none', '&::first-letter': { textTransform: 'uppercase' } },
    '& .MuiYearCalendar-button': { ...day, height: 32 },
    '& .MuiMultiSectionDigitalClockSection-item': { ...day, borderRadius: '4px' },
    '& .MuiPickersLayout-actionBar': { padding: '4px 12px 8px', gap: '4px' },
    '& .title': { gridColumn: '2 / 4', gridRow: 1, padding: '16px 20px 4px', textAlign: 'center' },
    [theme.breakpoints.down('sm')]: {
      margin: '8px', maxWidth: 'calc(100vw - 16px)',
      '& .MuiDateCalendar-root': { width: 324, height: 'auto', maxHeight: 'none' },
      '& .MuiPickersDay-root, & .MuiDayCalendar-weekDayLabel, & .MuiPickersDay-hiddenDaySpacingFiller': { width: 44, height: 44, margin: 0, fontSize: 15 },
      '& .MuiDayCalendar-slideTransition': { minHeight: 276 },
      '& .MuiPickersCalendarHeader-root button': { width: 44, height: 44 },
      '& .MuiYearCalendar-button': { height: 44 },
      '& .MuiTab-root': { minHeight: 44 },
      '& .MuiMultiSectionDigitalClockSection-item': { minHeight: 44, fontSize: 15 },
      '& .MuiPickersLayout-actionBar button': { minHeight: 44, minWidth: 64 },
    },
  };
};
