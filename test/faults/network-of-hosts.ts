import { execFileSync } from 'node:child_process';

const ip = (...words: readonly string[]): void => {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Of a network that is set aside for measuring between hosts (RFC 2544), so that no real host has it. */
const subnet = `198.18.${process.pid % 256}`;
const FARM = 1;
const TEST = 254;

/**
 * Hosts of one machine: each a network namespace, all on one switch, which is the farm's. The test itself is on it too. Nothing of
 * it is seen, or reached, from outside this machine.
 */
export class NetworkOfHosts {
  readonly farm = `gild-${process.pid}-farm`;
  readonly address = `${subnet}.${FARM}`;
  readonly #hosts: string[] = [];

  constructor() {
    try {
      this.#layCables();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  #layCables(): void {
    this.#add(this.farm);
    ip('-n', this.farm, 'link', 'add', 'switch', 'type', 'bridge');
    ip('-n', this.farm, 'address', 'add', `${this.address}/24`, 'dev', 'switch');
    ip('-n', this.farm, 'link', 'set', 'switch', 'up');
    const cable = `gild${process.pid}`;
    this.#plug('test', cable);
    ip('address', 'add', `${subnet}.${TEST}/24`, 'dev', cable);
    ip('link', 'set', cable, 'up');
  }

  /** Makes a host and joins it to the network; what is run under the answer runs on it. */
  host(name: string): readonly string[] {
    const namespace = `gild-${process.pid}-${name}`;
    this.#add(namespace);
    const number = this.#hosts.length + 10;
    this.#plug(name, 'eth0', namespace);
    ip('-n', namespace, 'address', 'add', `${subnet}.${number}/24`, 'dev', 'eth0');
    ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    return on(namespace);
  }

  /** What is run under this runs where the farm's services are. */
  get onFarm(): readonly string[] {
    return on(this.farm);
  }

  /** Pulls a host's cable, or plugs it in again: what is under way between it and the others is lost without a word. */
  cut(name: string): void {
    ip('-n', this.farm, 'link', 'set', `to-${name}`, 'down');
  }

  heal(name: string): void {
    ip('-n', this.farm, 'link', 'set', `to-${name}`, 'up');
  }

  /** The cables go with the namespaces. */
  remove(): void {
    for (const namespace of this.#hosts.toReversed()) ip('netns', 'delete', namespace);
  }

  #add(namespace: string): void {
    ip('netns', 'add', namespace);
    this.#hosts.push(namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }

  /** A cable from the switch; its other end is in the namespace, or else where the test is. */
  #plug(name: string, end: string, namespace?: string): void {
    const port = `to-${name}`;
    const there = namespace === undefined ? ['netns', String(process.pid)] : ['netns', namespace];
    ip('-n', this.farm, 'link', 'add', port, 'type', 'veth', 'peer', 'name', end, ...there);
    ip('-n', this.farm, 'link', 'set', port, 'master', 'switch');
    ip('-n', this.farm, 'link', 'set', port, 'up');
  }
}

const on = (namespace: string): readonly string[] => ['ip', 'netns', 'exec', namespace];
