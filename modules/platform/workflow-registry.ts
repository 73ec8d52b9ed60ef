/** What runs beside the application: the workflows of its company in the same environment. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';

export const workflowRegistry = defineModule({
  type: 'workflow.registry',
  summary:
    'The workflows that are deployed beside the application, in the same environment. As the handler of a route it lists them; of a route with {name} it answers one, with its pipelines. Put a middleware in front of such routes: whoever may ask them sees the names.',
  ports: { offers: ['catalogue', 'requests'], takes: [{ port: 'routes' }] },
  config: z.strictObject({
    description: z.string().optional().describe('What it is for.'),
    storageBackend: z.string().optional().describe('Where it is kept. No effect here: what is deployed is the registry.'),
  }),
  door: {
    async serve(request, { catalogue }) {
      if (request.method !== 'GET') throw new Problem('method_not_allowed', 'The registry is read only.', { extra: { headers: { allow: 'GET' } } });
      const name = Object.values(request.params)[0];
      if (name === undefined) {
        const workflows = await catalogue.list();
        return Response.json({ workflows, count: workflows.length });
      }
      const found = await catalogue.find(name);
      if (!found) throw new Problem('unknown_workflow', `No workflow "${name.slice(0, 100)}" is deployed here.`);
      return Response.json(found);
    },
  },
  example: `
name: registry
type: workflow.registry
config:
  description: What else runs here
`,
});
