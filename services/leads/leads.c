/* The daemon leads: owns prospects and the rules by which they are given to people; answers the standard
 * verbs of its modules; gives waiting prospects out (assign.c); emits ev.leads.*. */
#include "assign.h"
#include "service/service.h"

CAUCE_SERVICE(leads, .prepare = assign_start);
