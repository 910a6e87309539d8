import assert from 'node:assert/strict';
import { test } from 'node:test';

import { passedOn } from './environment';

const NEEDED = [
  ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'XDG_CACHE_HOME', 'https_proxy', 'NO_PROXY', 'SSL_CERT_FILE'],
  ...['REQUESTS_CA_BUNDLE', 'GIT_SSL_CAINFO', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_SSH_COMMAND'],
  ...['UV', 'UV_CACHE_DIR', 'UV_DEFAULT_INDEX', 'PIP_INDEX_URL'],
  ...['COPIER_SETTINGS_PATH', 'ASYNCIO_TEMPLATE_STEP_SECONDS'],
];

const SECRET = [
  ...['GITHUB_TOKEN', 'GITLAB_TOKEN', 'GIT_TOKEN', 'GIT_PASSWORD', 'POSTGRES_PASSWORD', 'BACKEND_SECRET'],
  ...['AWS_SECRET_ACCESS_KEY', 'AUTH_GITHUB_CLIENT_SECRET', 'APP_CONFIG_backend_auth_keys', 'UV_PUBLISH_TOKEN'],
  ...['NODE_OPTIONS', 'npm_config__authToken', 'MY_PATH', 'PATH_TOKEN', 'HOMEPAGE_KEY', 'LD_PRELOAD', 'PYTHONPATH'],
  ...['GIT_DIR', 'GIT_WORK_TREE', 'ASYNCIO_TEMPLATE_REPORT'],
];

test('what the tools need is passed on, and nothing else', () => {
  const environment = Object.fromEntries([...NEEDED, ...SECRET].map(name => [name, 'x']));
  assert.deepEqual(Object.keys(passedOn(environment)).sort(), [...NEEDED].sort());
});
