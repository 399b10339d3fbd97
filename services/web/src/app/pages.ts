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

const defaults: Load = () => import('../admin/DefaultAccessPage');
const sharing: Load = () => import('../admin/SharingForm');
const assigning: Load = () => import('../admin/AssigningForm');
const toRecord: Load = () => import('../admin/ToRecord');

export const ownPages: Record<string, OwnPages> = {
  'identity.role': { list: () => import('../admin/RolesPage') },
  'identity.profile': { record: () => import('../admin/ProfilePage'), create: () => import('../admin/ProfileCreate'), edit: toRecord },
  'identity.group': { record: () => import('../admin/GroupPage') },
  'identity.default_access': { list: defaults, record: defaults, create: defaults, edit: defaults },
  'identity.sharing_rule': { list: () => import('../admin/SharingPage'), record: sharing, create: sharing, edit: toRecord },
  'leads.assignment_rule': { list: () => import('../admin/AssigningPage'), record: assigning, create: assigning, edit: toRecord },
};
