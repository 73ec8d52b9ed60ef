/** The step types that the platform knows, as the builder needs them. */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { StepType } from '../../lib/step-types';

export type { StepType };

export type Catalog = ReadonlyMap<string, StepType>;

export function catalogOf(types: readonly StepType[]): Catalog {
  return new Map(types.map((one) => [one.type, one]));
}

export function isBlock(type: StepType | undefined): boolean {
  return type !== undefined && type.kind !== 'activity' && type.kind !== 'conditional';
}

/** Settings of a type, by name; what are steps themselves is drawn and no setting. */
export function settingsOf(type: StepType): { [name: string]: JsonObject } {
  const properties = isJsonObject(type.config.properties) ? type.config.properties : {};
  return Object.fromEntries(Object.entries(properties).filter(([, schema]) => isJsonObject(schema) && !holdsSteps(schema))) as { [name: string]: JsonObject };
}

/** The schema of a form for the settings: that of the type, without what is drawn. */
export function formSchema(type: StepType): JsonObject {
  const settings = settingsOf(type);
  const required = Array.isArray(type.config.required) ? type.config.required.filter((name) => typeof name === 'string' && Object.hasOwn(settings, name)) : [];
  return { ...type.config, properties: settings, required };
}

function holdsSteps(schema: JsonObject): boolean {
  if (schema.step === true) return true;
  return Object.values(schema).some((each) => (Array.isArray(each) ? each : [each]).some((one) => isJsonObject(one) && holdsSteps(one)));
}
