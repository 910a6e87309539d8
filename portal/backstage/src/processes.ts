/** Runs a program with a limit, and ends all that it started. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

// A task may have a cleaner, as the proof of asyncio-template has: it gets the time to do its work.
const GRACE_MS = 10_000;
const MARK = 'COPIER_COPY_RUN';

export type Stream = 'stdout' | 'stderr';

export interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  onLine: (line: string, stream: Stream) => void;
}

/** How the run ended; `code` is null where a signal ended the program. */
export type Ending =
  | { how: 'exited'; code: number | null }
  | { how: 'timed out' }
  | { how: 'cancelled' };

const running = new Set<number>();
process.once('exit', () => running.forEach(group => kill(-group, 'SIGTERM')));

/** Runs a program; when this returns, nothing is left of it. Throws where it cannot be started. */
export async function run(command: string, args: string[], options: RunOptions): Promise<Ending> {
  const id = randomUUID();
  const mark = `${MARK}=${id}`;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env, [MARK]: id },
    detached: true, // The leader of a group of its own, which can be ended as a whole.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  const read = Promise.all([
    readLines(child.stdout, line => options.onLine(line, 'stdout')),
    readLines(child.stderr, line => options.onLine(line, 'stderr')),
  ]);
  const group = child.pid;
  if (group === undefined) {
    await exited; // Throws: it was not started.
    throw new Error(`${command} was not started`);
  }

  running.add(group);
  const stop = stopOn(options.signal, options.timeoutMs);
  try {
    const stopped = await Promise.race([exited, stop.asked]);
    if (stopped) kill(-group, 'SIGTERM');
    // The output ends with the last process that has it, so also with what outlives Copier for a moment.
    await Promise.race([Promise.all([exited, read]), delay(GRACE_MS, undefined, { ref: false })]);
    // The dead take a moment to go, and the last breath of one may have started another.
    for (let round = 0; round < 100 && killAll(group, mark); round++) await delay(20);
    await exited;
    child.stdout.destroy();
    child.stderr.destroy();
    return stopped ? { how: stopped } : { how: 'exited', code: child.exitCode };
  } finally {
    stop.forget();
    running.delete(group);
  }
}

/** Waits for a cancellation or for the time limit; `AbortSignal.any` may be forgotten before it fires. */
function stopOn(
  signal: AbortSignal | undefined,
  timeoutMs: number,
): { asked: Promise<'cancelled' | 'timed out'>; forget: () => void } {
  let forget = (): void => undefined;
  const asked = new Promise<'cancelled' | 'timed out'>(resolve => {
    const cancel = (): void => resolve('cancelled');
    const timer = setTimeout(() => resolve('timed out'), timeoutMs);
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    forget = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
  });
  return { asked, forget };
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  return new Promise(resolve => {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine).once('close', resolve);
  });
}

/** Sends a signal; returns false where nobody is left to get it. */
function kill(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

/** Kills the group and what left it; returns whether there was anything. */
function killAll(group: number, mark: string): boolean {
  const inGroup = kill(-group, 'SIGKILL');
  return killMarked(mark) || inGroup;
}

/** Kills what has the mark in its environment, which only Linux tells of other processes. */
function killMarked(mark: string): boolean {
  if (process.platform !== 'linux') return false;
  const marked = readdirSync('/proc').filter(name => /^\d+$/.test(name) && environmentOf(name).includes(mark));
  marked.forEach(pid => kill(Number(pid), 'SIGKILL'));
  return marked.length > 0;
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // It has ended, or is another user's.
  }
}
