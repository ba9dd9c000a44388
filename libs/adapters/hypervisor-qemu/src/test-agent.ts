import type { Duplex } from 'node:stream';
import type { Clock } from '@gild/ports';
import {
  LONGEST_LINE,
  parseAgentLine,
  runLine,
  type AgentAnswer,
  type AgentHello,
  type AgentLine,
} from './agent-line.js';

/** The agent inside the guest, as seen from here. */
export type TestAgent = {
  /** Its first words; never settles when it never speaks. */
  hello: Promise<AgentHello>;
  /** Runs one program; one at a time. Undefined when the agent did not answer in time. */
  run(argv: readonly string[], limitMs: number): Promise<AgentAnswer | undefined>;
};

/** How much later than the guest the host gives up on a program: an emulated guest may be that slow to say so. */
const ANSWER_GRACE_MS = 15_000;

type Ears = { onLine: (line: AgentLine) => void; onNonsense: (sentence: string) => void };

/** Cuts what comes through the port into lines of the protocol; the first that is none of them ends the listening. */
const listen = (port: Duplex, { onLine, onNonsense }: Ears): void => {
  let rest = '';
  const nonsense = (text: string) => {
    port.destroy();
    const start = JSON.stringify(text.slice(0, 80));
    onNonsense(`The image wrote something else than test results to io.gild.test: ${start}`);
  };
  const receive = (text: string) => {
    const line = parseAgentLine(text);
    if (line === undefined) nonsense(text);
    else onLine(line);
  };
  port.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (!port.destroyed) receive(line);
    if (!port.destroyed && rest.length > LONGEST_LINE) nonsense(rest);
  });
};

/**
 * Speaks to the agent over the port. The image decides what comes through it, so nothing is trusted: lines are bounded, and the
 * first that is not the protocol ends the conversation with a sentence.
 */
export const testAgent = (
  port: Duplex,
  {
    clock,
    signal,
    onNonsense,
  }: { clock: Clock; signal: AbortSignal; onNonsense: (sentence: string) => void },
): TestAgent => {
  const first = Promise.withResolvers<AgentHello>();
  let waiting: { id: number; answer: (line: AgentAnswer) => void } | undefined;
  let lastId = 0;
  const onLine = (line: AgentLine) => {
    if ('hello' in line) first.resolve(line);
    else if (line.id === waiting?.id) waiting.answer(line);
  };
  listen(port, { onLine, onNonsense });

  const run = async (argv: readonly string[], limitMs: number): Promise<AgentAnswer | undefined> => {
    const id = (lastId += 1);
    const seconds = Math.max(1, Math.ceil(limitMs / 1000));
    const stop = new AbortController();
    const answered = new Promise<AgentAnswer>((resolve) => (waiting = { id, answer: resolve }));
    port.write(runLine({ id, seconds, argv }));
    const late = clock.delay(seconds * 1000 + ANSWER_GRACE_MS, AbortSignal.any([signal, stop.signal]));
    try {
      return await Promise.race([answered, late.then(() => undefined)]);
    } finally {
      stop.abort();
      late.catch(() => undefined);
    }
  };
  return { hello: first.promise, run };
};
