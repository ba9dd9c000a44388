import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readDefinition } from '../validation/read-definition.js';
import { definitionDigest, definitionText } from './definition-text.js';

const GOLDEN = `${import.meta.dirname}/../../../../test/golden/definitions/`;
const EXAMPLE = `${import.meta.dirname}/../../../../examples/web-server.yaml`;

/** A change here changes the identity of definitions that are on record: every image would be built anew. */
const DIGESTS: readonly (readonly [name: string, digest: string])[] = [
  ['arm-pool', 'a24c1ca96bb6f1aa262bb7cbc45e473b001d8d4ad614b75b7df54e46fde03ae0'],
  ['everything', '342b23f8f2f84ceb599d8393f153954c7426253f57a3ce609529020129eef0d0'],
  ['hardened', '0382e6b0d07bdfe61887b591ca29f45a2f243bf67f4e3742e7ffb5ceee124370'],
  ['minimal', 'aec81d8277c0b49ec8acd2754d83081eb18873815350169de0021c6cc6428aee'],
  ['web-server', '885df0d0bc2e28cebb316ce73aa79e775c56b06d720ece42da3815bfedf05d83'],
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const definitionOf = (path: string, fileName: string) => {
  const result = readDefinition({ text: readFileSync(path, 'utf8'), fileName });
  if (!result.ok) throw new Error(JSON.stringify(result.violations));
  return result.definition;
};

describe('the golden definitions', () => {
  it('are all pinned here', () =>
    expect(readdirSync(GOLDEN).sort()).toStrictEqual(
      DIGESTS.flatMap(([name]) => [`${name}.json`, `${name}.yaml`]).sort(),
    ));

  it.each(DIGESTS)('resolve %s as recorded, with the digest %s', (name, digest) => {
    const definition = definitionOf(`${GOLDEN}${name}.yaml`, `${name}.yaml`);
    const recorded: unknown = JSON.parse(readFileSync(`${GOLDEN}${name}.json`, 'utf8'));
    expect({ digest: definitionDigest(definition, sha256), definition }).toStrictEqual(recorded);
    expect(definitionDigest(definition, sha256)).toBe(digest);
  });

  it('contain the example of the first build', () =>
    expect(definitionOf(EXAMPLE, 'web-server.yaml')).toStrictEqual(
      definitionOf(`${GOLDEN}web-server.yaml`, 'web-server.yaml'),
    ));
});

describe('the canonical text of a definition', () => {
  it('is spelled out here once', () =>
    expect(definitionText(definitionOf(`${GOLDEN}minimal.yaml`, 'minimal.yaml'))).toBe(
      [
        '{"arch":"x86_64","auto_updates":true,"base_os":"ubuntu","build_retries":3,"build_timeout_minutes":30,',
        '"cache_enabled":true,"cache_ttl_days":30,"cleanup_package_manager":true,"compression":true,',
        '"disk_format":"qcow2","disk_size_gb":30,"dns_servers":[],"exclude_taskservs":[],',
        '"include_dev_tools":false,"include_kernel_headers":false,"labels":{},"name":"minimal","optimize":false,',
        '"os_version":"22.04","parallel_builds":false,"security_hardening":false,"ssh_public_keys":[],',
        '"steps":{"apply_config":true,"apply_optimizations":false,"apply_security_hardening":false,',
        '"cleanup_caches":true,"cleanup_temp_files":true,"compress_image":true,"generate_checksums":true,',
        '"install_dependencies":true,"install_order":[],"install_taskservs":true,"parallel_install":false,',
        '"prepare_base":true,"remove_build_artifacts":true,"run_tests":true,"test_scripts":[],',
        '"update_packages":true,"verify_image":true},"taskserv_versions":{},"taskservs":[]}',
      ].join(''),
    ));
});
