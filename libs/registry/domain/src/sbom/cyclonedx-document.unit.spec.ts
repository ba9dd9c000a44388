import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { cyclonedxDocument } from './cyclonedx-document.js';
import { spdxDocument } from './spdx-document.js';
import { debian, digest, fedora } from './subject-under-test.spec.js';

/** The schemas of the format's own project. */
const schemas = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);
const schema = (name: string): object =>
  JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;

const violations = (): ((document: unknown) => unknown) => {
  const uri = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  const formats = { 'iri-reference': uri, 'date-time': time, 'idn-email': /@/, email: /@/ };
  const ajv = new Ajv({ strict: false, formats, logger: false });
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema('bom-1.6'));
  return (document) => (validate(document) ? [] : validate.errors);
};

const written = (subject = debian) => cyclonedxDocument(subject, digest);

describe('a document of CycloneDX', () => {
  const violationsOf = violations();

  it.each([
    ['Debian', debian],
    ['Fedora', fedora],
    ['an empty list', { ...debian, packages: [] }],
  ])('of %s is what the schema of version 1.6 asks for', (_, subject) => {
    expect(violationsOf(written(subject))).toStrictEqual([]);
  });

  it('would not be with what the schema does not know', () => {
    expect(violationsOf({ ...written(), serialNumber: 'urn:uuid:1' })).not.toStrictEqual([]);
    expect(violationsOf({ ...written(), components: [{ type: 'package', name: 'x' }] })).not.toStrictEqual(
      [],
    );
  });

  it('says what it is', () => {
    expect(written()).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
  });

  it('is about the image file, its digest and its taskservs', () => {
    expect(written().metadata.component).toMatchObject({
      type: 'file',
      name: 'web',
      version: '1.2.0',
      hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
      properties: expect.arrayContaining([{ name: 'gild:taskserv:nginx', value: '1.22.1-9' }]),
    });
    expect(written().metadata.timestamp).toBe('2026-11-23T09:00:00Z');
  });

  it('has one component for the distribution and one for each package, which the image depends on', () => {
    const { components, dependencies, metadata } = written();
    expect(components[0]).toMatchObject({ type: 'operating-system', name: 'debian', version: '12' });
    expect(components.slice(1).map(({ name, version }) => [name, version])).toStrictEqual(
      debian.packages.map(({ name, version }) => [name, version]),
    );
    const refs = components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(7);
    expect(dependencies).toStrictEqual([{ ref: metadata.component['bom-ref'], dependsOn: refs }]);
  });

  it('names the source package where scanners look for it', () => {
    expect(written().components[2]).toMatchObject({
      purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc',
      properties: [
        { name: 'aquasecurity:trivy:SrcName', value: 'glibc' },
        { name: 'aquasecurity:trivy:SrcVersion', value: '2.36-9+deb12u10' },
      ],
    });
    expect(written(fedora).components[3]).toMatchObject({
      licenses: [{ license: { name: 'GPL+ or Artistic' } }],
      properties: [
        { name: 'aquasecurity:trivy:SrcName', value: 'perl' },
        { name: 'aquasecurity:trivy:SrcVersion', value: '5.42.0' },
        { name: 'aquasecurity:trivy:SrcRelease', value: '520.fc43' },
      ],
    });
  });

  it('is the same whenever it is written, under another name than that of the other format', () => {
    expect(written()).toStrictEqual(written());
    expect(written().serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/);
    expect(written().serialNumber).not.toBe(spdxDocument(debian, digest).documentNamespace);
  });
});
