import type { VmSummary } from '@gild/registry-application';
import { faultCode } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { apiPath, get } from '../context.js';
import type { VmDocument } from './vm-document.js';

/** What is on record of a VM; undefined when it was never reported. */
export const vmOnRecord = async (client: HttpClient, vmId: string): Promise<VmSummary | undefined> => {
  try {
    return (await get(client, apiPath(['vms', vmId]))) as VmSummary;
  } catch (error) {
    if (faultCode(error) === 'VM_NOT_FOUND') return undefined;
    throw error;
  }
};

/** That a VM which was made here runs now. Answers a warning of its version, if there is one. */
export const reportStart = async (client: HttpClient, vm: VmDocument): Promise<string | undefined> => {
  const { image_name: image, image_version: version, host, arch } = vm;
  const path = apiPath(['vms', vm.vm_id, 'start']);
  const call = { path, body: { image, version, host, arch }, repeatable: true };
  return ((await client.json({ method: 'POST', ...call })) as { warning?: string }).warning;
};

/** That it does not run any more. */
export const reportStop = async (client: HttpClient, vmId: string, reason: string): Promise<void> => {
  const path = apiPath(['vms', vmId, 'stop']);
  await client.json({ method: 'POST', path, body: { reason }, repeatable: true });
};
