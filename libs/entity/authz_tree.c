/* Numbers the roles from the top down, so that "below" is a comparison. */
#include "entity/authz_tree.h"

/* Who is on a cycle reports to nobody: a mistake in the tree opens nothing. */
static void cycles_cut(Arena *scratch, AuthzRole *roles, unsigned n)
{
        uint32_t *seen = arena_array(scratch, n + 1, sizeof *seen); /* the walk that came by, from 1 */

        for (uint32_t start = 0; start < n; start++) {
                uint32_t at = start;
                while (at != AUTHZ_NONE && seen[at] == 0) {
                        seen[at] = start + 1;
                        at = roles[at].parent;
                }
                if (at == AUTHZ_NONE || seen[at] != start + 1)
                        continue;
                while (roles[at].parent != AUTHZ_NONE) {
                        uint32_t next = roles[at].parent;
                        roles[at].parent = AUTHZ_NONE;
                        at = next;
                }
        }
}

/* In preorder, without recursion: a tree may be as deep as it has roles. */
static void roles_number(Arena *scratch, AuthzRole *roles, unsigned n)
{
        uint32_t *child = arena_array(scratch, n + 1, sizeof *child); /* [n]: of the tops */
        uint32_t *sibling = arena_array(scratch, n + 1, sizeof *sibling);
        uint32_t number = 0;

        for (uint32_t i = 0; i <= n; i++)
                child[i] = sibling[i] = AUTHZ_NONE;
        for (uint32_t i = n; i-- > 0;) {
                uint32_t above = roles[i].parent == AUTHZ_NONE ? n : roles[i].parent;
                sibling[i] = child[above];
                child[above] = i;
        }
        for (uint32_t at = child[n]; at != AUTHZ_NONE;) {
                roles[at].first = number++;
                uint32_t next = child[at];
                while (next == AUTHZ_NONE && at != AUTHZ_NONE) {
                        roles[at].end = number;
                        next = sibling[at];
                        at = roles[at].parent;
                }
                at = next;
        }
}

void authz_number(Arena *scratch, AuthzRole *roles, unsigned n)
{
        cycles_cut(scratch, roles, n);
        roles_number(scratch, roles, n);
}
