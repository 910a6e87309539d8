/** What Copier and the template's tasks print: lines for the task's log, and the sentence of a failure. */

import { stripVTControlCharacters } from 'node:util';

import type { Stream } from './processes';

const PROGRESS = /^( {2,}(create|identical|conflict|overwrite|skip|force) | > Running task |Copying from template )/;
const EXCEPTION = /^(?:[A-Za-z_]\w*\.)*([A-Z]\w*): (.*)$/s;
const CHAIN = /^(During handling of the above exception|The above exception was the direct cause)/;
// What Copier raises for an answer that it refuses, and for a ref that is not there.
const INPUT_ERRORS = ['ValueError', 'JSONDecodeError'];
const LONGEST_SENTENCE = 1000;
const REMEMBERED_LINES = 20;

export interface Failure {
  sentence: string;
  /** Whether what the person gave is at fault: an answer, or a ref. */
  isInput: boolean;
}

/** Removes users and passwords from addresses. */
export function redact(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]*@/gi, '$1***@');
}

export class Output {
  /** The line in which a proof said how it ended. */
  proven: string | undefined;
  #unproven: string[] = [];
  #inUnproven = false;
  #inTraceback = false;
  #raised = false;
  #errors: string[] = [];

  /** Takes a line; returns what the task's log shows of it, or nothing. */
  add(raw: string, stream: Stream): string | undefined {
    const line = redact(stripVTControlCharacters(raw)).trimEnd();
    this.#hear(line);
    if (line === '') return undefined;
    return stream === 'stdout' || this.#addError(line) ? line : undefined;
  }

  /** Why the project is not proven, where the template said that. */
  get unproven(): string | undefined {
    return this.#unproven.join(' ') || undefined;
  }

  /** Why Copier failed, in its own words. */
  get failure(): Failure {
    const text = this.#errors.join('\n');
    const [, kind, message] = (this.#raised && EXCEPTION.exec(text)) || [];
    const git = /^Stderr: +\| (.*)$/ms.exec(message ?? '')?.[1]?.replace(/^ *\| /gm, '');
    const said = (git ?? message ?? text).split('\n').map(line => line.trim());
    const sentence = said.filter(line => !line.startsWith('Cloning into ')).join(' ');
    return {
      sentence: sentence.slice(0, LONGEST_SENTENCE) || 'it gave no reason',
      isInput: INPUT_ERRORS.includes(kind ?? '') || /invalid reference: /.test(git ?? ''),
    };
  }

  #hear(line: string): void {
    if (/^Proven in .*: /.test(line)) this.proven = line;
    if (line.startsWith('Not proven: ')) {
      this.#unproven = [];
      this.#inUnproven = true;
    } else if (line === '') {
      this.#inUnproven = false; // A sentence may go on in the next line.
    }
    if (this.#inUnproven) this.#unproven.push(line);
  }

  /** Keeps a line for the sentence; returns false for the frames of a traceback. */
  #addError(line: string): boolean {
    if (line === 'Traceback (most recent call last):') {
      this.#inTraceback = true;
      return false;
    }
    if (this.#inTraceback) {
      if (/^\s/.test(line)) return false;
      this.#inTraceback = false;
      this.#raised = true;
      this.#errors = [];
    }
    if (CHAIN.test(line)) return false;
    if (PROGRESS.test(line)) {
      this.#raised = false;
      this.#errors = [];
    } else {
      this.#errors = [...this.#errors, line].slice(-REMEMBERED_LINES);
    }
    return true;
  }
}
