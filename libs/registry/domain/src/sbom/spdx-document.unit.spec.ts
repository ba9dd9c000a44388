import fc from 'fast-check';
import { spdxDocument, type SpdxDocument } from './spdx-document.js';
import { debian, digest, fedora } from './subject-under-test.spec.js';

const written = (subject = debian) => spdxDocument(subject, digest);
const named = (document: SpdxDocument, name: string) => document.packages.find((each) => each.name === name);

describe('a document of SPDX', () => {
  it('has what a document and its creation need (§6, §7)', () => {
    const { packages, relationships, ...head } = written();
    expect(head).toStrictEqual({
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'web@1.2.0 x86_64',
      documentNamespace: expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      creationInfo: { created: '2026-11-23T09:00:00Z', creators: ['Tool: gild'] },
    });
    expect([packages.length, relationships.length]).toStrictEqual([8, 8]);
  });

  it('describes the image file, its digest and its taskservs', () => {
    const { relationships, packages } = written();
    const described = relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBES');
    expect(described).toStrictEqual([
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: packages[0]?.SPDXID,
      },
    ]);
    expect(packages[0]).toMatchObject({
      name: 'web',
      versionInfo: '1.2.0',
      checksums: [{ algorithm: 'SHA256', checksumValue: 'a'.repeat(64) }],
      comment: 'taskservs: nginx 1.22.1-9',
      primaryPackagePurpose: 'FILE',
    });
    expect(written(fedora).packages[0]).not.toHaveProperty('comment');
  });

  it('names the distribution, every package, and the source package it was built from', () => {
    const document = written();
    expect(document.packages[1]).toMatchObject({
      name: 'debian',
      versionInfo: '12',
      primaryPackagePurpose: 'OPERATING-SYSTEM',
    });
    expect(document.packages.slice(2).map(({ name, versionInfo }) => [name, versionInfo])).toStrictEqual(
      debian.packages.map(({ name, version }) => [name, version]),
    );
    expect(named(document, 'bash')).toMatchObject({ sourceInfo: 'built package from: bash 5.2.15-2' });
    expect(named(document, 'libc6')).toMatchObject({
      sourceInfo: 'built package from: glibc 2.36-9+deb12u10',
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator:
            'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc',
        },
      ],
    });
    expect(named(written(fedora), 'openssl-libs')).toMatchObject({
      sourceInfo: 'built package from: openssl 3.5.1-2.fc43',
      licenseDeclared: 'NOASSERTION',
      licenseComments: 'the package says: Apache-2.0',
    });
  });

  it('gives everything an identifier of its own (§3.2), and every relationship two that exist (§11)', () => {
    const name = fc.string({ minLength: 1 });
    const packages = fc.array(fc.record({ name, version: name, arch: name, source: name }));
    fc.assert(
      fc.property(packages, (list) => {
        const document = written({ ...debian, packages: list });
        const ids = document.packages.map(({ SPDXID }) => SPDXID);
        expect(new Set(ids).size).toBe(list.length + 2);
        for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
        const contained = document.relationships.slice(1);
        expect(contained.map((each) => each.relatedSpdxElement)).toStrictEqual(ids.slice(1));
        expect(new Set(contained.map((each) => each.spdxElementId))).toStrictEqual(new Set([ids[0]]));
      }),
    );
  });

  it('is the same whenever it is written, and has a name of its own', () => {
    expect(written()).toStrictEqual(written());
    const others = [
      { ...debian, version: '1.2.1' },
      { ...debian, file: { ...debian.file, sha256: 'c'.repeat(64) } },
      { ...debian, packagesSha256: 'c'.repeat(64) },
    ];
    const names = [debian, ...others].map((subject) => written(subject).documentNamespace);
    expect(new Set(names).size).toBe(4);
  });
});
