/*
 * What stands above the fields of a record whose module can do more than be read and changed: ending a session, inviting
 * a user. A part of the page drawn from the metadata, not a page of its own (those: pages.ts).
 */
import type { ComponentType } from 'react';
import type { Rec } from '../api/records';

export interface PanelProps {
  record: Rec;
}

type Load = () => Promise<{ default: ComponentType<PanelProps> }>;

/* by module key */
export const panels: Record<string, Load> = {
  'identity.user': () => import('../account/UserPanel'),
  'identity.user_session': () => import('../account/SessionPanel'),
  'identity.api_key': () => import('../account/KeyPanel'),
};
