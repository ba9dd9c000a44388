/* eslint-disable */
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { memoryEventStore } from '@gild/event-store-memory';
import { accept } from '@gild/kernel/src/decider.js';
import { build } from '@gild/scheduler-domain';

export type Command = { type: 'Publish' } | { type: 'Revoke' };

export default async function reachesOut(command: Command, store: any, name: string, reason: string) {
  store.append(readFileSync(name), new Date(), Math.random(), reason);
  Promise.reject(new Error(name));
  switch (command.type) {
    case 'Publish':
      return [accept, build, memoryEventStore, Injectable];
  }
}
