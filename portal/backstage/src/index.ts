/** The scaffolder action `copier:copy` for Backstage. */

export { createCopierCopyAction } from './action';
export { readCopierOptions, type CopierOptions } from './options';
export { Sources, type Source } from './sources';
export { copierModule as default } from './module';
