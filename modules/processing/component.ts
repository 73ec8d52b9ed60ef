/** A component of an application: its settings, and what it becomes where it is used. */
import { z } from 'zod';
import type { ApplicationFiles, ModuleUse, ModuleView, PlainStep } from '#contracts/module';

export const componentConfig = z.strictObject({
  source: z.string().optional().describe('File of the component. A JavaScript file of the same name (.js) beside it, or code, is what runs here.'),
  code: z.string().optional().describe('The component as JavaScript: function transform(ctx) { … }.'),
  componentId: z.string().optional().describe('Name of the component. Default: the name of the module.'),
  provides: z.array(z.string()).optional().describe('What it offers, for the reader.'),
  requires: z.array(z.string()).optional().describe('What it needs, for the reader.'),
  description: z.string().optional().describe('What it does.'),
});

export type Component = z.output<typeof componentConfig>;

/** The component as JavaScript, where it is given as such. */
export function scriptOf({ code, source }: Component, files: Pick<ApplicationFiles, 'file'>): string | undefined {
  if (code !== undefined || source === undefined) return code;
  return files.file(source.replace(/\.\w+$/, '.js')) ?? (source.endsWith('.js') ? files.file(source) : undefined);
}

/** The component as a step: its JavaScript, or the failure that says what is missing. */
export function runComponent(use: ModuleUse, component: ModuleView, name: string): PlainStep {
  const { source } = component.settings as Component;
  const script = scriptOf(component.settings as Component, use);
  if (script !== undefined && use.step('step.js')) return { name, type: 'step.js', config: { code: script } };
  const message = `The component ${component.name} has no implementation here. Give it as JavaScript: ${(source ?? `${component.name}.go`).replace(/\.\w+$/, '.js')} beside the document, or the setting code.`;
  return {
    name,
    type: 'step.fail',
    config: { message, reason: 'component_missing', details: { component: component.name, ...(source === undefined ? {} : { source }) } },
  };
}
