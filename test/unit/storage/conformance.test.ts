/** The memory twins do what the ports promise. */
import { MemoryApiKeys } from '#storage/memory/api-keys';
import { MemoryDefinitionStore } from '#storage/memory/definition-store';
import { MemoryDeploymentStore } from '#storage/memory/deployment-store';
import { MemoryExecutionIndex } from '#storage/memory/execution-index';
import { MemoryPayloadStore } from '#storage/memory/payload-store';
import { MemorySecrets } from '#storage/memory/secrets';
import { MemoryTenants } from '#storage/memory/tenants';
import { MemoryWorkflows } from '#storage/memory/workflows';
import { describeApiKeyStore } from '../../conformance/api-key-store';
import { describeDefinitionStore } from '../../conformance/definition-store';
import { describeDeploymentLedger } from '../../conformance/deployment-store';
import { describeExecutionIndex } from '../../conformance/execution-index';
import { describePayloadStore } from '../../conformance/payload-store';
import { describeSecretStore } from '../../conformance/secret-store';
import { describeTenantStore } from '../../conformance/tenant-store';
import { describeWorkflowStore } from '../../conformance/workflow-store';

describeExecutionIndex('memory', async () => new MemoryExecutionIndex());
describeDefinitionStore('memory', async () => new MemoryDefinitionStore());
describePayloadStore('memory', async () => new MemoryPayloadStore());
describeTenantStore('memory', async () => new MemoryTenants());
describeApiKeyStore('memory', async () => new MemoryApiKeys());
describeWorkflowStore('memory', async () => new MemoryWorkflows());
describeDeploymentLedger('memory', async () => new MemoryDeploymentStore());
describeSecretStore('memory', async () => new MemorySecrets());
