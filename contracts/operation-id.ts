/** The name of an operation in `/openapi.json`: `POST /workflows/{workflow}/versions` is `post_workflows_workflow_versions`. */
export function operationId(route: string): string {
  return route
    .toLowerCase()
    .replaceAll(/[{}]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '_');
}
