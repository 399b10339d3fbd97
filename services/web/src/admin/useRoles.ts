/* What is done with a role: each change is made at once, said, and undone from where it is said. */
import { useMemo } from 'react';
import type { Rec } from '../api/records';
import { useT } from '../text/i18n';
import { isBelow, type Node, type Tree } from './tree';
import { useSay } from './undo';
import { usePeopleCount } from './People';
import { useWriting } from './writing';

export interface RoleActions {
  move: (node: Node, under: Node | undefined) => Promise<boolean>;
  rename: (node: Node, name: string) => Promise<boolean>;
  create: (name: string, under: Node | undefined) => Promise<Rec | undefined>;
  remove: (node: Node) => Promise<boolean>;
  /* why it can't go; undefined when it can */
  kept: (node: Node) => string | undefined;
}

export function useRoles(path: string, people: Map<string, Rec[]> | undefined): RoleActions {
  const t = useT();
  const say = useSay();
  const { add, change, force, drop, bring } = useWriting(path);
  const count = usePeopleCount();
  return useMemo<RoleActions>(() => {
    const attempt = async <V>(what: string, act: () => Promise<V>): Promise<V | undefined> => {
      try {
        return await act();
      } catch (e) {
        say.failed(what, e);
        return undefined;
      }
    };
    const kept = (node: Node): string | undefined => {
      const n = people?.get(node.role.id)?.length ?? 0;
      if (n) return t('roles.has_people', { count: n, people: count(n) });
      if (node.children.length) return t('roles.has_children', { count: node.children.length });
      return undefined;
    };
    return {
      kept,
      move: async (node, under) => {
        const what = t('roles.not_moved', { role: node.role.label });
        const refuse = (why: string): boolean => {
          say.failed(what, why);
          return false;
        };
        if (under === node) return refuse(t('roles.itself'));
        if (isBelow(under, node)) return refuse(t('roles.cycle', { parent: under?.role.label, role: node.role.label }));
        if (under === node.parent) return true;
        const before = node.parent?.role.id ?? null;
        const done = await attempt(what, () => change(node.role, { parent: under?.role.id ?? null }));
        if (!done) return false;
        const words = under ? t('roles.moved', { role: node.role.label, parent: under.role.label }) : t('roles.moved_top', { role: node.role.label });
        say.done(words, () => force(node.role.id, { parent: before }));
        return true;
      },
      rename: async (node, name) => {
        const before = node.role.name;
        const next = name.trim();
        if (!next || next === before) return true;
        if (!(await attempt(t('admin.not_saved'), () => change(node.role, { name: next })))) return false;
        say.done(t('roles.renamed', { role: next }), () => force(node.role.id, { name: before }));
        return true;
      },
      create: async (name, under) => {
        const made = await attempt(t('admin.not_saved'), () => add({ name: name.trim(), parent: under?.role.id }));
        if (made) say.done(t('roles.created', { role: made.label }), () => drop(made));
        return made;
      },
      remove: async (node) => {
        const why = kept(node);
        if (why) {
          say.failed(t('roles.not_removed'), why);
          return false;
        }
        const done = await attempt(t('roles.not_removed'), async () => {
          await drop(node.role);
          return true;
        });
        if (done) say.done(t('roles.removed', { role: node.role.label }), () => bring(node.role.id));
        return !!done;
      },
    };
  }, [t, say, add, change, force, drop, bring, people, count]);
}

/* A role of the tree by its id. */
export const nodeOf = (tree: Tree, id: string | null): Node | undefined => (id ? tree.byId.get(id) : undefined);
