/** What a backend adds: `backend.add(import('backstage-plugin-scaffolder-backend-module-copier'))`. */

import { coreServices, createBackendModule } from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';

import { createCopierCopyAction } from './action';
import { readCopierOptions } from './options';

export const copierModule = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'copier',
  register({ registerInit }) {
    registerInit({
      deps: { config: coreServices.rootConfig, scaffolder: scaffolderActionsExtensionPoint },
      async init({ config, scaffolder }) {
        scaffolder.addActions(createCopierCopyAction(readCopierOptions(config)));
      },
    });
  },
});
