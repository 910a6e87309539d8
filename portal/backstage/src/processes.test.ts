import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { run, type Ending, type RunOptions } from './processes';
import { newFolder, processesWith, processTree } from './testing';

const OPTIONS: RunOptions = {
  cwd: newFolder('cwd'),
  env: process.env,
  timeoutMs: 60_000,
  signal: undefined,
  onLine: () => undefined,
};

function shell(script: string, options: Partial<RunOptions> = {}): Promise<Ending> {
  return run('sh', ['-c', script], { ...OPTIONS, ...options });
}

// Several at once: most of them wait.
describe('run', { concurrency: true }, () => {
  test('it tells the exit code and each line, and from where it is', async () => {
    const lines: string[] = [];
    const onLine: RunOptions['onLine'] = (line, stream) => void lines.push(`${stream} ${line}`);
    const ending = await shell('echo one; echo two >&2; printf three; exit 3', { onLine });
    assert.deepEqual(ending, { how: 'exited', code: 3 });
    assert.deepEqual(lines.sort(), ['stderr two', 'stdout one', 'stdout three']);
  });

  test('nothing outlives the time limit', async () => {
    const { script, mark } = processTree();
    assert.deepEqual(await shell(script, { timeoutMs: 3000 }), { how: 'timed out' });
    assert.deepEqual(processesWith(mark), []);
  });

  test('nothing outlives a cancellation', async () => {
    const { script, mark } = processTree();
    const controller = new AbortController();
    const onLine: RunOptions['onLine'] = () => controller.abort();
    assert.deepEqual(await shell(script, { signal: controller.signal, onLine }), { how: 'cancelled' });
    assert.deepEqual(processesWith(mark), []);
  });

  test('nothing outlives a good end either', async () => {
    const { script, mark } = processTree();
    const ending = await shell(script.replace(/wait$/, 'sleep 0.5; exit 0'));
    assert.deepEqual(ending, { how: 'exited', code: 0 });
    assert.deepEqual(processesWith(mark), []);
  });

  test('who cleans up on SIGTERM has the time for it', async () => {
    const folder = newFolder('cleaned');
    const controller = new AbortController();
    const onLine: RunOptions['onLine'] = () => controller.abort();
    const script = `trap 'sleep 2; touch ${folder}/done; exit' TERM; echo ready; while :; do sleep 0.1; done`;
    assert.deepEqual(await shell(script, { signal: controller.signal, onLine }), { how: 'cancelled' });
    assert.ok(existsSync(join(folder, 'done')));
  });

  test('a program that is not there is an error', async () => {
    await assert.rejects(run('not-there', [], OPTIONS), { code: 'ENOENT' });
  });

  test('the end of the portal asks what runs to end', async () => {
    const folder = newFolder('asked');
    const script = `trap 'touch ${folder}/asked; exit' TERM; echo ready; while :; do sleep 0.1; done`;
    const program =
      `require(${JSON.stringify(require.resolve('./processes'))}).run('sh', ['-c', process.argv[1]], ` +
      "{ cwd: '/', env: process.env, timeoutMs: 60000, onLine: () => process.exit(0) });";
    execFileSync(process.execPath, ['-e', program, script]);
    const end = Date.now() + 10_000;
    while (!existsSync(join(folder, 'asked')) && Date.now() < end) await delay(50);
    assert.ok(existsSync(join(folder, 'asked')));
  });
});
