/** Answers on their way to Copier, and what it recorded of them. */

import { chmod, readFile, writeFile } from 'node:fs/promises';

import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import { parse } from 'yaml';

export const ANSWERS_FILE = '.copier-answers.yml';

/** Writes the answers for `--data-file`; a field that was left empty is left to Copier's default. */
export async function writeAnswers(path: string, values: JsonObject): Promise<void> {
  const given = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  await writeFile(path, asYaml(Object.fromEntries(given)), { mode: 0o600, flag: 'wx' });
  await chmod(path, 0o600); // Whatever the umask is.
}

/** JSON is YAML, but for characters that YAML refuses unless they are escaped, or takes for a line's end. */
function asYaml(value: JsonObject): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Returns the template's version that a project records, where it records one. */
export async function readVersion(project: string): Promise<string | undefined> {
  try {
    const text = await readFile(resolveSafeChildPath(project, ANSWERS_FILE), 'utf8');
    const version: unknown = parse(text)?._commit;
    return version === undefined || version === null ? undefined : String(version);
  } catch {
    return undefined; // Another template may keep no answers, or keep them elsewhere.
  }
}
