/* The roles as a tree: who is below whom, and which rows of it are on the screen. */
import type { Rec } from '../api/records';
import { byLabel } from './reading';

export interface Node {
  role: Rec;
  depth: number;
  parent: Node | undefined;
  children: Node[];
}

export interface Tree {
  roots: Node[];
  byId: Map<string, Node>;
}

/* A role whose parent is gone, or that stands on a cycle, stands at the top: the server reads it so too. */
export function buildTree(roles: Rec[]): Tree {
  const records = new Map(roles.map((r) => [r.id, r]));
  const parentOf = (r: Rec): Rec | undefined => records.get(String(r.parent ?? ''));
  const onCycle = (r: Rec): boolean => {
    let at = parentOf(r);
    for (let n = 0; at && n <= roles.length; n++, at = parentOf(at)) if (at.id === r.id) return true;
    return false;
  };
  const below = new Map<string, Rec[]>();
  for (const r of roles) {
    const parent = onCycle(r) ? '' : (parentOf(r)?.id ?? '');
    below.set(parent, [...(below.get(parent) ?? []), r]);
  }
  const byId = new Map<string, Node>();
  const grow = (key: string, parent: Node | undefined, depth: number): Node[] =>
    (below.get(key) ?? []).sort(byLabel).map((role) => {
      const node: Node = { role, depth, parent, children: [] };
      byId.set(role.id, node);
      node.children = grow(role.id, node, depth + 1);
      return node;
    });
  return { roots: grow('', undefined, 0), byId };
}

export function descendants(node: Node): Node[] {
  return node.children.flatMap((c) => [c, ...descendants(c)]);
}

export function ancestors(node: Node): Node[] {
  return node.parent ? [node.parent, ...ancestors(node.parent)] : [];
}

export const isBelow = (node: Node | undefined, above: Node): boolean => !!node && ancestors(node).includes(above);

/* Rows from the top down. `found` (a search) shows those alone, with the ones above them. */
export function rowsOf(tree: Tree, closed: ReadonlySet<string>, found?: ReadonlySet<string>): Node[] {
  const kept = found && new Set([...found].flatMap((id) => {
    const node = tree.byId.get(id);
    return node ? [node, ...ancestors(node)] : [];
  }));
  const walk = (nodes: Node[]): Node[] =>
    nodes.flatMap((n) => {
      if (kept && !kept.has(n)) return [];
      return [n, ...(kept || !closed.has(n.role.id) ? walk(n.children) : [])];
    });
  return walk(tree.roots);
}
