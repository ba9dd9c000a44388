import { ReportVmStart, ReportVmStop } from '@gild/contracts';
import type { MomentOf } from '@gild/application-core';
import type { RegistryDeps } from '../registry-deps.js';
import { parseRequest, VmQuery, VmsQuery } from '../requests.js';
import { findImage } from '../views/find-version.js';
import type { RegistryViews } from '../views/registry-views.js';
import { reportVmStart, reportVmStop, unknownVm, warningOf } from './report-vm.js';
import { versionStandings } from './version-standings.js';
import { isAskedFor, standsAsAsked } from './vm-filter.js';
import { vmSummary, type VmSummary } from './vm-summary.js';

/** Reports of virtual machines, and questions about them. A report is answered with the machine as it is then. */
export type VmRequests = {
  /** `ReportVmStart`. `warning`: the version is not for new machines; the start is recorded all the same. */
  reportVmStart(request: unknown): Promise<VmSummary & { warning?: string }>;
  /** `ReportVmStop`. */
  reportVmStop(request: unknown): Promise<VmSummary>;
  /** `{ image?, version?, host?, state?, standing?, at? }`, by name; what is absent leaves nothing out. */
  vms(query?: unknown): Promise<VmSummary[]>;
  /** `{ vmId, at? }`. */
  vm(query: unknown): Promise<VmSummary>;
};

type Given = { deps: RegistryDeps; views: RegistryViews; momentOf: MomentOf };

export const vmRequests = ({ deps, views, momentOf }: Given): VmRequests => {
  const vm: VmRequests['vm'] = async (query) => {
    const { vmId, at } = parseRequest(VmQuery, query);
    const { images, vms } = await views.imagesAndVms(await momentOf({ at }));
    const record = vms.vms.get(vmId);
    if (record === undefined) throw unknownVm(vmId);
    return vmSummary(vmId, record, versionStandings(images));
  };
  return {
    vm,
    vms: async (query) => {
      const asked = parseRequest(VmsQuery, query);
      const { images, vms } = await views.imagesAndVms(await momentOf(asked));
      const isAsked = isAskedFor(asked, images);
      const standings = versionStandings(images);
      return [...vms.vms]
        .filter(([, record]) => isAsked(record))
        .map(([id, record]) => vmSummary(id, record, standings))
        .filter((summary) => standsAsAsked(summary, asked))
        .sort((a, b) => (a.vm_id < b.vm_id ? -1 : 1));
    },
    reportVmStart: async (request) => {
      const report = parseRequest(ReportVmStart, request);
      const images = await views.images();
      const { imageName, version } = await reportVmStart(report, images, deps);
      const warning = warningOf(imageName, version, findImage(images, imageName).life);
      return { ...(await vm({ vmId: report.vmId })), ...(warning !== undefined && { warning }) };
    },
    reportVmStop: async (request) => {
      const report = parseRequest(ReportVmStop, request);
      await reportVmStop(report, deps);
      return vm({ vmId: report.vmId });
    },
  };
};
