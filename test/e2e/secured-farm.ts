import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GildHome } from './gild-home.js';
import { NatsFarm } from './nats-farm.js';

/** What `gild farm init --json` says. */
type Secrets = {
  nats: { configuration: string };
  ca: string;
  credentials: Record<string, string>;
  signingKey: string;
};

/** A farm over TLS, where everybody may say and hear what is theirs alone, and agents have to join. */
export class SecuredFarm {
  private constructor(
    readonly farm: NatsFarm,
    /** An administrator's command line. */
    readonly admin: GildHome,
    private readonly folder: string,
  ) {}

  /** `program`: the NATS server. */
  static async started(program: string): Promise<SecuredFarm> {
    const folder = mkdtempSync(join(tmpdir(), 'gild-secured-'));
    const host = new GildHome();
    const secrets = await host.json<Secrets>('farm', 'init', join(folder, 'farm'));
    host.remove();
    const farm = await NatsFarm.started({
      nats: { program, configuration: readFileSync(secrets.nats.configuration, 'utf8') },
      envOf: (name) => identityOf(name, secrets, folder),
    });
    const admin = new GildHome({ GILD_URL: farm.url, GILD_TOKEN: farm.token });
    return new SecuredFarm(farm, admin, folder);
  }

  /** A host's folder for its agent. */
  stateOf(host: string): string {
    return join(this.folder, 'hosts', host);
  }

  async remove(): Promise<void> {
    await this.farm.remove();
    this.admin.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const identityOf = (name: string, secrets: Secrets, folder: string): NodeJS.ProcessEnv => ({
  GILD_NATS_CA: secrets.ca,
  GILD_NATS_CREDS: secrets.credentials[name] ?? '',
  GILD_NATS_PLAINTEXT: 'refused',
  ...(name === 'scheduler' && {
    GILD_NATS_SIGNING_KEY: secrets.signingKey,
    GILD_AGENTS_OBJECTS: `directory:${join(folder, 'objects')}`,
  }),
});
