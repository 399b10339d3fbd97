/* What GET /metadata answers: the only description of the modules that the client has. */

import type { OptionIcon } from '../fields/option-icons';
import type { Words } from '../fields/words';

export interface Text {
  es: string;
  en: string;
}

export type Kind =
  | 'text' | 'long_text' | 'integer' | 'decimal' | 'money' | 'percent' | 'bool' | 'date' | 'datetime' | 'picklist'
  | 'multi_picklist' | 'email' | 'phone' | 'url' | 'tax_id' | 'city' | 'reference' | 'uuid' | 'number' | 'custom'
  | 'labels' | 'geo_latitude' | 'geo_longitude';

export interface Option {
  key: string;
  label: Text;
  color?: string;
  /* shown instead of the coloured dot (option-icons.ts) */
  icon?: OptionIcon;
}

export interface Field {
  /* "stage", "custom.total_visits" */
  name: string;
  kind: Kind;
  label: Text;
  help?: Text;
  section?: string;
  required?: boolean;
  list?: boolean;
  searchable?: boolean;
  unique?: boolean;
  read_only?: boolean;
  custom?: boolean;
  /* has a page made for it: no list, filter or form offers it */
  apart?: boolean;
  /* false: the person may not give it on creating, change it, sort by it */
  create?: boolean;
  change?: boolean;
  sort?: boolean;
  max?: number;
  /* "leads.lead": key of the module a reference points to */
  ref?: string;
  options?: Option[];
  /* values are shown in these words (words.ts), not the API's */
  words?: Words;
}

export interface Section {
  name: string;
  label: Text;
}

export interface View {
  name: string;
  label: Text;
  filter?: string;
  sort?: string;
  columns?: string[];
  group_by?: string;
}

export type Right =
  | 'see' | 'create' | 'change' | 'delete' | 'import' | 'export' | 'mass_delete' | 'duplicate' | 'mass_duplicate' | 'settings';

export type Access = 'private' | 'see' | 'change';

export interface Module {
  key: string;
  service: string;
  name: string;
  path: string;
  label: Text;
  plural: Text;
  feminine?: boolean;
  icon?: string;
  sort?: string;
  /* the record's name is the first of these that is not empty */
  label_from?: string[];
  /* only administrators write it · only the system does · nothing of it is deleted */
  administrators?: boolean;
  made_by_system?: boolean;
  kept?: boolean;
  /* what taking a record away is called where it ends something for good */
  removal?: { label: Text; done: Text };
  /* what everybody sees of it unless the company decides otherwise */
  access?: Access;
  /* what the person may do with it */
  rights: Right[];
  sections: Section[];
  views: View[];
  fields: Field[];
}

export interface Company {
  name: string;
  zone: string;
  currency: string;
  lang: Lang;
}

export interface Metadata {
  company: Company;
  modules: Module[];
}

export type Lang = 'es' | 'en';
