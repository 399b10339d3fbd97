/* The daemon leads: owns prospects; answers the standard verbs of leads.lead; emits ev.leads.*. */
#include "service/service.h"

CAUCE_SERVICE(leads);
