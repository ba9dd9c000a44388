import { isoTime } from '@gild/kernel';
import { z } from 'zod';

export const Command = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Publish'), at: z.iso.datetime() }),
  z.strictObject({ type: z.literal('Revoke'), at: z.iso.datetime() }),
]);

export const decided = (command: z.infer<typeof Command>): string => {
  switch (command.type) {
    case 'Publish':
      return `published at ${command.at}`;
    case 'Revoke':
      return `revoked at ${command.at}, known since ${isoTime(0)}`;
  }
};
