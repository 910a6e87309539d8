/** What the tests share: templates in real git repositories, and a task's context. */

import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';

import { createCopierCopyAction } from './action';
import type { CopierOptions } from './options';
import { Sources } from './sources';

const ROOT = mkdtempSync(join(tmpdir(), 'copier-copy-tests-'));
process.once('exit', () => execFileSync('rm', ['-rf', ROOT]));
// The settings and the temporary files of whoever runs the tests stay out of them.
writeFileSync(join(ROOT, 'settings.yml'), '{}\n');
process.env.COPIER_SETTINGS_PATH = join(ROOT, 'settings.yml');
process.env.TMPDIR = newFolder('tmp');

export function newFolder(name: string): string {
  return mkdtempSync(join(ROOT, `${name}-`));
}

/** Returns what the action has in the temporary folder. */
export function leftovers(): string[] {
  return readdirSync(tmpdir());
}

export const ANSWERS = { '{{ _copier_conf.answers_file }}.jinja': '{{ _copier_answers|to_nice_yaml }}' };

/** Makes a git repository of these files, with a release; returns its path. */
export function template(files: Record<string, string>, tag = 'v1.0.0'): string {
  const folder = newFolder('template');
  git(folder, 'init', '--quiet', '--initial-branch=main');
  release(folder, { ...ANSWERS, ...files }, tag);
  return folder;
}

export function release(folder: string, files: Record<string, string>, tag: string): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message=as it stands');
  git(folder, 'tag', tag);
}

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args]);
}

export interface Run {
  workspace: string;
  output: Record<string, unknown>;
  log: string[];
  /** What the action threw. */
  error: Error | undefined;
}

export interface Settings {
  trusted?: boolean;
  isDryRun?: boolean;
  timeoutMs?: number;
  command?: string;
  signal?: AbortSignal;
  onLog?: (line: string) => void;
}

/** Runs the action as a task does; the url is allowed. */
export async function copy(
  input: { url: string; ref?: string; values?: JsonObject; targetPath?: string },
  settings: Settings = {},
): Promise<Run> {
  const result: Run = { workspace: newFolder('workspace'), output: {}, log: [], error: undefined };
  const log = (line: string): void => {
    result.log.push(line);
    settings.onLog?.(line);
  };
  const logger: LoggerService = { debug: log, info: log, warn: log, error: log, child: () => logger };
  const options: CopierOptions = {
    sources: new Sources([input.url], settings.trusted ? [input.url] : []),
    timeoutMs: settings.timeoutMs ?? 60_000,
    command: settings.command ?? 'copier',
  };
  const unused = (): never => {
    throw new Error('the action does not use it');
  };
  try {
    await createCopierCopyAction(options).handler({
      input,
      logger,
      workspacePath: result.workspace,
      output: (name, value) => {
        result.output[name] = value;
      },
      isDryRun: settings.isDryRun ?? false,
      ...(settings.signal ? { signal: settings.signal } : {}),
      task: { id: 'test' },
      checkpoint: unused,
      createTemporaryDirectory: unused,
      getInitiatorCredentials: unused,
    });
  } catch (error) {
    result.error = error as Error;
  }
  return result;
}

/** A shell script that starts processes in its group, out of it, orphans, and some that are hard to end. */
export function processTree(): { script: string; mark: string } {
  const mark = `86400.${randomInt(1e9)}`;
  const script =
    `sleep ${mark} & env -i sleep ${mark} & setsid sleep ${mark} >/dev/null 2>&1 & (setsid sh -c 'sleep ${mark} & exit') & ` +
    `(trap '' TERM; echo started; sleep ${mark}; sleep ${mark}) & wait`;
  return { script, mark };
}

/** Returns the processes that have this text on their command line. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .map(commandLine)
    .filter(line => line.includes(text));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has ended.
  }
}
