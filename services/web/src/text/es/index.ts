/* Every word of the client in Spanish, a file for each part. Their shapes are the law: a key that is missing in ../en fails the build. */
import { admin } from './admin';
import { account } from './account';
import { app } from './app';
import { bin } from './bin';
import { bulk } from './bulk';
import { columns } from './columns';
import { assigning } from './assigning';
import { board } from './board';
import { conflict } from './conflict';
import { date } from './date';
import { error } from './error';
import { filter } from './filter';
import { format } from './format';
import { groups } from './groups';
import { history } from './history';
import { importing } from './importing';
import { jobs } from './jobs';
import { keys } from './keys';
import { line } from './line';
import { list } from './list';
import { lookup } from './lookup';
import { notice } from './notice';
import { op } from './op';
import { palette } from './palette';
import { period } from './period';
import { places } from './places';
import { profiles } from './profiles';
import { ra } from './ra';
import { record } from './record';
import { roles } from './roles';
import { session } from './session';
import { sharing } from './sharing';
import { span } from './span';
import { user } from './user';
import { value } from './value';
import { when } from './when';

export const es = {
  ra,
  app,
  admin,
  profiles,
  roles,
  groups,
  sharing,
  assigning,
  session,
  account,
  user,
  line,
  list,
  columns,
  bulk,
  bin,
  filter,
  notice,
  op,
  palette,
  period,
  places,
  span,
  value,
  when,
  record,
  board,
  conflict,
  history,
  lookup,
  import: importing,
  jobs,
  keys,
  format,
  date,
  error,
};
