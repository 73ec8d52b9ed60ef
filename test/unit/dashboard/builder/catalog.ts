/** The step types as the API gives them. */
import { stepTypeItems } from '#workers/api/endpoints/catalogs';
import { catalogOf, type StepType } from '../../../../dashboard/src/builder/document/catalog';

export const catalog = catalogOf(stepTypeItems() as StepType[]);
