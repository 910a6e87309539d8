/** The action's part of app-config.yaml. */

import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';

import { Sources } from './sources';

export const TIMEOUT_SETTING = 'scaffolder.copier.timeout';
const DEFAULT_TIMEOUT_MS = 15 * 60 * 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1; // Node fires a longer one at once.

export interface CopierOptions {
  sources: Sources;
  timeoutMs: number;
  command: string;
}

/** Reads the settings; throws when one of them cannot be meant. */
export function readCopierOptions(config: Config): CopierOptions {
  const timeoutMs = config.has(TIMEOUT_SETTING)
    ? durationToMilliseconds(readDurationFromConfig(config, { key: TIMEOUT_SETTING }))
    : DEFAULT_TIMEOUT_MS;
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS)) {
    throw new InputError(`${TIMEOUT_SETTING} must be more than nothing, and at most 24 days.`);
  }
  return {
    sources: new Sources(
      config.getOptionalStringArray('scaffolder.copier.sources') ?? [],
      config.getOptionalStringArray('scaffolder.copier.trusted') ?? [],
    ),
    timeoutMs,
    command: config.getOptionalString('scaffolder.copier.command') ?? 'copier',
  };
}
