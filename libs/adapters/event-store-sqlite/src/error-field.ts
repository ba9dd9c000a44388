/** A member of whatever was thrown; never by `instanceof`, which fails for errors of another realm. */
export const errorField = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
