import { z } from 'zod';
import { publicKeyProblem } from '../validation/openssh-public-key.js';

const EXPECTED = 'an OpenSSH public key such as "ssh-ed25519 AAAA… name@host"';

/** One line of an authorized_keys file without options. */
export const SshPublicKey = z
  .string()
  .max(16_384)
  .superRefine((line, context) => {
    const found = publicKeyProblem(line);
    if (found !== undefined) context.addIssue({ code: 'custom', params: { expected: EXPECTED, found } });
  })
  .meta({ errorMessage: `expected ${EXPECTED}` });
