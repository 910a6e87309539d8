/** Which templates may be used, and which of them may run their tasks. */

import { InputError } from '@backstage/errors';

const ABBREVIATIONS: Record<string, string> = {
  'gh:': 'https://github.com/',
  'gl:': 'https://gitlab.com/',
};

// What no program between here and the server reads in two ways: no `%2e`, no backslash, no second `@`,
// and no leading `-`, which ssh could take for an option.
const USER = String.raw`[A-Za-z0-9_][\w.-]*@`;
const HOST = String.raw`[A-Za-z0-9][A-Za-z0-9.-]*`;
const URL_FORM = new RegExp(String.raw`^(https?|git|ssh)://(${USER})?(${HOST}(?::\d+)?)/(.*)$`, 'i');
const FILE_FORM = /^file:\/\/(\/.*)$/i;
const SCP_FORM = new RegExp(String.raw`^(${USER})?(${HOST}):([^/].*)$`);
const SEGMENT = /^[\w.~-]+$/;

/** A template that may be used. */
export interface Source {
  /** Its address in the form in which Copier takes it for git's, written out. */
  url: string;
  trusted: boolean;
}

interface Address {
  url: string;
  /** What is compared: the address without `git+`, with a host in lower case. */
  place: string;
}

export class Sources {
  readonly #allowed: string[];
  readonly #trusted: string[];

  /** Throws InputError for an entry that cannot be meant: somebody's project is too late for that. */
  constructor(allowed: string[], trusted: string[]) {
    this.#allowed = allowed.map(entry => readEntry(entry, 'sources'));
    this.#trusted = trusted.map(entry => readEntry(entry, 'trusted'));
    const stray = this.#trusted.find(entry => !isCovered(entry, this.#allowed));
    if (stray !== undefined) {
      throw new InputError(`scaffolder.copier.trusted: scaffolder.copier.sources does not allow ${stray}.`);
    }
  }

  /** Returns the template with this address; throws InputError where it may not be used. */
  find(text: string): Source {
    const { url, place } = parse(text);
    if (!isCovered(place, this.#allowed)) {
      throw new InputError(`The template ${url} is not among scaffolder.copier.sources.`);
    }
    return { url, trusted: isCovered(place, this.#trusted) };
  }
}

/** An entry that ends in `/` is for all that is below it, as in Copier's own setting `trust`. */
function isCovered(place: string, entries: string[]): boolean {
  return entries.some(entry =>
    entry.endsWith('/') ? place.startsWith(entry) : withoutSuffix(place) === withoutSuffix(entry),
  );
}

/** Servers take both names for one repository; two folders are two. */
function withoutSuffix(place: string): string {
  return place.startsWith('/') ? place : place.replace(/\.git$/, '');
}

function readEntry(entry: string, setting: string): string {
  try {
    // Everything on a server is an entry, but no template.
    const host = /^([a-z+]+:\/\/[^/]+)\/$/i.exec(entry);
    const { place } = parse(host ? `${host[1]}/any` : entry);
    if (host) return place.replace(/any$/, '');
    return entry.endsWith('/') ? `${place}/` : place;
  } catch (error) {
    // The entry itself is not shown: it may hold a password.
    throw new InputError(`scaffolder.copier.${setting}: ${(error as Error).message}`);
  }
}

/** Reads an address that means one thing only; throws InputError, which does not show it, for any other. */
function parse(text: string): Address {
  const given = writtenOut(text).replace(/^git\+/, '');
  if (/^(?!ssh:)[a-z]+:\/\/[^/]*@/i.test(given) || /^ssh:\/\/[^/]*:[^/]*@/i.test(given)) {
    throw new InputError(
      'A template address must not hold a user or a password: Copier would record it in the project. ' +
        "Give it to git's credential helper on the host.",
    );
  }
  if (given.startsWith('/')) {
    const place = `/${normalPath(given)}`;
    return { url: place, place };
  }
  const place = remotePlace(given);
  return { url: isKnownToCopier(place) ? place : `git+${place}`, place };
}

function remotePlace(given: string): string {
  const [, scheme, user = '', host, path] = URL_FORM.exec(given) ?? [];
  if (scheme !== undefined && host !== undefined && path !== undefined) {
    return `${scheme.toLowerCase()}://${user}${host.toLowerCase()}/${normalPath(path)}`;
  }
  const [, file] = FILE_FORM.exec(given) ?? [];
  if (file !== undefined) return `file:///${normalPath(file)}`;
  const [, login = '', server, below] = SCP_FORM.exec(given) ?? [];
  if (server !== undefined && below !== undefined) {
    return `${login}${server.toLowerCase()}:${normalPath(below)}`;
  }
  throw new InputError(
    'A template address is https://HOST/PATH, ssh://git@HOST/PATH, git@HOST:PATH, gh:OWNER/NAME, ' +
      'gl:OWNER/NAME, or an absolute path.',
  );
}

/** Abbreviations are recorded in the project as they are, and update bots read full addresses only. */
function writtenOut(text: string): string {
  const abbreviation = Object.keys(ABBREVIATIONS).find(prefix => text.startsWith(prefix));
  if (abbreviation === undefined) return text;
  return ABBREVIATIONS[abbreviation] + text.slice(abbreviation.length).replace(/^\//, '');
}

function normalPath(path: string): string {
  const names = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (!names.every(name => SEGMENT.test(name) && name !== '.' && name !== '..')) {
    throw new InputError(
      'The path of a template address holds letters, digits, "-", ".", "_" and "~" between single slashes.',
    );
  }
  return names.join('/');
}

/** Copier takes any other address for a folder, unless `git+` is before it. */
function isKnownToCopier(place: string): boolean {
  return place.endsWith('.git') || /^(git@|git:\/\/|https:\/\/(github|gitlab)\.com\/)/.test(place);
}
