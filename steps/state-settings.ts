/** What the steps of trackers share: which resource. */
import { z } from 'zod';

export const resourceSettings = {
  tracker: z.string().min(1).meta({ names: 'tracker' }).describe('Name of the module of the type state.tracker.'),
  resource_type: z.string().min(1).max(100).describe('Kind of the resource, such as orders.'),
  resourceType: z.string().optional().meta({ deprecated: true, use: 'resource_type' }).describe('Older spelling of resource_type.'),
  resource_id: z.union([z.string().min(1).max(200), z.number()]).describe('Id of the resource.'),
  resourceId: z.union([z.string(), z.number()]).optional().meta({ deprecated: true, use: 'resource_id' }).describe('Older spelling of resource_id.'),
};

export interface ResourceInput {
  tracker: string;
  resource_type: string;
  resource_id: string;
}

export function resourceInput(settings: { tracker: string; resource_type: string; resource_id: string | number }): {
  tracker: string;
  resource_type: string;
  resource_id: string;
} {
  return { tracker: settings.tracker, resource_type: settings.resource_type, resource_id: String(settings.resource_id) };
}
