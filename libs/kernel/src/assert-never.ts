/** Marks a branch the types rule out; reached only by a defect. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
};
