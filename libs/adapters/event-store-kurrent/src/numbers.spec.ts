/** The numbers from 0 on. */
export const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
