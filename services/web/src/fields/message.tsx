/* What stands under an input: its fault, else its help, else nothing. */
import type { ReactNode } from 'react';
import { ValidationError } from 'ra-core';

export function inputMessage(error: string | undefined, help: string | undefined): ReactNode {
  return error ? <ValidationError error={error} /> : help;
}
