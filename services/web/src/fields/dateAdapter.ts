/*
 * dayjs for the picker, as a clock on the wall: every date is kept in UTC and read as the company's zone would show it, so
 * that the zone of the browser, and its summer time, mean nothing. "Now" is the company's.
 */
import { AdapterDayjs } from '@mui/x-date-pickers/AdapterDayjs';
import type { PickersTimezone } from '@mui/x-date-pickers/models';
import dayjs, { type Dayjs } from 'dayjs';
import 'dayjs/locale/es';
import utc from 'dayjs/plugin/utc';
import { toWall } from '../lib/zone';

dayjs.extend(utc);

const made = new Map<string, typeof AdapterDayjs>();

export function adapterOf(zone: string): typeof AdapterDayjs {
  const known = made.get(zone);
  if (known) return known;
  class WallAdapter extends AdapterDayjs {
    constructor(options?: ConstructorParameters<typeof AdapterDayjs>[0]) {
      super(options);
      const { date } = this;
      this.date = (<T extends string | null | undefined>(value?: T, timezone?: PickersTimezone) =>
        (value === undefined ? date(toWall(new Date().toISOString(), zone), 'UTC') : date(value, timezone))) as typeof date;
    }
  }
  made.set(zone, WallAdapter);
  return WallAdapter;
}

export const fromText = (wall: string, locale: string): Dayjs | null => (wall ? dayjs.utc(wall).locale(locale) : null);

export const toText = (at: Dayjs, withTime: boolean): string => at.format(withTime ? 'YYYY-MM-DD[T]HH:mm' : 'YYYY-MM-DD');
