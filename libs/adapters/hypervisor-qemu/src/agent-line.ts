import { z } from 'zod';

const Hello = z.object({
  hello: z.literal(1),
  uptime: z.number().nonnegative(),
  userspaceUs: z.number().nonnegative(),
});
const Answer = z.object({ id: z.int().nonnegative(), exit: z.int(), out: z.base64(), err: z.base64() });
const Line = z.union([Hello, Answer]);

/** What the agent in the guest says: once that it is there, then how each program ended. */
export type AgentLine = z.infer<typeof Line>;
export type AgentHello = z.infer<typeof Hello>;
export type AgentAnswer = z.infer<typeof Answer>;

/** Two outputs of 16 KiB in base64, and room around them. */
export const LONGEST_LINE = 64 * 1024;

/** One line as the agent writes it; undefined when it is anything else. */
export const parseAgentLine = (text: string): AgentLine | undefined => {
  try {
    return Line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

// The sign in front keeps an empty argument a word.
const word = (argument: string): string => `=${Buffer.from(argument).toString('base64')}`;

/** A request: a program to run, and the seconds it may take. */
export const runLine = (request: { id: number; seconds: number; argv: readonly string[] }): string =>
  `${['run', request.id, request.seconds, ...request.argv.map(word)].join(' ')}\n`;
