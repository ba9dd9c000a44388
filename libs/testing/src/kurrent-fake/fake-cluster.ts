import { Metadata, status as grpcStatus } from '@grpc/grpc-js';
import { FakeLog } from './fake-log.js';
import { KurrentFake } from './kurrent-fake.js';
import { gossip, shared } from './stubs.js';

/** How a call is refused: by its code, and by what the metadata say of it. */
export type Refusal = Error & { code: number; metadata: Metadata };

type Member = InstanceType<typeof gossip.MemberInfo>;

/**
 * Nodes that hold one log and of which one leads. The others answer calls, which all want the leader, with where it is, as
 * KurrentDB does; that their log is never behind is what a real cluster only has once a write is acknowledged.
 */
export class FakeCluster {
  readonly nodes: readonly KurrentFake[];
  #leader = 0;

  constructor(size: number) {
    const log = new FakeLog();
    this.nodes = Array.from({ length: size }, () => new KurrentFake(log, this));
  }

  async start(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.start()));
  }

  stop(): void {
    for (const node of this.nodes) node.stop();
  }

  get leader(): KurrentFake {
    const leader = this.nodes[this.#leader];
    if (leader === undefined) throw new Error('a cluster has a leader');
    return leader;
  }

  get connectionString(): string {
    return `kurrentdb://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  /** Another node leads; the one that did drops who followed it, and goes on running as a follower. */
  elect(): void {
    const before = this.leader;
    this.#leader = (this.#leader + 1) % this.nodes.length;
    before.dropSubscriptions();
  }

  leads(node: KurrentFake): boolean {
    return node === this.leader;
  }

  notLeader(): Refusal {
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', '127.0.0.1');
    metadata.set('leader-endpoint-port', String(this.leader.port));
    return Object.assign(new Error('Leader info available'), { code: grpcStatus.NOT_FOUND, metadata });
  }

  /** The gossip of every node. */
  told(): InstanceType<typeof gossip.ClusterInfo> {
    const info = new gossip.ClusterInfo();
    info.setMembersList(this.nodes.map((node) => this.#member(node)));
    return info;
  }

  #member(node: KurrentFake): Member {
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const id = new shared.UUID();
    id.setString(crypto.randomUUID());
    const at = new gossip.EndPoint();
    at.setAddress('127.0.0.1');
    at.setPort(node.port);
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp('17000000000000000');
    member.setState(this.leads(node) ? LEADER : FOLLOWER);
    member.setIsAlive(node.isUp);
    member.setHttpEndPoint(at);
    return member;
  }
}
