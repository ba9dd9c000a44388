import { type Artifact, objectKeys, objectSuffix } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import type { BuildRecord } from './build-record.js';
import {
  BUILD_TYPE,
  PREDICATE_TYPE,
  type ProvenanceStatement,
  type ResourceDescriptor,
  STATEMENT_TYPE,
} from './statement.js';

/** Where it was built, and how to digest a text (sha256 in hexadecimal). */
export type Surroundings = { farm: string; sha256: (text: string) => string };

/** How an image file came about, by what is on record alone: the same for the same records, always. */
export const provenanceStatement = (record: BuildRecord, given: Surroundings): ProvenanceStatement => ({
  _type: STATEMENT_TYPE,
  subject: [subjectOf(record)],
  predicateType: PREDICATE_TYPE,
  predicate: {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: externalParameters(record),
      internalParameters: internalParameters(record),
      resolvedDependencies: dependenciesOf(record, given),
    },
    runDetails: {
      builder: { id: builderId(record, given.farm) },
      metadata: {
        invocationId: record.request.jobId,
        startedOn: record.startedOn,
        finishedOn: record.finishedOn,
      },
      byproducts: byproductsOf(record),
    },
  },
});

const subjectOf = ({ request, version, artifact }: BuildRecord) => ({
  name: `${request.imageName}-${version}-${artifact.arch}${objectSuffix(artifact.object.key)}`,
  digest: { sha256: artifact.object.sha256 },
  annotations: { image_name: request.imageName, version, arch: artifact.arch },
});

/** What whoever asked for the build decided. */
const externalParameters = ({ request }: BuildRecord) => ({
  image_name: request.imageName,
  arch: request.arch,
  definition: request.definition,
  use_cache: request.useCache,
  boot_test: request.bootTest,
  requested_by: request.requestedBy,
});

/** What the farm decided. */
const internalParameters = ({ request, version, attempt, emulated, inputs }: BuildRecord) => ({
  version,
  build_number: request.buildNumber,
  attempt,
  emulated,
  engine: inputs.engine,
  definition_digest: request.definitionDigest,
  input_digest: request.inputDigest,
});

const dependenciesOf = ({ request, inputs }: BuildRecord, { sha256 }: Surroundings): ResourceDescriptor[] => [
  {
    name: 'build inputs',
    uri: objectUri(objectKeys.inputs(request.inputDigest)),
    digest: { sha256: request.inputDigest },
  },
  ...(inputs.base === undefined
    ? []
    : [
        {
          name: `base image ${inputs.base.imageName}@${inputs.base.version}`,
          digest: { sha256: inputs.base.checksum },
        },
      ]),
  ...inputs.taskservs.map((taskserv) => ({
    name: `taskserv ${taskserv.name}`,
    digest: { sha256: sha256(canonicalJson(taskserv)) },
  })),
  ...inputs.taskservs.flatMap(({ name, installation }) =>
    (installation?.downloads ?? [])
      .filter(({ arch }) => arch === undefined || arch === request.arch)
      .map((download) => ({
        name: `download of taskserv ${name}`,
        uri: withoutUserinfo(download.url),
        digest: { sha256: download.sha256 },
      })),
  ),
];

/** Names and passwords of a server are refused in new taskservs; what is on record may be older. */
const withoutUserinfo = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');

/** What the agent reported beside the image file. The registry read these objects; what they say is the agent's word. */
const byproductsOf = ({ artifact, agentId }: BuildRecord): ResourceDescriptor[] => {
  const annotations = { reported_by: agentId };
  return [
    { ...objectDescriptor('packages', artifact.packages), annotations },
    ...(artifact.packageState === undefined
      ? []
      : [{ ...objectDescriptor('package state', artifact.packageState), annotations }]),
    { name: 'root file system', digest: { sha256: artifact.rootfsSha256 }, annotations },
  ];
};

const objectDescriptor = (name: string, { key, sha256 }: Artifact['packages']): ResourceDescriptor => ({
  name,
  uri: objectUri(key),
  digest: { sha256 },
});

/** A key of the farm's object store. */
const objectUri = (key: string): string => `urn:gild:object:${key}`;

/** Whom one trusts who trusts the build: the farm, one of its agents, the architecture that was built for. */
const builderId = ({ agentId, artifact }: BuildRecord, farm: string): string =>
  `urn:gild:builder:${[...farm.split('/'), agentId, artifact.arch].map(encodeURIComponent).join('/')}`;
