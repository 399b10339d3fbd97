/* The transactions of a feed: none commits once another replica has the lease. */
#include "entity/feed.h"

int feed_begin(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        return lease_begin(feed->conn, &feed->lease, arena, stmts, n, ret);
}

int feed_commit(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n)
{
        return lease_commit(feed->conn, arena, stmts, n, NULL);
}

void feed_rollback(Feed *feed)
{
        lease_rollback(feed->conn);
}

int feed_transaction(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret)
{
        int r = feed_begin(feed, arena, stmts, n, ret);

        return r ? r : feed_commit(feed, arena, NULL, 0);
}
