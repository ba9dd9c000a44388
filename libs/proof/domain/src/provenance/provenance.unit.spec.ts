import { canonicalJson, scenario } from '@gild/kernel';
import { crypto } from '../known-trees.spec.js';
import { courseOf } from './build-record.js';
import { judgeFile, openProvenance } from './judge-provenance.js';
import { provenanceStatement } from './provenance-statement.js';
import { digest, envelope, publicKey, record, signed, statement } from './record-under-test.spec.js';
import { versionProvenance } from './version-provenance.js';

const reported = { annotations: { reported_by: 'host-1' } };

describe('the provenance of an image file', () => {
  it('is a statement of in-toto with the predicate of SLSA, of what is on record', () =>
    expect(statement).toStrictEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        {
          name: 'web-1.0.0-aarch64.raw.zst',
          digest: { sha256: digest('images') },
          annotations: { image_name: 'web', version: '1.0.0', arch: 'aarch64' },
        },
      ],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'urn:gild:build-type:image:v1',
          externalParameters: {
            ...{ image_name: 'web', arch: 'aarch64', definition: { name: 'web', arch: 'aarch64' } },
            ...{ use_cache: true, boot_test: true, requested_by: 'ada' },
          },
          internalParameters: {
            ...{ version: '1.0.0', build_number: 7, attempt: 2, emulated: true, engine: 5 },
            ...{ definition_digest: digest('definition'), input_digest: digest('inputs') },
          },
          resolvedDependencies: [
            {
              ...{ name: 'build inputs', digest: { sha256: digest('inputs') } },
              uri: `urn:gild:object:inputs/${digest('inputs')}.json`,
            },
            { name: 'base image base@2.0.0', digest: { sha256: digest('base') } },
            { name: 'taskserv k3s', digest: { sha256: digest(canonicalJson(record.inputs.taskservs[0])) } },
            {
              ...{ name: 'download of taskserv k3s', digest: { sha256: digest('k3s') } },
              uri: 's3+https://files.test/k3s?a=b@c',
            },
          ],
        },
        runDetails: {
          builder: { id: 'urn:gild:builder:gild/local/host-1/aarch64' },
          metadata: {
            invocationId: 'JOB',
            ...{ startedOn: '2026-11-23T09:00:00.000Z', finishedOn: '2026-11-23T09:05:00.000Z' },
          },
          byproducts: [
            {
              ...{ name: 'packages', digest: { sha256: digest('packages') }, ...reported },
              uri: `urn:gild:object:packages/${digest('packages')}`,
            },
            {
              ...{ name: 'package state', digest: { sha256: digest('package-states') }, ...reported },
              uri: `urn:gild:object:package-states/${digest('package-states')}`,
            },
            { name: 'root file system', digest: { sha256: digest('root') }, ...reported },
          ],
        },
      },
    }));

  it('names nothing that was not', () => {
    const { base: _, ...inputs } = record.inputs;
    const { packageState: __, ...artifact } = record.artifact;
    const plain = { ...record, artifact, inputs: { ...inputs, taskservs: [] } };
    const { predicate } = provenanceStatement(plain, { farm: 'gild/local', sha256: digest });
    expect(predicate.buildDefinition.resolvedDependencies).toHaveLength(1);
    expect(predicate.runDetails.byproducts).toHaveLength(2);
  });

  it('is read by the key alone, and says which file it is about', () => {
    const opened = openProvenance(JSON.parse(JSON.stringify(envelope)), publicKey, crypto);
    if (!opened.ok) throw new Error(opened.reason);
    expect(opened.statement).toStrictEqual(statement);
    expect([
      judgeFile(opened.statement, digest('images')),
      judgeFile(opened.statement, digest('other')),
    ]).toStrictEqual([
      { matches: true, imageName: 'web', version: '1.0.0', arch: 'aarch64' },
      { matches: false, expected: digest('images') },
    ]);
  });

  it.each([
    ['is no envelope', { statement }, 'expected a DSSE envelope'],
    ['has a signed text of something else', signed('{}'), 'no provenance of an image of Gild'],
    ['has a signed text that is no JSON', signed('{'), 'no provenance of an image of Gild'],
    [
      'is about another kind of build',
      signed(canonicalJson(statement).replace('urn:gild:build-type:image:v1', 'urn:gild:other')),
      'no provenance of an image of Gild',
    ],
  ])('is not taken from what %s', (_, document, reason) =>
    expect(openProvenance(document, publicKey, crypto)).toStrictEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    }),
  );

  it.each(pathsOf(statement))('is refused when its %s was changed', (_, path) => {
    const payload = Buffer.from(canonicalJson(changedAt(statement, path))).toString('base64');
    expect(openProvenance({ ...envelope, payload }, publicKey, crypto)).toStrictEqual({
      ok: false,
      reason: expect.stringContaining('is false'),
    });
  });
});

type Path = (string | number)[];

/** Every single value in a document. */
function pathsOf(value: unknown, path: Path = []): [string, Path][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))
    : [[path.join('.'), path]];
}

function changedAt(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return typeof value === 'string' ? `${value}x` : 'x';
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = changedAt(copy[key], rest);
  return copy;
}

describe('the course of an attempt', () => {
  const request = { type: 'BuildRequested', data: record.request, time: 't0' } as const;
  const granted = (attempt: number, time: string) =>
    ({ type: 'AttemptGranted', data: { attempt, agentId: `host-${attempt}`, leaseMs: 1 }, time }) as const;
  const reportedAt = (attempt: number, time: string) =>
    ({ type: 'ArtifactReported', data: { attempt, artifact: record.artifact }, time }) as const;

  it('is that of the attempt that was published, and ends with its first report', () => {
    const events = [
      ...[request, granted(1, 't1'), reportedAt(1, 't2'), granted(2, 't3')],
      ...[reportedAt(2, 't4'), reportedAt(2, 't5'), granted(3, 't6'), reportedAt(3, 't7')],
    ];
    expect(courseOf(events, 2)).toStrictEqual({
      ...{ request: record.request, agentId: 'host-2', emulated: false },
      ...{ startedOn: 't3', finishedOn: 't4' },
    });
  });

  it('has what was recorded and nothing else', () =>
    expect(courseOf([request, granted(1, 't1')], 2)).toStrictEqual({ request: record.request }));
});

describe('signed provenance', () => {
  const data = (keyId: string) => ({
    ...{ imageName: 'web', version: '1.0.0', keyId },
    envelopes: [{ arch: 'x86_64', jobId: 'JOB', object: { key: 'k', sha256: digest('k'), sizeBytes: 1 } }],
  });
  const given = scenario(versionProvenance);
  const event = { type: 'ProvenanceSigned', data: data('a') } as const;

  it('is recorded once for a key', () => {
    expect(given().when({ type: 'SignProvenance', data: data('a') })).toMatchObject({ events: [event] });
    expect(given(event).when({ type: 'SignProvenance', data: data('a') })).toMatchObject({ events: [] });
    expect(given(event).when({ type: 'SignProvenance', data: data('b') })).toMatchObject({
      ok: true,
      events: [{}],
    });
  });
});
