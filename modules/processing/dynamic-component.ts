/** A component that an application brings along. */
import { defineModule } from '#modules/define-module';
import { forwardSteps } from '#modules/lowering';
import { type Component, componentConfig, runComponent, scriptOf } from '#modules/processing/component';

export const dynamicComponent = defineModule({
  type: 'dynamic.component',
  summary:
    'A component of the application itself. JavaScript runs in a sandbox; a component in another language loads, and fails with a plain message where it is used, until a JavaScript one of its name is given.',
  config: componentConfig,
  ports: { offers: ['component', 'requests', 'messages'] },
  notices(settings, files) {
    const { source } = settings as Component;
    if (source === undefined || /\.m?js$/.test(source) || scriptOf(settings as Component, files) !== undefined) return [];
    return [
      {
        severity: 'warning',
        setting: 'source',
        message: `The component has no implementation here: ${source} is not JavaScript. What uses it fails until one is given.`,
        hint: `Give ${source.replace(/\.\w+$/, '.js')} with function transform(ctx), or the setting code.`,
      },
    ];
  },
  lower: (use) => ({ steps: [runComponent(use, use, 'run'), ...forwardSteps(use, 'steps.run')] }),
  example: `
name: inventory-checker
type: dynamic.component
config:
  code: "function transform(ctx) { return { available: ctx.quantity < 10 }; }"
`,
});
