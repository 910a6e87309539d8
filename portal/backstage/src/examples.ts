/** What Backstage shows on its page of installed actions. */

import type { TemplateExample } from '@backstage/plugin-scaffolder-node';

export const examples: TemplateExample[] = [
  {
    description: 'Generate a project from the newest release of a template',
    example: `steps:
  - id: generate
    name: Generate
    action: copier:copy
    input:
      url: https://github.com/acme/template
      values:
        project_name: \${{ parameters.project_name }}
`,
  },
];
