import { HumanDuration } from '@backstage/types';

export interface Config {
  scaffolder?: {
    /** The action `copier:copy`. */
    copier?: {
      /**
       * The templates that the action may use. An entry that ends in `/` allows all that is below it,
       * any other allows that one address. Without entries, nothing is allowed.
       */
      sources?: string[];
      /**
       * Those of them whose tasks may run on this host, with all that this process may do
       * (`copier copy --trust`); the others are rendered, and none of their tasks is run.
       */
      trusted?: string[];
      /** How long one project may take; 15 minutes if it is not set. */
      timeout?: HumanDuration | string;
      /** The program `copier`: a name on the PATH, or a path. */
      command?: string;
    };
  };
}
