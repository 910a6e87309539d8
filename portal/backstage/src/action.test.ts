/** The action, with the real Copier on real git repositories. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { parse } from 'yaml';

import { copy, leftovers, newFolder, processesWith, processTree, release, template, type Run } from './testing';

const QUESTIONS = `
project_name:
  type: str
  default: my-project
  validator: "{% if ' ' in project_name %}A name holds no space.{% endif %}"
package_name:
  type: str
  default: "{{ project_name.replace('-', '_') }}"
count:
  type: int
  default: 1
license:
  type: str
  default: MIT
  choices: [MIT, none]
`;
const FILES = {
  'copier.yml': QUESTIONS,
  'answers.json.jinja': '{{ dict(project_name=project_name, package_name=package_name, count=count) | tojson }}',
};

/** Returns a template whose task is a shell script. */
function withTask(script: string): string {
  return template({ 'copier.yml': `${QUESTIONS}\n_tasks:\n  - ${JSON.stringify(script)}\n`, 'file.txt': 'text' });
}

function answersOf({ workspace }: Run): Record<string, unknown> {
  return JSON.parse(readFileSync(join(workspace, 'answers.json'), 'utf8'));
}

function assertFailed(run: Run, name: string, message: string | RegExp): void {
  assert.equal(run.error?.name, name, `${run.error?.stack}`);
  if (typeof message === 'string') assert.equal(run.error?.message, message);
  else assert.match(run.error?.message ?? '', message);
}

// Several at once: most of them wait.
describe('copier:copy', { concurrency: 4 }, () => {
  after(() => assert.deepEqual(leftovers(), [], 'the temporary folders are removed in every case'));

  const plain = template(FILES);

  // Those that wait longest come first.

  test('the time limit ends Copier, and names the setting', async () => {
    const began = Date.now();
    const run = await copy({ url: withTask('sleep 86400') }, { trusted: true, timeoutMs: 1500 });
    assert.ok(Date.now() - began < 30_000);
    assertFailed(run, 'Error',
      'Copier took longer than 1.5 seconds, and was ended with all that it started; ' +
        'scaffolder.copier.timeout sets another limit.');
  });

  test('the cancellation of a task ends all that Copier started', async () => {
    const tree = processTree();
    const controller = new AbortController();
    const cancelWhenAllRun = async (): Promise<void> => {
      while (processesWith(`sleep ${tree.mark}`).filter(line => line.startsWith('sleep')).length < 5) await delay(50);
      controller.abort();
    };
    const onLog = (line: string): void => void (line === 'started' && cancelWhenAllRun());
    const url = withTask(tree.script);
    const run = await copy({ url }, { trusted: true, signal: controller.signal, onLog });
    assertFailed(run, 'Error', 'The task was cancelled; Copier was ended with all that it started.');
    assert.deepEqual(processesWith(tree.mark), []);
  });

  test('a task that was cancelled before it began begins nothing', async () => {
    const run = await copy({ url: withTask('echo ran') }, { trusted: true, signal: AbortSignal.abort() });
    assertFailed(run, 'Error', /cancelled/);
    assert.ok(!run.log.includes('ran'));
  });

  test('a project is generated, with the answers, and its version is told', async () => {
    const run = await copy({ url: plain, values: { project_name: 'fine-project', count: 3 } });
    assert.ifError(run.error);
    assert.deepEqual(answersOf(run), { project_name: 'fine-project', package_name: 'fine_project', count: 3 });
    assert.equal(run.output.version, 'v1.0.0');
    const recorded = parse(readFileSync(join(run.workspace, '.copier-answers.yml'), 'utf8'));
    assert.equal(recorded._src_path, plain);
  });

  test('an empty field is left to its default', async () => {
    const run = await copy({ url: plain, values: { project_name: 'fine', package_name: '', count: null } });
    assert.deepEqual(answersOf(run), { project_name: 'fine', package_name: 'fine', count: 1 });
  });

  test('text arrives as it was typed, whatever YAML makes of it', async () => {
    const values = {
      code: `{{ 7 * 7 }} {% raw %} '"\\ # : - & * ! | > @ \` $(id) \${HOME} %41 ~ null`,
      controls: '\u007f \u0080 \u0085 \u009f \u00a0 \u2028 \u2029 \ufeff \ufffe \t end',
      letters: 'é 漢 😀',
      lines: 'one\n\n  two\r\nthree\n',
      option: '--vcs-ref=evil',
      truth: 'yes',
      date: '2026-11-23',
      number: '0o17',
    };
    const questions = Object.keys(values).map(name => `${name}:\n  type: str\n`);
    const all = Object.keys(values).map(name => `${name}=${name}`);
    const url = template({
      'copier.yml': questions.join(''),
      'answers.json.jinja': `{{ dict(${all.join(', ')}) | tojson }}`,
    });
    const run = await copy({ url, values });
    assert.ifError(run.error);
    assert.deepEqual(answersOf(run), values);
  });

  test('the folder of the project is below the workspace', async () => {
    const run = await copy({ url: plain, targetPath: 'below/--trust' });
    assert.ifError(run.error);
    assert.ok(existsSync(join(run.workspace, 'below/--trust/answers.json')));
    assertFailed(await copy({ url: plain, targetPath: '../beside' }), 'NotAllowedError', /outside/);
  });

  test('a ref is chosen, and is never an option', async () => {
    const url = template(FILES);
    release(url, { 'new.txt': 'new' }, 'v2.0.0');
    release(url, { 'newer.txt': 'newer' }, 'v3.0.0rc1');
    assert.equal((await copy({ url })).output.version, 'v2.0.0');
    assert.equal((await copy({ url, ref: 'v1.0.0' })).output.version, 'v1.0.0');
    assert.equal((await copy({ url, ref: 'main' })).output.version, 'v3.0.0rc1');
    assertFailed(await copy({ url, ref: 'v9' }), 'InputError', "Unknown revision: 'v9'");
    for (const ref of ['--trust', '-x', ':current:', 'a b', 'a\nb']) {
      assertFailed(await copy({ url, ref }), 'InputError', 'A ref is the name of a tag or a branch, or a commit.');
    }
  });

  test('over a protocol, a ref that is not there is told as git tells it', async () => {
    process.env.COPIER_CACHE_DIR = newFolder('cache');
    const run = await copy({ url: `file://${plain}`, ref: 'v9' });
    assertFailed(run, 'InputError', 'fatal: invalid reference: v9');
    const missing = await copy({ url: 'file:///nowhere/template.git' });
    assertFailed(missing, 'Error', /^Copier failed: fatal: .*\/nowhere\/template\.git/);
  });

  test("a refused answer fails with Copier's own sentence, and the log does not drown", async () => {
    const cases = {
      "Validation error for question 'project_name': A name holds no space.": { project_name: 'two words' },
      "Invalid choice for 'license': 'GPL' is not in ['MIT', 'none']": { license: 'GPL' },
      "invalid literal for int() with base 10: 'many'": { count: 'many' },
    };
    for (const [sentence, values] of Object.entries(cases)) {
      const run = await copy({ url: plain, values });
      assertFailed(run, 'InputError', sentence);
      assert.deepEqual(run.log, [`ValueError: ${sentence}`]);
      assert.deepEqual(run.output, {});
    }
  });

  test("a template's own mistake is not the person's", async () => {
    const broken = template({ 'copier.yml': QUESTIONS, 'file.txt.jinja': '{% if %}' });
    const run = await copy({ url: broken });
    assertFailed(run, 'Error', /^Copier failed: Expected an expression, got 'end of statement block'/);
  });

  test('tasks are run for a trusted template, and for no other', async () => {
    const url = withTask('touch ran');
    const trusted = await copy({ url }, { trusted: true });
    assert.ok(existsSync(join(trusted.workspace, 'ran')));
    assert.equal(trusted.output.proven, false);
    assert.equal(trusted.output.verdict, "Not proven: the template's tasks were run, and reported no proof.");

    const untrusted = await copy({ url });
    assert.ifError(untrusted.error);
    assert.ok(existsSync(join(untrusted.workspace, 'file.txt')));
    assert.ok(!existsSync(join(untrusted.workspace, 'ran')));
    assert.equal(untrusted.output.proven, false);
    assert.equal(
      untrusted.output.verdict,
      'Not proven: this portal does not trust the template, so no task of it was run. To prove it: copier copy ' +
        `--trust --defaults --data-file=PROJECT/.copier-answers.yml --vcs-ref=v1.0.0 ${url} NEW_FOLDER`,
    );
    assert.equal(untrusted.log.at(-1), untrusted.output.verdict);

    // The command that it names does what it says.
    const [, ...words] = String(untrusted.output.verdict).split('To prove it: ')[1]?.split(' ') ?? [];
    const folder = join(newFolder('proven'), 'project');
    const places: Record<string, string> = { NEW_FOLDER: folder };
    execFileSync('copier', words.map(word => places[word] ?? word.replace('PROJECT', untrusted.workspace)), {
      stdio: 'ignore',
    });
    assert.ok(existsSync(join(folder, 'ran')));
  });

  test('what else Copier wants trust for is refused without it', async () => {
    const url = template({ 'copier.yml': '_jinja_extensions: [jinja2.ext.do]\n' });
    assert.ifError((await copy({ url }, { trusted: true })).error);
    assertFailed(await copy({ url }), 'Error', /^Copier failed: .*unsafe feature: jinja_extensions/);
  });

  test('a dry run generates and runs no task, trusted or not', async () => {
    const url = withTask('touch ran');
    for (const trusted of [true, false]) {
      const run = await copy({ url }, { trusted, isDryRun: true });
      assert.ifError(run.error);
      assert.ok(existsSync(join(run.workspace, 'file.txt')));
      assert.ok(!existsSync(join(run.workspace, 'ran')));
      assert.equal(run.output.proven, false);
      assert.match(String(run.output.verdict), trusted ? /a dry run runs no task/ : /does not trust the template/);
      assert.equal(run.log.at(-1), run.output.verdict);
    }
  });

  test("a proof's report decides, and its line is the verdict", async () => {
    const line = 'Proven in 5.3 s: the suite passes.';
    const proof = `echo '${line}'; echo '{"verdict": "proven", "sentence": ""}' > "$ASYNCIO_TEMPLATE_REPORT"`;
    const run = await copy({ url: withTask(proof) }, { trusted: true });
    assert.ifError(run.error);
    assert.deepEqual(run.output, { version: 'v1.0.0', proven: true, verdict: line });
    assert.ok(run.log.includes(line));

    const claim = await copy({ url: withTask(`echo '${line}'`) }, { trusted: true });
    assert.equal(claim.output.proven, false, 'a line alone proves nothing');

    const failing = 'echo "Not proven: suite: 1 failed." >&2; ' +
      `echo '{"verdict": "not proven", "sentence": "suite: 1 failed."}' > "$ASYNCIO_TEMPLATE_REPORT"; exit 1`;
    assertFailed(await copy({ url: withTask(failing) }, { trusted: true }), 'Error', 'Not proven: suite: 1 failed.');
  });

  test('a template that was told to do without its proof has the word', async () => {
    const message =
      '_message_after_copy: |\n  Not proven: no test was run. Generate it again without\n  prove=false.\n\n  Bye.\n';
    const run = await copy({ url: template({ 'copier.yml': message }) }, { trusted: true });
    assert.equal(run.output.verdict, 'Not proven: no test was run. Generate it again without prove=false.');
  });

  test('a task that fails says why', async () => {
    const url = withTask('echo working; echo "no compiler was found" >&2; exit 3');
    const run = await copy({ url }, { trusted: true });
    assertFailed(run, 'Error', /^Copier failed: no compiler was found Task '.*' returned non-zero exit status 3\.$/);
    assert.ok(run.log.includes('working'));
  });

  test('a template keeps no answers: there is no version', async () => {
    const url = template({ 'copier.yml': '_answers_file: elsewhere.yml\n' });
    const run = await copy({ url });
    assert.ifError(run.error);
    assert.deepEqual(Object.keys(run.output), ['proven', 'verdict']);
  });

  test('lines are in the log as they are printed, without colours', async () => {
    const go = join(newFolder('go'), 'go');
    const waits = `while not os.path.exists('${go}'): time.sleep(0.05)`;
    const program = `import os, time\nprint('\\033[32mfirst\\033[0m')\n${waits}\nprint('second')`;
    const url = withTask(`python3 -c "${program}"`);
    const run = await copy({ url }, { trusted: true, onLog: line => void (line === 'first' && mkdirSync(go)) });
    assert.ifError(run.error);
    assert.ok(run.log.includes('second'));
    assert.ok(run.log.some(line => /^ +create +file\.txt$/.test(line)));
  });

  test('no password is in a log, an error or an output', async () => {
    const url = withTask('echo "from https://user:passw0rd@example.com/x" | tee /dev/stderr; exit 1');
    const run = await copy({ url }, { trusted: true });
    assert.ok(run.log.includes('from https://***@example.com/x'));
    assert.doesNotMatch(JSON.stringify([run, run.error?.message, run.error?.stack]), /passw0rd/);
  });

  test("a task sees none of the portal's secrets, and the answers are for nobody else's eyes", async () => {
    process.env.PORTAL_SECRET = 'passw0rd';
    const url = withTask('env | sort; stat -c "mode %a" "$TMPDIR/../answers.json" "$TMPDIR/.."');
    const { log } = await copy({ url }, { trusted: true });
    const names = log.map(line => /^(\w+)=/.exec(line)?.[1]).filter(Boolean);
    assert.ok(names.includes('PATH') && names.includes('COPIER_SETTINGS_PATH'), log.join('\n'));
    assert.doesNotMatch(log.join('\n'), /PORTAL_SECRET|passw0rd/);
    assert.deepEqual(log.filter(line => line.startsWith('mode ')), ['mode 600', 'mode 700']);
  });

  test('without Copier, one sentence says what to install', async () => {
    const run = await copy({ url: plain }, { command: 'copier-that-is-not-there' });
    assertFailed(run, 'Error',
      '"copier-that-is-not-there" is not installed on the portal\'s host: install Copier 9.15 or later ' +
        '(pipx install copier), or name the program in scaffolder.copier.command.');
  });
});
