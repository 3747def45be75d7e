import { randomUUID } from 'node:crypto';
import { z } from 'zod';

import { waitUntil } from '../../lib/wait-until';
import type { HostVersion } from '../install/install-n8n';
import { type RestClient, RestError } from './rest-client';
import { webhookMethods } from './webhook-methods';
import type { WorkflowDefinition, WorkflowNode } from './workflow-builder';

const workflowNode = z
	.object({
		id: z.string(),
		name: z.string(),
		type: z.string(),
		typeVersion: z.number(),
		position: z.tuple([z.number(), z.number()]),
		parameters: z.record(z.unknown()),
		webhookId: z.string().optional(),
	})
	.passthrough();

const storedWorkflow = z
	.object({
		id: z.string(),
		name: z.string(),
		versionId: z.string(),
		nodes: z.array(workflowNode),
		connections: z.record(z.unknown()),
		settings: z.record(z.unknown()).nullish(),
	})
	.passthrough();
export type StoredWorkflow = z.infer<typeof storedWorkflow>;

const publication = z.object({
	status: z.string(),
	liveVersionId: z.string().nullish(),
	triggers: z.array(z.object({ errorMessage: z.string().nullish() }).passthrough()).default([]),
});

/** What of a workflow can be changed after it was created. */
export type WorkflowChange = Partial<Pick<WorkflowDefinition, 'name' | 'nodes' | 'connections' | 'settings'>>;

const PATHS: Record<string, string> = { qCallTrigger: 'qcall', callScalerTrigger: 'callscaler' };

/** Whichever of our packages the trigger is from; undefined for nodes that are not ours. */
const pathOf = ({ type }: WorkflowNode) => PATHS[type.split('.').at(-1) ?? ''];

/** The part of a trigger's URL behind `/webhook/` or `/webhook-test/`. */
export function webhookPath(workflow: Pick<StoredWorkflow, 'nodes'>, nodeName?: string): string {
	const trigger = workflow.nodes.find((node) =>
		nodeName === undefined ? pathOf(node) !== undefined : node.name === nodeName,
	);
	if (!trigger?.webhookId) throw new Error(`No trigger ${nodeName ?? ''} with a webhook in this workflow.`);
	return `${trigger.webhookId}/${pathOf(trigger) ?? ''}`.replace(/\/$/, '');
}

function webhookPaths(workflow: StoredWorkflow): string[] {
	return workflow.nodes.filter((node) => pathOf(node) !== undefined).map((node) => webhookPath(workflow, node.name));
}

export class Workflows {
	constructor(
		private readonly rest: RestClient,
		private readonly version: HostVersion,
		private readonly url: string,
	) {}

	async create(definition: WorkflowDefinition): Promise<StoredWorkflow> {
		// n8n 1.x insists on being told that a new workflow is not active.
		const body = { ...definition, active: false };
		return storedWorkflow.parse(await this.rest.request('POST', '/rest/workflows', body));
	}

	async get(id: string): Promise<StoredWorkflow> {
		return storedWorkflow.parse(await this.rest.request('GET', `/rest/workflows/${id}`));
	}

	/** Saves a change. Of an active workflow, 1.x runs it at once and 2.x after the next `activate`. */
	async update(id: string, change: WorkflowChange): Promise<StoredWorkflow> {
		const { versionId } = await this.get(id);
		const body = { ...change, versionId };
		return storedWorkflow.parse(await this.rest.request('PATCH', `/rest/workflows/${id}`, body));
	}

	async activate(id: string): Promise<StoredWorkflow> {
		const { versionId } = await this.get(id);
		await this.rest.request('POST', `/rest/workflows/${id}/activate`, { versionId });
		await this.published(id, versionId);
		return await this.registered(id);
	}

	async registered(id: string): Promise<StoredWorkflow> {
		const workflow = await this.get(id);
		for (const path of webhookPaths(workflow)) {
			await waitUntil(
				`the webhook of "${workflow.name}" is registered`,
				async () => (await webhookMethods(`${this.url}/webhook/${path}`)).length > 0,
			);
		}
		return workflow;
	}

	async deactivate(id: string): Promise<void> {
		const workflow = await this.get(id);
		await this.rest.request('POST', `/rest/workflows/${id}/deactivate`, {});
		for (const path of webhookPaths(workflow)) {
			await waitUntil(
				`the webhook of "${workflow.name}" is gone`,
				async () => (await webhookMethods(`${this.url}/webhook/${path}`)).length === 0,
			);
		}
	}

	/** As the editor's Duplicate: the same nodes under new ids, with webhooks of their own. */
	async duplicate(id: string): Promise<StoredWorkflow> {
		const { name, nodes, connections, settings } = await this.get(id);
		const body = {
			name: `${name} copy`,
			nodes: nodes.map((node) => ({
				...node,
				id: randomUUID(),
				...(node.webhookId ? { webhookId: randomUUID() } : {}),
			})),
			connections,
			settings: settings ?? {},
			active: false,
		};
		return storedWorkflow.parse(await this.rest.request('POST', '/rest/workflows', body));
	}

	async remove(id: string): Promise<void> {
		await this.rest.request('POST', `/rest/workflows/${id}/archive`, {});
		await this.rest.request('DELETE', `/rest/workflows/${id}`);
	}

	/** The editor's *Listen for test event*: until a delivery is accepted, or two minutes are over. */
	async listen(id: string, nodeName?: string): Promise<void> {
		const workflow = await this.get(id);
		const name = nodeName ?? workflow.nodes.find((node) => pathOf(node) !== undefined)?.name;
		await this.rest.request('POST', `/rest/workflows/${id}/run`, {
			triggerToStartFrom: { name },
			...(this.version === '1.x' ? { workflowData: workflow } : {}),
		});
	}

	/** 2.x answers an activation before it is done, and tells apart which version is live. */
	private async published(id: string, versionId: string): Promise<void> {
		await waitUntil(`version ${versionId} is published`, async () => {
			const status = await this.publicationStatus(id);
			if (!status) return true;
			const errors = status.triggers.flatMap(({ errorMessage }) => errorMessage ?? []);
			if (errors.length > 0) throw new Error(`n8n could not publish the workflow: ${errors.join(' ')}`);
			return status.status === 'published' && status.liveVersionId === versionId;
		});
	}

	private async publicationStatus(id: string): Promise<z.infer<typeof publication> | undefined> {
		try {
			const status = await this.rest.request('GET', `/rest/workflows/${id}/publication-status`);
			return publication.parse(status);
		} catch (error) {
			// 1.x has no such question: it answers an activation when it is done.
			if (error instanceof RestError && error.status === 404) return undefined;
			throw error;
		}
	}
}
