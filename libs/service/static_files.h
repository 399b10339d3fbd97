#pragma once

#include "http/http.h"

/* The files of a folder, listed once at the start and served by exact name; an address without a dot gets
 * index.html (the client's own router). Nothing outside of the list can be reached. */

typedef struct StaticFiles StaticFiles;

/* An empty list when the folder is NULL, "" or cannot be read. Never NULL. */
StaticFiles *static_files_load(const char *folder);
StaticFiles *static_files_free(StaticFiles *files);
/* Answers the request: the file, 404 or 405. */
void static_files_answer(const StaticFiles *files, HttpRequest *request);
