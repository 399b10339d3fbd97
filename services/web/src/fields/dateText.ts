/* The picker's words: its own in both languages, ours where they say it better; and which buttons stand below the calendar. */
import { useMemo } from 'react';
import { enUS, esES } from '@mui/x-date-pickers/locales';
import type { PickersActionBarAction } from '@mui/x-date-pickers/PickersActionBar';
import type { PickerOwnerState } from '@mui/x-date-pickers/models';
import { useLang, useT } from '../text/i18n';

const own = { es: esES, en: enUS };

export function usePickerText(label: string) {
  const t = useT();
  const lang = useLang();
  return useMemo(() => ({
    ...own[lang].components.MuiLocalizationProvider.defaultProps.localeText,
    openDatePickerDialogue: (at: string | null) => (at ? t('date.open_at', { label, at }) : t('date.open', { label })),
    okButtonLabel: t('date.done'),
    cancelButtonLabel: t('filter.cancel'),
    clearButtonLabel: t('ra.action.clear_input_value'),
    todayButtonLabel: t('date.today'),
    datePickerToolbarTitle: label,
    dateTimePickerToolbarTitle: label,
    previousMonth: t('date.previous_month'),
    nextMonth: t('date.next_month'),
    dateTableLabel: t('date.days'),
    timeTableLabel: t('date.time'),
    calendarViewSwitchingButtonAriaLabel: (view: string) => t(view === 'year' ? 'date.to_days' : 'date.to_years'),
    day: t('date.day'),
    meridiem: t('date.meridiem'),
    weekDay: t('date.week_day'),
  }), [t, lang, label]);
}

type Actions = (owner: PickerOwnerState) => { actions: PickersActionBarAction[] };

/* A day is chosen by one click; a day and a time are said to be done. */
export function actionsOf(withTime: boolean, required: boolean | undefined): Actions {
  return ({ pickerVariant }) => {
    const actions: PickersActionBarAction[] = required ? [] : ['clear'];
    if (pickerVariant === 'desktop') actions.push('today');
    else actions.push('cancel');
    if (withTime) actions.push('nextOrAccept');
    return { actions };
  };
}
