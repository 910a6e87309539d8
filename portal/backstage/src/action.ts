/** The action `copier:copy`. */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { JsonObject } from '@backstage/types';

import { readVersion, writeAnswers } from './answers';
import { passedOn } from './environment';
import { examples } from './examples';
import { TIMEOUT_SETTING, type CopierOptions } from './options';
import { Output } from './output';
import { run, type Ending, type RunOptions } from './processes';
import { readReport, REPORT_VARIABLE, verdictOf, type Report } from './verdict';

export function createCopierCopyAction(options: CopierOptions) {
  return createTemplateAction({
    id: 'copier:copy',
    description: 'Generates a project with Copier, such that `copier update` works in it.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        url: z =>
          z.string().describe('The template: what Copier takes for a git repository, such as gh:OWNER/NAME'),
        ref: z => z.string().describe('A tag, a branch or a commit; the newest release if empty').optional(),
        values: z =>
          z.object({}).passthrough().describe("The answers; an empty one is left to Copier's default").optional(),
        targetPath: z => z.string().describe('A folder below the workspace; the workspace if empty').optional(),
      },
      output: {
        version: z => z.string().describe("The template's version that the project records").optional(),
        proven: z => z.boolean().describe("Whether the template's proof of the project was run, and passed"),
        verdict: z => z.string().describe('What the proof said, or why there is none and how to get it'),
      },
    },
    async handler(ctx) {
      const source = options.sources.find(ctx.input.url);
      const ref = checkedRef(ctx.input.ref);
      const project = resolveSafeChildPath(ctx.workspacePath, ctx.input.targetPath || '.');
      const isDryRun = ctx.isDryRun ?? false;
      const output = new Output();
      // In the system's folder, whose short path leaves room for the names of sockets.
      const folder = await mkdtemp(join(tmpdir(), 'copier-'));
      try {
        const scratch = join(folder, 'tmp');
        const report = join(folder, 'report.json');
        const answers = join(folder, 'answers.json');
        await mkdir(scratch);
        await writeAnswers(answers, (ctx.input.values ?? {}) as JsonObject);
        const args = [
          'copy',
          '--defaults',
          '--overwrite',
          `--data-file=${answers}`,
          ...(ref ? [`--vcs-ref=${ref}`] : []),
          ...(source.trusted ? ['--trust'] : []),
          ...(source.trusted && !isDryRun ? [] : ['--skip-tasks']),
          '--',
          source.url,
          project,
        ];
        const ending = await start(options.command, args, {
          cwd: folder,
          env: {
            ...passedOn(process.env),
            [REPORT_VARIABLE]: report,
            GIT_TERMINAL_PROMPT: '0', // Nobody is there to answer.
            NO_COLOR: '1',
            PYTHONUNBUFFERED: '1', // Lines are shown as they are printed.
            TMPDIR: scratch, // What is left there by a program that was killed is removed.
          },
          timeoutMs: options.timeoutMs,
          signal: ctx.signal,
          onLine: (raw, stream) => {
            // The workspace is named after the task, and is gone when a person reads the log.
            const named = raw.replaceAll(project, 'PROJECT').replaceAll(basename(ctx.workspacePath), 'PROJECT');
            const line = output.add(named, stream);
            if (line !== undefined) ctx.logger.info(line);
          },
        });
        const reported = await readReport(report);
        check(ending, options.timeoutMs, output, reported);

        const version = await readVersion(project);
        const { proven, verdict } = verdictOf(source, version, isDryRun, reported, output);
        if (!proven) ctx.logger.warn(verdict);
        if (version !== undefined) ctx.output('version', version);
        ctx.output('proven', proven);
        ctx.output('verdict', verdict);
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  });
}

/** Returns the ref; throws InputError for one that git or Copier could take for something else. */
function checkedRef(ref: string | undefined): string | undefined {
  if (ref && !/^[\w.@][^\s\x00-\x1f\x7f]*$/.test(ref)) {
    throw new InputError('A ref is the name of a tag or a branch, or a commit.');
  }
  return ref;
}

async function start(command: string, args: string[], options: RunOptions): Promise<Ending> {
  try {
    return await run(command, args, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      `"${command}" is not installed on the portal's host: install Copier 9.15 or later (pipx install copier), ` +
        'or name the program in scaffolder.copier.command.',
    );
  }
}

/** Throws where Copier did not come to a good end. */
function check(ending: Ending, timeoutMs: number, output: Output, report: Report | undefined): void {
  if (ending.how === 'timed out') {
    throw new Error(
      `Copier took longer than ${timeoutMs / 1000} seconds, and was ended with all that it started; ` +
        `${TIMEOUT_SETTING} sets another limit.`,
    );
  }
  if (ending.how === 'cancelled') {
    throw new Error('The task was cancelled; Copier was ended with all that it started.');
  }
  if (ending.code === 0) return;
  if (report && report.verdict !== 'proven') throw new Error(`Not proven: ${report.sentence}`);
  const { sentence, isInput } = output.failure;
  throw isInput ? new InputError(sentence) : new Error(`Copier failed: ${sentence}`);
}
