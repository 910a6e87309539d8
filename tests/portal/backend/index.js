// A Backstage backend for tests: the scaffolder, the catalog where PORTAL_CATALOG is set, and what PORTAL_FEATURES names.

const { cp } = require('node:fs/promises');
const path = require('node:path');

const { createBackend } = require('@backstage/backend-defaults');
const { coreServices, createBackendModule, resolveSafeChildPath } = require('@backstage/backend-plugin-api');
const { ScmIntegrations } = require('@backstage/integration');
const { createTemplateAction, scaffolderActionsExtensionPoint } = require('@backstage/plugin-scaffolder-node');

// The stock action, which skips itself in a dry run, with leave to run there.
function cookiecutterForDryRuns(config, reader) {
  const stock = require.resolve('@backstage/plugin-scaffolder-backend-module-cookiecutter/package.json');
  const { createFetchCookiecutterAction } = require(
    path.join(path.dirname(stock), 'dist/actions/fetch/cookiecutter.cjs.js'),
  );
  const integrations = ScmIntegrations.fromConfig(config);
  return { ...createFetchCookiecutterAction({ reader, integrations }), supportsDryRun: true };
}

// Does with the finished project what an organisation's publish step would do: it takes it elsewhere.
function exportAction(folder) {
  return createTemplateAction({
    id: 'test:export',
    schema: { input: { name: z => z.string() } },
    async handler(ctx) {
      await cp(ctx.workspacePath, resolveSafeChildPath(folder, ctx.input.name), { recursive: true });
    },
  });
}

const testActions = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'test-actions',
  register({ registerInit }) {
    registerInit({
      deps: {
        config: coreServices.rootConfig,
        reader: coreServices.urlReader,
        scaffolder: scaffolderActionsExtensionPoint,
      },
      async init({ config, reader, scaffolder }) {
        scaffolder.addActions(
          cookiecutterForDryRuns(config, reader),
          exportAction(process.env.PORTAL_EXPORTS),
        );
      },
    });
  },
});

const backend = createBackend();
backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(import('@backstage/plugin-scaffolder-backend-module-github'));
backend.add(import('backstage-plugin-scaffolder-backend-module-copier'));
backend.add(testActions);
if (process.env.PORTAL_CATALOG) {
  backend.add(import('@backstage/plugin-catalog-backend'));
  backend.add(import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'));
}
for (const file of (process.env.PORTAL_FEATURES ?? '').split(path.delimiter).filter(Boolean)) {
  backend.add(import(file));
}
backend.start().catch(error => {
  console.error(error.message);
  process.exit(1); // Backstage itself goes on, and is never ready.
});
