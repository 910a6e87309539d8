/** Whether the new project was proven: what the template's own proof reported, or why there is no report. */

import { readFile } from 'node:fs/promises';

import { ANSWERS_FILE } from './answers';
import type { Output } from './output';
import type { Source } from './sources';

/** The environment variable that names the file for the report; see hooks/proof.py of asyncio-template. */
export const REPORT_VARIABLE = 'ASYNCIO_TEMPLATE_REPORT';

export interface Report {
  verdict: string;
  sentence: string;
}

export interface Verdict {
  proven: boolean;
  verdict: string;
}

/** Returns what a proof reported; nothing where none ran to its end. */
export async function readReport(path: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

export function verdictOf(
  source: Source,
  version: string | undefined,
  isDryRun: boolean,
  report: Report | undefined,
  output: Output,
): Verdict {
  if (report?.verdict === 'proven') {
    return { proven: true, verdict: output.proven ?? 'Proven: so says the report of its proof.' };
  }
  return { proven: false, verdict: whyNot(source, version, isDryRun, output) };
}

function whyNot(source: Source, version: string | undefined, isDryRun: boolean, output: Output): string {
  if (!source.trusted) {
    const ref = version === undefined ? '' : `--vcs-ref=${version} `;
    return (
      'Not proven: this portal does not trust the template, so no task of it was run. To prove it: copier copy ' +
      `--trust --defaults --data-file=PROJECT/${ANSWERS_FILE} ${ref}${source.url} NEW_FOLDER`
    );
  }
  if (isDryRun) return 'Not proven: a dry run runs no task. To prove it: create the project.';
  return output.unproven ?? "Not proven: the template's tasks were run, and reported no proof.";
}
