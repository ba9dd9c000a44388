import { z } from 'zod';
import { networkConfigViolations } from '../validation/network-config.js';

/** cloud-init network configuration as the text of a YAML document. */
export const NetworkConfigText = z
  .string()
  .max(65_536)
  .superRefine((text, context) => {
    const inside = networkConfigViolations(text);
    if (inside.length > 0) context.addIssue({ code: 'custom', params: { inside } });
  })
  .meta({ errorMessage: 'expected a cloud-init network configuration as text (network_config: | …)' });
