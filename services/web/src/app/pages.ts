/*
 * Pages of their own for modules that are more than a list of records: the tree of roles, the matrix of a profile. Every
 * other module, and every page that isn't named here, is drawn from the metadata.
 */
import type { ComponentType } from 'react';

type Load = () => Promise<{ default: ComponentType }>;

export interface OwnPages {
  list?: Load;
  record?: Load;
  create?: Load;
  edit?: Load;
}

const toRecord: Load = () => import('../admin/ToRecord');

export const ownPages: Record<string, OwnPages> = {
  'identity.role': { list: () => import('../admin/RolesPage') },
  'identity.profile': { record: () => import('../admin/ProfilePage'), create: () => import('../admin/ProfileCreate'), edit: toRecord },
};
