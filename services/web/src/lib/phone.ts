/* A phone number as people read it: "+57 315 592 7755" of Colombia; of other countries as it is kept. */
export const readPhone = (kept: string): string => kept.replace(/^\+57(\d{3})(\d{3})(\d{4})$/, '+57 $1 $2 $3');
