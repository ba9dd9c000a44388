import { z } from 'zod';

/** Schema of a command: strict, because an unknown key in a command is a typing error. */
export const command = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.strictObject({ type: z.literal(type), data: z.strictObject(data) });

/** Schema of an event: tolerant, because an unknown key in an event was written by a newer release. */
export const event = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.object({ type: z.literal(type), data: z.object(data) });

type Message = z.ZodObject<{ type: z.ZodLiteral<string>; data: z.ZodObject }>;

/** One of several messages, told apart by `type`. */
export const oneOf = <M extends readonly [Message, ...Message[]]>(...messages: M) =>
  z.discriminatedUnion('type', messages);
