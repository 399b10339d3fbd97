/* What stands under an input: its fault, else its help, else nothing. */
import { ValidationError } from 'ra-core';

export function InputMessage({ error, help }: { error?: string; help?: string }) {
  if (error) return <ValidationError error={error} />;
  return help ? <>{help}</> : null;
}
