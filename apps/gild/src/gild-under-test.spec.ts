import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultText } from './fault-text.js';
import { terminal } from './output/terminal.js';
import { gildProgram } from './program.js';

export type Ran = { code: number; stdout: string; said: string };

/** The whole program in this process, against a real server that answers as told. */
export class GildUnderTest {
  answer: RequestListener = (_, response) => void response.writeHead(500).end();
  /** The environment, where the program is to find another server. */
  env: NodeJS.ProcessEnv | undefined;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async start(): Promise<void> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Answers every request with the value, and remembers what was asked for. */
  answerJson(value: unknown, status = 200): string[] {
    const asked: string[] = [];
    this.answer = (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    return asked;
  }

  async run(args: readonly string[], interrupted: AbortSignal = new AbortController().signal): Promise<Ran> {
    const ran: Ran = { code: 0, stdout: '', said: '' };
    const context = {
      env: this.env ?? { GILD_URL: this.url },
      terminal: {
        ...terminal(process),
        out: (text: string) => void (ran.stdout += text),
        note: (line: string) => void (ran.said += `${line}\n`),
      },
      interrupted,
      onInsisted: () => () => undefined,
      setExitCode: (code: number) => void (ran.code = code),
    };
    try {
      await gildProgram(context, '0').parseAsync(['node', 'gild', ...args]);
    } catch (error) {
      const { text, exitCode } = faultText(error);
      return { ...ran, code: exitCode, said: ran.said + text };
    }
    return ran;
  }
}
