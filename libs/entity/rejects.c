/* Names of the columns about a reject. */
#include "entity/rejects.h"

const Label2 reject_labels[REJECT_COLUMNS] = {
        [REJECT_LINE] = {"Rechazo: línea", "Reject: line"},
        [REJECT_FIELD] = {"Rechazo: campo", "Reject: field"},
        [REJECT_REASON] = {"Rechazo: motivo", "Reject: reason"},
};

bool reject_header(Str header)
{
        for (RejectColumn i = 0; i < REJECT_COLUMNS; i++)
                if (str_is(header, reject_labels[i].es) || str_is(header, reject_labels[i].en))
                        return true;
        return false;
}
