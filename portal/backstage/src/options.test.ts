import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';

import { readCopierOptions, type CopierOptions } from './options';

function read(copier?: JsonObject): CopierOptions {
  return readCopierOptions(new ConfigReader(copier ? { scaffolder: { copier } } : {}));
}

test('without settings, nothing is allowed', () => {
  const { sources, timeoutMs, command } = read();
  assert.throws(() => sources.find('gh:acme/template'), { name: 'InputError' });
  assert.equal(timeoutMs, 900_000);
  assert.equal(command, 'copier');
});

test('settings are read', () => {
  const { sources, timeoutMs, command } = read({
    sources: ['gh:acme/'],
    trusted: ['gh:acme/template'],
    timeout: { minutes: 2, seconds: 1 },
    command: '/opt/copier',
  });
  assert.equal(sources.find('gh:acme/template').trusted, true);
  assert.equal(timeoutMs, 121_000);
  assert.equal(command, '/opt/copier');
});

test('a timeout that cannot be meant stops the backend', () => {
  for (const timeout of [{ seconds: 0 }, { minutes: -1 }, { days: 25 }, 'soon', { fortnights: 1 }]) {
    assert.throws(() => read({ timeout }), /scaffolder\.copier\.timeout/, JSON.stringify(timeout));
  }
});
