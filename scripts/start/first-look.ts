import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import {
	callScalerCredential,
	callScalerTrigger,
	type CredentialToCreate,
	type N8n,
	node,
	qCallCredential,
	qCallTrigger,
	type StoredCredential,
	type StoredWorkflow,
	type TriggerOptions,
	type WorkflowDefinition,
	type WorkflowNode,
	workflowOf,
} from '../../host';

/** A trigger in an active workflow, and what a delivery to it must carry. */
export interface FirstLook {
	triggerName: string;
	workflow: StoredWorkflow;
	url: string;
	secret: string;
}

const named = z.array(z.object({ id: z.string(), name: z.string(), type: z.string().optional() }));

/** One secret for both credentials, kept beside n8n's data so that the next run knows it. */
function readSecret(folder: string): string {
	const file = join(folder, 'first-look-secret');
	if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
	return readFileSync(file, 'utf8');
}

/** What an earlier run created is used again, so that runs that were interrupted leave nothing twice. */
async function ensureCredential(n8n: N8n, wanted: CredentialToCreate): Promise<StoredCredential> {
	const known = named.parse(await n8n.request('GET', '/rest/credentials'));
	const found = known.find(({ name, type }) => name === wanted.name && type === wanted.type);
	if (!found) return await n8n.credentials.create(wanted);
	const stored = { ...wanted, id: found.id };
	await n8n.credentials.update(stored, wanted.data);
	return stored;
}

async function ensureWorkflow(n8n: N8n, wanted: WorkflowDefinition): Promise<StoredWorkflow> {
	const filter = JSON.stringify({ name: wanted.name, isArchived: false });
	const query = new URLSearchParams({ filter });
	const known = named.parse(await n8n.request('GET', `/rest/workflows?${query}`));
	const found = known.find(({ name }) => name === wanted.name);
	const stored = found ? await n8n.workflows.get(found.id) : await n8n.workflows.create(wanted);
	return await n8n.workflows.activate(stored.id);
}

function stickyNote(content: string): WorkflowNode {
	const note = node('n8n-nodes-base.stickyNote', 1, 'How to try it', { content, width: 420, height: 220 });
	return { ...note, position: [-20, -260] };
}

function firstLookWorkflow(name: string, trigger: WorkflowNode, note: string): WorkflowDefinition {
	const workflow = workflowOf(trigger, node('n8n-nodes-base.noOp', 1, 'Your next step'));
	return { ...workflow, name, nodes: [...workflow.nodes, stickyNote(note)] };
}

interface Setup {
	name: string;
	note: string;
	credential: (secret: string) => CredentialToCreate;
	trigger: (options: TriggerOptions) => WorkflowNode;
	parameters: Record<string, unknown>;
}

const SETUPS: Record<'qCall' | 'callScaler', Setup> = {
	qCall: {
		name: 'First look: QCall',
		note: '## A QCall call came in\nOpen the trigger to see its fields. Calls under 10 seconds are ignored: see *Filters*. Put your own step where *Your next step* is.',
		credential: (secret) => ({ ...qCallCredential(secret), name: 'First look: QCall' }),
		trigger: qCallTrigger,
		parameters: { filters: { minDuration: 10 } },
	},
	callScaler: {
		name: 'First look: CallScaler',
		note: '## A CallScaler call came in\nOpen the trigger to see its fields. Calls that are no qualified lead are ignored: see *Filters*. Put your own step where *Your next step* is.',
		credential: (secret) => ({ ...callScalerCredential(secret), name: 'First look: CallScaler' }),
		trigger: callScalerTrigger,
		parameters: { filters: { qualification: 'qualified' } },
	},
};

async function prepare(n8n: N8n, setup: Setup): Promise<FirstLook> {
	const secret = readSecret(n8n.folder);
	const credential = await ensureCredential(n8n, setup.credential(secret));
	const trigger = setup.trigger({ credential, parameters: setup.parameters });
	const workflow = await ensureWorkflow(n8n, firstLookWorkflow(setup.name, trigger, setup.note));
	return { triggerName: trigger.name, workflow, url: n8n.productionUrl(workflow), secret };
}

/** A credential and an active workflow for each trigger, made once and found again by later runs. */
export async function prepareFirstLooks(n8n: N8n): Promise<{ qCall: FirstLook; callScaler: FirstLook }> {
	return {
		qCall: await prepare(n8n, SETUPS.qCall),
		callScaler: await prepare(n8n, SETUPS.callScaler),
	};
}
