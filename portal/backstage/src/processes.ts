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
  const mark = `${MARK}=${randomUUID()}`;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env, [MARK]: mark.slice(MARK.length + 1) },
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
  try {
    const limit = AbortSignal.timeout(options.timeoutMs);
    const stop = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
    await Promise.race([exited, aborted(stop)]);
    const stopped = child.exitCode === null && child.signalCode === null;
    if (stopped) kill(-group, 'SIGTERM');
    // The output ends with the last process that has it, so also with what outlives Copier for a moment.
    await Promise.race([Promise.all([exited, read]), delay(GRACE_MS, undefined, { ref: false })]);
    kill(-group, 'SIGKILL');
    killMarked(mark);
    await exited;
    child.stdout.destroy();
    child.stderr.destroy();
    if (!stopped) return { how: 'exited', code: child.exitCode };
    return { how: options.signal?.aborted ? 'cancelled' : 'timed out' };
  } finally {
    running.delete(group);
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  return new Promise(resolve => {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine).once('close', resolve);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function kill(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Kills what left the group; only Linux shows by their environment which processes those are. */
function killMarked(mark: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) continue;
    } catch {
      continue; // It has ended, or is another user's.
    }
    kill(Number(pid), 'SIGKILL');
  }
}
