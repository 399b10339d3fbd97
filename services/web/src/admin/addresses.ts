/* Where a record of administration is looked at: some live on a page with others. */
import type { Module } from '../meta/types';

export function adminAddress(module: Module, id?: string): string {
  if (module.key === 'identity.role' && id) return `/${module.path}?role=${id}`;
  if (module.key === 'identity.default_access' || !id) return `/${module.path}`;
  return `/${module.path}/${id}`;
}

/* The list of a module with one field narrowed to a value. */
export function listWhere(module: Module, field: string, value: string): string {
  return `/${module.path}?${field}[eq]=${encodeURIComponent(value)}`;
}
