/* The daemon activities: owns tasks; answers the standard verbs of activities.task; keeps the labels of the
 * leads and users its tasks refer to; emits ev.activities.*. */
#include "service/service.h"

CAUCE_SERVICE(activities);
