import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sources } from './sources';

const ALLOWED = [
  'https://github.com/acme/',
  'https://git.example.com/one/template',
  'https://git.example.com/two/template.git',
  'git@git.example.com:acme/',
  'ssh://git@git.example.com:7999/acme/',
  'gl:acme/template',
  '/srv/templates/',
  '/srv/one',
  'https://everything.example.com/',
  'file:///srv/files/',
];

const MAY_BE_USED: Record<string, string> = {
  'https://github.com/acme/template': 'https://github.com/acme/template',
  'https://github.com/acme/template.git': 'https://github.com/acme/template.git',
  'https://github.com/acme/template/': 'https://github.com/acme/template',
  'https://github.com/acme/group/template': 'https://github.com/acme/group/template',
  'HTTPS://GitHub.COM/acme/template': 'https://github.com/acme/template',
  'git+https://github.com/acme/template': 'https://github.com/acme/template',
  'gh:acme/template': 'https://github.com/acme/template',
  'gh:/acme/template': 'https://github.com/acme/template',
  'gl:acme/template': 'https://gitlab.com/acme/template',
  'https://gitlab.com/acme/template.git': 'https://gitlab.com/acme/template.git',
  'https://git.example.com/one/template': 'git+https://git.example.com/one/template',
  'https://git.example.com/one/template.git': 'https://git.example.com/one/template.git',
  'https://git.example.com/two/template': 'git+https://git.example.com/two/template',
  'https://git.example.com/two/template.git': 'https://git.example.com/two/template.git',
  'git@git.example.com:acme/template.git': 'git@git.example.com:acme/template.git',
  'ssh://git@git.example.com:7999/acme/template': 'git+ssh://git@git.example.com:7999/acme/template',
  'https://everything.example.com/~me/template.git': 'https://everything.example.com/~me/template.git',
  '/srv/templates/a/b': '/srv/templates/a/b',
  '/srv/one/': '/srv/one',
  'file:///srv/files/a.git': 'file:///srv/files/a.git',
};

const MAY_NOT_BE_USED = [
  // another owner, server, scheme or repository
  'https://github.com/acme-evil/template',
  'https://github.com/acme',
  'https://github.com/acme/',
  'https://github.com/ACME/template',
  'https://github.com/evil/acme/template',
  'https://github.com.evil.example/acme/template',
  'https://github.comevil/acme/template',
  'https://github.com./acme/template',
  'https://github.com:8443/acme/template',
  'http://github.com/acme/template',
  'git://github.com/acme/template',
  'ssh://git@github.com/acme/template',
  'git@github.com:acme/template',
  'git@git.example.com:acme-evil/template.git',
  'root@git.example.com:acme/template.git',
  'https://git.example.com/one/template/below',
  'https://git.example.com/one/template.gitx',
  'https://git.example.com/one/template.git.git',
  'gh:evil/template',
  'gl:acme/other',
  'GH:acme/template',
  '/srv/one.git',
  '/srv/one/below',
  '/srv/templates',
  '/etc',
  'file:///srv/other/a.git',
  // ways out of a prefix
  'https://github.com/acme/../evil/template',
  'https://github.com/acme/./../evil/template',
  'https://github.com/acme/..',
  'https://github.com/acme/%2e%2e/evil/template',
  'https://github.com/acme/%2E./evil/template',
  'https://github.com/acme/..%2fevil/template',
  'https://github.com/acme//../evil/template',
  'https://github.com/acme//template',
  'https://github.com/acme/\\..\\evil/template',
  'https://github.com\\@evil.example/acme/template',
  'https:\\\\github.com/acme/template',
  'gh:acme/../evil/template',
  'gh:../evil/template',
  'git@git.example.com:acme/../evil/template.git',
  '/srv/templates/../../etc',
  'file:///srv/files/../other/a.git',
  'https://github.com/acme/template?x=/../../evil',
  'https://github.com/acme/template#@evil.example',
  // users and passwords
  'https://github.com@evil.example/acme/template',
  'https://github.com:acme@evil.example/template',
  'https://user@github.com/acme/template',
  'https://user:word@github.com/acme/template',
  'git+https://user:word@github.com/acme/template',
  'ssh://git:word@git.example.com:7999/acme/template',
  'ssh://git@github.com@git.example.com:7999/acme/template',
  'gh:@evil.example/template',
  // what another program could take for something else
  '',
  ' ',
  '-',
  '--upload-pack=touch /tmp/evil',
  '--trust',
  '-oProxyCommand=evil:acme/template',
  'ssh://-oProxyCommand=evil/acme/template',
  'ext::sh -c evil',
  'git+ext::sh -c evil',
  'git+--upload-pack=evil',
  'fd::17/acme',
  ' https://github.com/acme/template',
  'https://github.com/acme/template ',
  'https://github.com/acme/template\n',
  'https://github.com/acme/temp\tlate',
  'https://github.com/acme/template\0',
  'https://gıthub.com/acme/template',
  'https://github.com/acme/tëmplate',
  'https:///acme/template',
  'file://github.com/srv/files/a.git',
  '.',
  '..',
  './template',
  'template',
  '~/template',
  '~root/template',
  'C:\\templates\\one',
  'javascript:alert(1)',
];

test('a template may be used that an entry names', () => {
  const sources = new Sources(ALLOWED, []);
  for (const [text, url] of Object.entries(MAY_BE_USED)) {
    assert.deepEqual(sources.find(text), { url, trusted: false }, text);
  }
});

test('no other may be used, whatever it looks like', () => {
  const sources = new Sources(ALLOWED, []);
  for (const text of MAY_NOT_BE_USED) {
    assert.throws(() => sources.find(text), { name: 'InputError' }, JSON.stringify(text));
  }
});

test('without entries, none may be used', () => {
  assert.throws(() => new Sources([], []).find('https://github.com/acme/template'), {
    name: 'InputError',
    message: 'The template https://github.com/acme/template is not among scaffolder.copier.sources.',
  });
});

test('the trusted ones are trusted, by the same rules', () => {
  const sources = new Sources(ALLOWED, ['https://github.com/acme/trusted', 'gl:acme/template', '/srv/templates/ours/']);
  const trusted = (text: string): boolean => sources.find(text).trusted;
  for (const text of ['gh:acme/trusted', 'https://github.com/acme/trusted.git', '/srv/templates/ours/a']) {
    assert.equal(trusted(text), true, text);
  }
  for (const text of ['gh:acme/trusted-not', 'gh:acme/trusted/below', '/srv/templates/ours', '/srv/templates/a']) {
    assert.equal(trusted(text), false, text);
  }
});

test('a prefix that ends in .git/ does not stand for the one without', () => {
  const sources = new Sources(['https://git.example.com/acme.git/'], []);
  assert.throws(() => sources.find('https://git.example.com/acme/template'), { name: 'InputError' });
});

test('an entry that cannot be meant stops the backend', () => {
  const entries = [
    ...['', '/', 'file:///', 'https://', 'github.com/acme', 'https://github.com', 'git@github.com:'],
    ...['-host:acme/', 'ssh://-host/acme/', 'git@-host:acme/', 'https://user@github.com/', '~/templates/', '/srv/../'],
  ];
  for (const entry of entries) {
    const expected = { name: 'InputError', message: /^scaffolder\.copier\.sources: / };
    assert.throws(() => new Sources([entry], []), expected, entry);
  }
});

test('so does a trusted entry that is not allowed', () => {
  for (const entry of ['https://github.com/evil/', 'https://github.com/', 'gl:acme/']) {
    assert.throws(() => new Sources(ALLOWED, [entry]), { message: /^scaffolder\.copier\.trusted: / }, entry);
  }
});

test('an address with a user or a password is refused as such', () => {
  const addresses = [
    'https://user@github.com/acme/template',
    'https://user:word@github.com/acme/template',
    'git+https://user:word@github.com/acme/template',
    'https://github.com@evil.example/acme/template',
    'ssh://git:word@git.example.com:7999/acme/template',
  ];
  for (const address of addresses) {
    assert.throws(() => new Sources(ALLOWED, []).find(address), { message: /a user or a password/ }, address);
  }
});

test('a password is never shown', () => {
  const secret = 'https://user:passw0rd@github.com/acme/template';
  const attempts = [
    () => new Sources(ALLOWED, []).find(secret),
    () => new Sources(ALLOWED, []).find('user:passw0rd@github.com:acme/template'),
    () => new Sources([secret], []),
    () => new Sources(ALLOWED, [secret]),
  ];
  for (const attempt of attempts) {
    assert.throws(attempt, (error: Error) => !String(error.stack).includes('passw0rd'));
  }
});
